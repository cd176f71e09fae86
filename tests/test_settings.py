"""Settings come from the environment, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from station_map.errors import InputError
from station_map.settings import PREFIX, Settings, read_settings


def test_without_any_variable_the_defaults_hold() -> None:
    settings = read_settings()
    assert settings.database_url is None
    assert settings.data_dir == Path("var")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.basemap == "none"


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        ("STATION_MAP_PORT", "9000", "port", 9000),
        ("STATION_MAP_DATA_DIR", "/srv/数据 夹", "data_dir", Path("/srv/数据 夹")),
        ("STATION_MAP_DATA_DIR", "~/x", "data_dir", Path.home() / "x"),
        ("STATION_MAP_BASEMAP", "amap", "basemap", "amap"),
        ("STATION_MAP_IMPORT_MAX_ROWS", "5", "import_max_rows", 5),
        ("STATION_MAP_DATABASE_URL", "", "database_url", None),
    ],
)
def test_a_variable_sets_its_field(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, field: str, expected: object
) -> None:
    monkeypatch.setenv(variable, value)
    assert getattr(read_settings(), field) == expected


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("STATION_MAP_PORT", "http"),
        ("STATION_MAP_PORT", "70000"),
        ("STATION_MAP_BASEMAP", "baidu"),
        ("STATION_MAP_IMPORT_MAX_BYTES", "0"),
        ("STATION_MAP_THREADS", "-1"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InputError, match=variable) as caught:
        read_settings()
    assert caught.value.parameter == variable


def test_settings_do_not_change() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_secrets_stay_out_of_what_is_printed() -> None:
    settings = Settings(database_url="postgresql://u:hush@h/d", tianditu_key="hush")
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings)


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, PREFIX + name.upper()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://stations.example.org", "https://stations.example.org"),
        ("HTTP://Stations.Example.org:8080/", "http://stations.example.org:8080"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_origin_is_kept_in_one_form(
    monkeypatch: pytest.MonkeyPatch, given: str, kept: str
) -> None:
    monkeypatch.setenv("STATION_MAP_PUBLIC_URL", given)
    assert read_settings().public_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "stations.example.org",
        "ftp://stations.example.org",
        "https://stations.example.org/map",
        "https://user@stations.example.org",
        "https://stations.example.org?x=1",
        'https://"><script>',
        "https://",
    ],
)
def test_a_public_origin_that_is_none_is_refused_with_an_example(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("STATION_MAP_PUBLIC_URL", given)
    with pytest.raises(InputError, match=r"STATION_MAP_PUBLIC_URL.*https://stations\.example"):
        read_settings()
