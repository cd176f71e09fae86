"""Writes the parts of the reference that the code itself knows.

    python docs/make_reference.py

settings.md from `station_map/settings.py`, cli.md from the commands' own help, and between
the marks of data-model.md the vocabularies. Tests fail when the pages are not what this
writes; data-model.md's tables of columns are written by hand and checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import annotated_types
import click
from pydantic.fields import FieldInfo

from station_map.cli import EXIT_CODES, VERBS, main
from station_map.domain import vocabulary
from station_map.domain.vocabulary import AMENITIES, PRESETS, Labelled, Preset
from station_map.settings import PREFIX, Settings

REFERENCE = Path(__file__).resolve().parent / "reference"
VOCABULARIES: tuple[type[Labelled], ...] = (
    vocabulary.Kind,
    vocabulary.Status,
    vocabulary.ServiceLevel,
    vocabulary.AccessMethod,
    vocabulary.HostType,
    vocabulary.BuilderType,
    vocabulary.Audience,
    vocabulary.Honour,
    vocabulary.EventKind,
    vocabulary.Datum,
)
TIERS = {"basic": "基本", "rider": "骑手", "truck": "货车", "service": "服务"}

_SETTINGS_HEAD = """\
# Settings

Written by `docs/make_reference.py`; do not edit by hand.

Every setting is an environment variable. They are read once, at the start. A variable that is set to nothing counts as
unset. A value that cannot be used stops the program with the variable's name.

```sh
STATION_MAP_PORT=9000 STATION_MAP_BASEMAP=osm make run
```

`--host` and `--port` of `up` and `serve` stand above their settings. Secrets (`STATION_MAP_DATABASE_URL`,
`STATION_MAP_TIANDITU_KEY`, `STATION_MAP_REPORT_KEY`, `STATION_MAP_SMTP_PASSWORD`,
`STATION_MAP_OIDC_CLIENT_SECRET`) are never printed. How to use them: [outside database](../how-to/outside-database.md),
[basemap](../how-to/basemap.md), [import](../how-to/import.md), [deploy](../how-to/deploy.md),
[reports](../how-to/reports.md), [accounts](../how-to/accounts.md), [worker](../how-to/worker.md), [notices](../how-to/notices.md).

| variable | value | default | |
|---|---|---|---|
"""

_CLI_HEAD = """\
# Command line

Written by `docs/make_reference.py`; do not edit by hand.

`station-map` lies in `.venv/bin/` of a checkout (`make run` is `station-map up`), or wherever the wheel was installed. Every
verb finds its database by the [settings](settings.md): the one of `STATION_MAP_DATABASE_URL`, else the embedded one in
`STATION_MAP_DATA_DIR`. The embedded server is started when it does not run, shared when it does, and stopped with its last user.

"""


# ---- settings -------------------------------------------------------------------------


def settings_page() -> str:
    """The page of settings, one line a field."""
    rows = (_setting_row(name, field) for name, field in Settings.model_fields.items())
    return _SETTINGS_HEAD + "".join(rows)


def _setting_row(name: str, field: FieldInfo) -> str:
    default = "" if field.default is None else f"`{field.default}`"
    cells = (f"`{PREFIX}{name.upper()}`", _values(field), default, field.description or "")
    return f"| {' | '.join(cells)} |\n"


def _values(field: FieldInfo) -> str:
    choices = getattr(field.annotation, "__args__", ())
    if choices and all(isinstance(choice, str) for choice in choices):
        return ", ".join(f"`{choice}`" for choice in choices)
    if field.annotation is int:
        return _range(field)
    return "path" if field.annotation is Path else "text"


def _range(field: FieldInfo) -> str:
    low = high = None
    for rule in field.metadata:
        match rule:
            case annotated_types.Ge(ge=bound):
                low = bound
            case annotated_types.Gt(gt=int(bound)):
                low = bound + 1
            case annotated_types.Le(le=bound):
                high = bound
    return f"{low} to {high}" if high is not None else f"{low} or more"


# ---- command line ---------------------------------------------------------------------


def cli_page() -> str:
    """The page of verbs, each with its own help text."""
    with click.Context(main, info_name="station-map") as context:
        verbs = "".join(f"| [`{verb}`](#{verb}) | {line} |\n" for verb, (_, line) in VERBS.items())
        sections = "".join(_sections(main, context))
    return f"{_CLI_HEAD}| verb | |\n|---|---|\n{verbs}\n{_exit_codes()}\n{sections}"


def _exit_codes() -> str:
    if set(EXIT_CODES.values()) != {1, 2}:
        raise SystemExit("tell of the new exit codes in `_exit_codes`")
    return (
        "| exit code | |\n|---|---|\n| 0 | done |\n"
        "| 1 | it could not be done, or `doctor` found a fault; nothing is half done |\n"
        "| 2 | it was asked for in a wrong way |\n"
    )


def _sections(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        with click.Context(command, info_name=name, parent=context) as inner:
            yield _section(command, inner)
            if isinstance(command, click.Group):
                yield from _sections(command, inner)


def _section(command: click.Command, context: click.Context) -> str:
    path = context.command_path.removeprefix("station-map ")
    usage = context.command_path + " " + " ".join(command.collect_usage_pieces(context))
    about = " ".join((command.help or "").split())
    options = "".join(
        _option_row(one, context) for one in command.params if isinstance(one, click.Option)
    )
    table = f"\n| | |\n|---|---|\n{options}" if options else ""
    return f"## {path}\n\n    {usage}\n\n{about}\n{table}\n"


def _option_row(parameter: click.Option, context: click.Context) -> str:
    record = parameter.get_help_record(context)
    if record is None:
        return ""
    names, meaning = record
    return f"| `{names.replace('|', ' or ')}` | {meaning} |\n"


# ---- vocabularies ---------------------------------------------------------------------


def vocabularies() -> str:
    """Every closed vocabulary with its labels."""
    return "".join((*map(_vocabulary, VOCABULARIES), _amenities(), _presets()))


def _vocabulary(codes: type[Labelled]) -> str:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", codes.__name__).lower()
    rows = "".join(f"| `{code.value}` | {code.zh} | {code.en} |\n" for code in codes)
    return f"### `{name}`\n\n| code | 中文 | English |\n|---|---|---|\n{rows}\n"


def _amenities() -> str:
    rows = "".join(
        f"| {a.id} | `{a.code}` | {a.zh} | {a.en} | {'、'.join(TIERS[t] for t in a.tiers)} |\n"
        for a in AMENITIES
    )
    states = ", ".join(f"`{state}`" for state in vocabulary.AMENITY_STATES)
    return (
        f"### amenities\n\nStates: {states}; no row means unknown. The number is used inside the database"
        f" only.\n\n| id | code | 中文 | English | for |\n|---|---|---|---|---|\n{rows}\n"
    )


def _presets() -> str:
    rows = "".join(f"| `{p.code}` | {p.zh} | {p.en} | {_meaning(p)} |\n" for p in PRESETS)
    return f"### presets\n\n| code | 中文 | English | holds when |\n|---|---|---|---|\n{rows}"


def _meaning(preset: Preset) -> str:
    parts = [" and ".join(preset.amenities), " or ".join(preset.any_of)]
    if preset.always_open:
        parts.append("`opening_hours` is `24/7`")
    if preset.registration_required is not None:
        parts.append(f"registration_required is {str(preset.registration_required).lower()}")
    return " and ".join(part for part in parts if part)


# ---- pages ----------------------------------------------------------------------------


def with_vocabularies(page: str) -> str:
    """The data model's page with the part between its marks written anew."""
    begin, end = "<!-- vocabularies -->\n", "<!-- end of vocabularies -->\n"
    head, _, rest = page.partition(begin)
    _, _, tail = rest.partition(end)
    if not tail and end not in rest:
        raise SystemExit("data-model.md has lost its marks")
    return f"{head}{begin}\n{vocabularies()}\n{end}{tail}"


def pages() -> dict[Path, str]:
    """Every page that this writes, with its text."""
    model = REFERENCE / "data-model.md"
    return {
        REFERENCE / "settings.md": settings_page(),
        REFERENCE / "cli.md": cli_page(),
        model: with_vocabularies(model.read_text(encoding="utf-8")),
    }


def write() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
