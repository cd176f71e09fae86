"""Databases as the product needs them: made on the embedded server, checked elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import conninfo, sql

from station_map.errors import DatabaseUnusable

EXTENSIONS = ("postgis", "intarray", "pg_trgm")
OLDEST_SERVER = 14
OLDEST_POSTGIS = (3, 3)
CONNECT_TIMEOUT_S = 10
_PROVISION_LOCK = 0x57A710


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a checked server is: versions as people write them, and the role used."""

    server: str
    postgis: str
    database: str
    role: str


# -- an embedded server: we are its administrator -------------------------------------


def ensure_database(admin_url: str, name: str, owner: str) -> None:
    """Make the role, the database and its extensions where they are missing.

    admin_url: of the administrator's own database on that server. Callable by several
    processes at once.
    """
    with _administer(admin_url) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_PROVISION_LOCK])
        _ensure_role(server, owner)
        if not _exists(server, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            _create_database(server, name, owner, template=None)
        with _administer(conninfo.make_conninfo(admin_url, dbname=name)) as database:
            for extension in EXTENSIONS:
                statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}")
                database.execute(statement.format(sql.Identifier(extension)))


def clone_database(admin_url: str, template: str, name: str, owner: str) -> None:
    """Copy a whole database (0.2 s for an empty one); nobody may be connected to it."""
    with _administer(admin_url) as server:
        _create_database(server, name, owner, template=template)


def drop_database(admin_url: str, name: str) -> None:
    """Remove a database, disconnecting whoever uses it; no error when there is none."""
    with _administer(admin_url) as server:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        server.execute(statement.format(sql.Identifier(name)))


@contextmanager
def _administer(url: str) -> Iterator[psycopg.Connection]:
    # A dropped extension notice is no news to the user.
    with psycopg.connect(
        url,
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_S,
        options="-c client_min_messages=warning",
    ) as connection:
        yield connection


def _exists(connection: psycopg.Connection, query: LiteralString, key: str) -> bool:
    return connection.execute(query, [key]).fetchone() is not None


def _ensure_role(server: psycopg.Connection, role: str) -> None:
    if not _exists(server, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        statement = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
        server.execute(statement.format(sql.Identifier(role)))


def _create_database(
    server: psycopg.Connection, name: str, owner: str, *, template: str | None
) -> None:
    statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(
        sql.Identifier(name), sql.Identifier(owner)
    )
    if template is not None:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    server.execute(statement)


@contextmanager
def one_at_a_time(url: str) -> Iterator[None]:
    """Hold a database's own lock: two programs that prepare it at once take turns."""
    with _administer(url) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_PROVISION_LOCK])
        yield


# -- any server: may the product use it? ----------------------------------------------


def check_server(url: str) -> ServerFacts:
    """Look whether a database can hold the product; changes nothing.

    Raises DatabaseUnusable, naming what is missing and the statement that mends it.
    """
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
    except psycopg.Error as error:
        raise _no_connection(url, error) from error
    with connection:
        _check_version(connection)
        _check_encoding(connection)
        postgis = _check_extensions(connection)
        _check_rights(connection)
        return ServerFacts(
            server=connection.info.parameter_status("server_version") or "",
            postgis=postgis,
            database=connection.info.dbname,
            role=connection.info.user,
        )


def _no_connection(url: str, error: psycopg.Error) -> DatabaseUnusable:
    try:
        parameters = conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        return DatabaseUnusable(
            "STATION_MAP_DATABASE_URL 不是数据库地址。 It is not a database URL.",
            remedies=("例 / example: postgresql://user:password@host:5432/station_map",),
        )
    where = f"{parameters.get('host', 'localhost')}/{parameters.get('dbname', '')}"
    return DatabaseUnusable(
        f"连不上数据库 {where}。 No connection to the database: {str(error).strip()}",
        remedies=(
            (
                "服务器开着吗，地址、用户、密码对吗 / does the server run; are address, user"
                " and password right?"
            ),
            (
                "去掉 STATION_MAP_DATABASE_URL 就用内置数据库 / unset STATION_MAP_DATABASE_URL"
                " to use the embedded database"
            ),
        ),
    )


def _check_version(connection: psycopg.Connection) -> None:
    major = connection.info.server_version // 10_000
    if major < OLDEST_SERVER:
        raise DatabaseUnusable(
            f"PostgreSQL {major} 太旧，需要 {OLDEST_SERVER} 以上。"
            f" PostgreSQL {major} is too old; {OLDEST_SERVER} or newer is needed."
        )


def _check_encoding(connection: psycopg.Connection) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseUnusable(
            f"数据库编码是 {encoding}，需要 UTF8。 The database's encoding is {encoding}; it"
            " must be UTF8.",
            remedies=("CREATE DATABASE station_map ENCODING 'UTF8' TEMPLATE template0;",),
        )


def _check_extensions(connection: psycopg.Connection) -> str:
    """Each extension is there, or can be made by us; returns the version of PostGIS."""
    rows = connection.execute(
        "SELECT name, installed_version, default_version FROM pg_available_extensions"
        " WHERE name = ANY(%s)",
        [list(EXTENSIONS)],
    ).fetchall()
    known = {name: (installed, offered) for name, installed, offered in rows}
    for name in EXTENSIONS:
        if name not in known:
            raise _not_on_server(name)
        if known[name][0] is None and not _may_create_extension(connection, name):
            raise DatabaseUnusable(
                f"数据库里没有扩展 {name}，这个用户也无权建立。 The extension {name} is not in"
                " the database and this role may not create it.",
                remedies=(f"请管理员执行 / ask its administrator for: CREATE EXTENSION {name};",),
            )
    version = known["postgis"][0] or known["postgis"][1]
    if _numbers(version) < OLDEST_POSTGIS:
        wanted = ".".join(map(str, OLDEST_POSTGIS))
        raise DatabaseUnusable(
            f"PostGIS {version} 太旧，需要 {wanted} 以上。"
            f" PostGIS {version} is too old; {wanted} or newer is needed.",
            remedies=("SELECT postgis_extensions_upgrade();",),
        )
    return str(version)


def _not_on_server(name: str) -> DatabaseUnusable:
    package = "postgresql-<NN>-postgis-3" if name == "postgis" else "postgresql-contrib"
    return DatabaseUnusable(
        f"数据库服务器上没有安装 {name}。 {name} is not installed on the database server.",
        remedies=(f"在服务器上安装 / install on the server: {package}",),
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _may_create_extension(connection: psycopg.Connection, name: str) -> bool:
    row = connection.execute(
        "SELECT r.rolsuper OR (has_database_privilege(current_database(), 'CREATE')"
        " AND coalesce((SELECT bool_or(trusted) FROM pg_available_extension_versions"
        " WHERE name = %s), false))"
        " FROM pg_roles r WHERE r.rolname = current_user",
        [name],
    ).fetchone()
    return row is not None and bool(row[0])


def _check_rights(connection: psycopg.Connection) -> None:
    row = connection.execute(
        "SELECT current_schema(),"
        " coalesce(has_schema_privilege(current_schema(), 'CREATE'), false), current_user,"
        " current_setting('transaction_read_only')"
    ).fetchone()
    schema, may_create, role, read_only = row or (None, False, "", "off")
    if read_only == "on":
        raise DatabaseUnusable(
            "数据库是只读的（备机？）。 The database is read only (a standby?).",
            remedies=("指向主服务器 / point the URL at the primary server",),
        )
    if not may_create:
        target = schema or "public"
        raise DatabaseUnusable(
            f"用户 {role} 不能在模式 {target} 里建表。 Role {role} may not create tables in"
            f" the schema {target}.",
            remedies=(f'GRANT USAGE, CREATE ON SCHEMA {target} TO "{role}";',),
        )


def ensure_extensions(url: str) -> None:
    """Create in an outside database the extensions that are not there yet."""
    with _administer(url) as database:
        for extension in EXTENSIONS:
            statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}")
            database.execute(statement.format(sql.Identifier(extension)))
