"""What a database must have, and making and copying the embedded ones."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from station_map.errors import DatabaseUnusable
from station_map.store.embedded.cluster import EmbeddedCluster
from station_map.store.provision import (
    EXTENSIONS,
    check_server,
    clone_database,
    drop_database,
    ensure_database,
    ensure_extensions,
)


@pytest.fixture
def name(cluster: EmbeddedCluster) -> Iterator[str]:
    """The name of a database to make; it is dropped afterwards."""
    chosen = f"provision_{uuid.uuid4().hex[:12]}"
    yield chosen
    drop_database(cluster.admin_url(), chosen)


def _administer(cluster: EmbeddedCluster, statement: str, database: str = "postgres") -> None:
    with psycopg.connect(cluster.admin_url(database), autocommit=True) as connection:
        connection.execute(statement)


def test_a_made_database_passes_the_check(cluster: EmbeddedCluster, name: str) -> None:
    ensure_database(cluster.admin_url(), name, "station_map")
    facts = check_server(cluster.url(name))
    assert facts.role == "station_map"
    assert facts.database == name
    assert int(facts.postgis.split(".")[0]) >= 3


def test_making_it_again_changes_nothing(cluster: EmbeddedCluster, name: str) -> None:
    ensure_database(cluster.admin_url(), name, "station_map")
    with psycopg.connect(cluster.url(name)) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    ensure_database(cluster.admin_url(), name, "station_map")
    with psycopg.connect(cluster.url(name)) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_the_application_is_no_superuser_but_owns_its_database(
    cluster: EmbeddedCluster, name: str
) -> None:
    ensure_database(cluster.admin_url(), name, "station_map")
    with psycopg.connect(cluster.url(name)) as connection:
        row = connection.execute(
            "SELECT r.rolsuper, r.rolcreaterole, r.rolcreatedb, pg_get_userbyid(d.datdba)"
            " FROM pg_roles r, pg_database d"
            " WHERE r.rolname = current_user AND d.datname = current_database()"
        ).fetchone()
    assert row == (False, False, False, "station_map")


def test_text_is_utf8_and_chinese_has_letters(cluster: EmbeddedCluster, name: str) -> None:
    ensure_database(cluster.admin_url(), name, "station_map")
    with psycopg.connect(cluster.url(name)) as connection:
        encoding = connection.execute("SHOW server_encoding").fetchone()
        trigrams = connection.execute("SELECT cardinality(show_trgm('淮海路驿站'))").fetchone()
    assert encoding == ("UTF8",)
    # In a locale that does not know Chinese letters this would be 0.
    assert trigrams is not None
    assert trigrams[0] > 0


def test_a_clone_holds_the_same(cluster: EmbeddedCluster, name: str) -> None:
    ensure_database(cluster.admin_url(), name, "station_map")
    with psycopg.connect(cluster.url(name)) as connection:
        connection.execute("CREATE TABLE told AS SELECT 42 AS n")
    copy = f"{name}_copy"
    clone_database(cluster.admin_url(), name, copy, "station_map")
    try:
        with psycopg.connect(cluster.url(copy)) as connection:
            assert connection.execute("SELECT n FROM told").fetchone() == (42,)
    finally:
        drop_database(cluster.admin_url(), copy)


def test_a_bare_database_lacks_postgis_and_the_right_to_make_it(
    cluster: EmbeddedCluster, name: str
) -> None:
    ensure_database(cluster.admin_url(), f"{name}", "station_map")
    _administer(cluster, "DROP EXTENSION postgis", name)
    with pytest.raises(DatabaseUnusable, match="postgis") as caught:
        check_server(cluster.url(name))
    assert any("CREATE EXTENSION postgis" in remedy for remedy in caught.value.remedies)


def test_a_trusted_extension_may_be_missing_for_the_owner_can_make_it(
    cluster: EmbeddedCluster, name: str
) -> None:
    ensure_database(cluster.admin_url(), name, "station_map")
    _administer(cluster, "DROP EXTENSION intarray", name)
    check_server(cluster.url(name))
    ensure_extensions(cluster.url(name))
    with psycopg.connect(cluster.url(name)) as connection:
        found = connection.execute("SELECT extname FROM pg_extension").fetchall()
    assert set(EXTENSIONS) <= {row[0] for row in found}


def test_a_role_that_may_not_make_tables_is_told_so(cluster: EmbeddedCluster, name: str) -> None:
    ensure_database(cluster.admin_url(), name, "postgres")
    _administer(cluster, "REVOKE CREATE ON SCHEMA public FROM PUBLIC", name)
    with pytest.raises(DatabaseUnusable, match="may not create tables") as caught:
        check_server(cluster.url(name))
    assert any("GRANT" in remedy for remedy in caught.value.remedies)


def test_another_encoding_is_refused(cluster: EmbeddedCluster, name: str) -> None:
    _administer(
        cluster,
        f"CREATE DATABASE {name} OWNER station_map ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
    )
    with pytest.raises(DatabaseUnusable, match="LATIN1"):
        check_server(cluster.url(name))


def test_a_read_only_server_is_refused(cluster: EmbeddedCluster, name: str) -> None:
    ensure_database(cluster.admin_url(), name, "station_map")
    _administer(cluster, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(DatabaseUnusable, match="read only"):
        check_server(cluster.url(name))


@pytest.mark.parametrize(
    "url",
    ["postgresql://nobody:hush@127.0.0.1:9/none", "postgresql:///x?host=/no/such/folder"],
)
def test_no_server_is_told_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        check_server(url)
    assert caught.value.remedies
    assert "hush" not in str(caught.value)


def test_something_that_is_no_url_is_told() -> None:
    with pytest.raises(DatabaseUnusable, match="not a database URL"):
        check_server("这不是地址")
