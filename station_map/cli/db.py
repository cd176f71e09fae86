"""`db …`: the schema's version and a look inside."""

from __future__ import annotations

import os
import shutil
import subprocess

import click
from psycopg import conninfo

from station_map.cli.environment import database_for_verb, note, say
from station_map.errors import DatabaseUnusable, EnvironmentFault
from station_map.settings import read_settings
from station_map.store import migrate, session
from station_map.store.provision import check_server


@click.group()
def db() -> None:
    """数据库的结构和状态。 The database's schema and state."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """把表结构升到新版本，数据保留。

    Brings the schema to REVISION (default: what this version needs); data stays.
    """
    settings = read_settings()
    with session.database_url(settings, tell=note) as url:
        before = migrate.current(url)
        session.upgrade(settings, url, revision)
        say(f"{before or '空 / empty'} → {migrate.current(url)}")


@db.command()
@click.argument("revision")
@click.confirmation_option(
    prompt="新版本才有的数据会丢失，继续吗？ Data that only the newer schema holds is lost; go on?"
)
def downgrade(revision: str) -> None:
    """把表结构退回旧版本（base：全部去掉）。

    Takes the schema back to REVISION; "base" removes it with all its data.
    """
    settings = read_settings()
    with session.database_url(settings, tell=note) as url:
        before = migrate.current(url)
        migrate.downgrade(url, revision)
        say(f"{before or '空 / empty'} → {migrate.current(url) or '空 / empty'}")


@db.command()
def status() -> None:
    """数据库在哪、什么版本、有多少站点。

    Where the database is, its versions, and how many stations it holds.
    """
    settings = read_settings()
    with session.database_url(settings, tell=note) as url:
        facts = check_server(url)
        found, needed = migrate.current(url), migrate.head()
        where = settings.data_dir.absolute() if settings.database_url is None else "外部 / outside"
        say(f"数据库 / database:  {facts.database} ({where})")
        say(f"PostgreSQL / PostGIS: {facts.server} / {facts.postgis}")
        say(f"结构 / schema: {found or '空 / empty'} (需要 / needed: {needed})")
        if found != needed:
            raise DatabaseUnusable(
                "表结构不是这个版本需要的。 The schema is not the one this version needs.",
                remedies=("station-map db upgrade",),
            )
    _say_count()


def _say_count() -> None:
    from station_map.store.stations import station_count

    with database_for_verb() as database:
        count = station_count(database)
        say(f"站点 / stations: {count.total} (演示 / demo: {count.demo})")


@db.command()
@click.option("--dry-run", is_flag=True, help="只数，不删。 Count only.")
@click.option(
    "--all-files",
    is_flag=True,
    help="没用到的照片文件很多时也删。 Delete unused photo files even when they are many.",
)
def retain(*, dry_run: bool, all_files: bool) -> None:
    """删掉留够了日子的东西；后台每小时自己做一次。

    Does away with what was kept long enough, as the worker does each hour, and tells how much of each.
    """
    from station_map.store.retention import enforce

    settings = read_settings()
    with database_for_verb() as database:
        done = enforce(database, settings, settings.data_dir, trial=dry_run, all_files=all_files)
    for one in done:
        say(f"{one.count:>7}  {one.name}  {one.zh}")
    if any(one.left for one in done):
        note(
            "没用到的照片文件太多，没删：数据文件夹和数据库是一对吗？确定就加 --all-files。"
            " So many files belong to no row that they were left: do data folder and database"
            " belong together? If so, --all-files."
        )
    if dry_run:
        note("只是试算，什么也没删。 Nothing was deleted.")


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def shell(arguments: tuple[str, ...]) -> None:
    """打开 psql；后面的参数交给它。

    Opens psql on the database, as the application's role; ARGUMENTS are psql's.
    """
    psql = shutil.which("psql")
    if psql is None:
        raise EnvironmentFault(
            "没有找到 psql。 psql was not found.",
            remedies=("sudo apt-get install postgresql-client",),
        )
    raise click.exceptions.Exit(_run_on_database(psql, arguments))


@db.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("program")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(program: str, arguments: tuple[str, ...]) -> None:
    """让 pg_dump 之类的程序连上这个数据库。

    Runs PROGRAM with the database in its environment (PGHOST, PGDATABASE, …): pg_dump,
    pg_restore and every other program of libpq's. Ends with its exit code.
    """
    found = shutil.which(program)
    if found is None:
        raise EnvironmentFault(f"没有找到 {program}。 {program} was not found.")
    raise click.exceptions.Exit(_run_on_database(found, arguments))


def _run_on_database(program: str, arguments: tuple[str, ...]) -> int:
    with session.database_url(read_settings(), tell=note) as url:
        # In the environment, where other users of the machine do not see a password.
        return _run_program(program, url, arguments)


def _run_program(program: str, url: str, arguments: tuple[str, ...]) -> int:
    variables = {
        "host": "PGHOST",
        "port": "PGPORT",
        "dbname": "PGDATABASE",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
        "options": "PGOPTIONS",
    }
    given = conninfo.conninfo_to_dict(url)
    environment = {
        **os.environ,
        **{variables[key]: str(value) for key, value in given.items() if key in variables},
    }
    return subprocess.run([program, *arguments], env=environment, check=False).returncode
