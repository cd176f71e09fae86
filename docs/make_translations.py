"""Bring the catalogues of the pages' words up to date: `.venv/bin/python docs/make_translations.py`.

What the templates, the pages and the scripts say in Chinese is looked up; what is new is
added to each `messages.po` without a translation, and what nobody says any more goes. From
the `.po` come the `.mo`, which the server reads, and the table that the scripts of a page
in that language load. Ends with status 1 while something is not translated.
docs/how-to/translate.md tells the rest.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

REPOSITORY = Path(__file__).resolve().parent.parent
CATALOGUES = REPOSITORY / "station_map/web/translations"
SCRIPTS = REPOSITORY / "frontend/src"
LANGUAGES = ("en",)
# Words stand inside template strings of scripts too.
_OPTIONS = {"javascript": {"parse_template_string": True}, "jinja2": {}, "python": {}}
KEYWORDS = {"t": None, "tn": (1, 1), "mark": None}
# The scripts also say what the API answers them.
SAID_BY_SCRIPTS = ("frontend/src/", "station_map/web/reporting.py")
_ANY_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_HEAD = """\
# What the pages of 歇脚地图 say. How this is kept: docs/how-to/translate.md
msgid ""
msgstr ""
"Language: %s\\n"
"Plural-Forms: %s\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def sources() -> Iterator[tuple[str, Path]]:
    """Every file that says something to riders, with babel's name of its kind."""
    for kind, folder, pattern in (
        ("jinja2", REPOSITORY / "templates", "*.html"),
        ("python", REPOSITORY / "station_map/web", "**/*.py"),
        ("javascript", SCRIPTS, "**/*.js"),
    ):
        yield from ((kind, path) for path in sorted(folder.glob(pattern)))


def extracted() -> Catalog:
    """What is said now, and where; nothing translated."""
    catalog = Catalog(fuzzy=False)
    for kind, path in sources():
        name = path.relative_to(REPOSITORY).as_posix()
        for _line, message, _comments, context in extract(
            kind, BytesIO(path.read_bytes()), keywords=KEYWORDS, options=_OPTIONS[kind]
        ):
            # Lines would change the catalogue with every change of a source.
            catalog.add(message, locations=[(name, 0)], context=context)
    return catalog


def read(language: str) -> Catalog:
    """The committed catalogue of a language."""
    with (CATALOGUES / language / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The catalogue with exactly what is said now; translations stay where the text is the same."""
    before, now = read(language), extracted()
    # No dates: the same words make the same files.
    fresh = Catalog(language, project="station-map", creation_date=_ANY_DAY, fuzzy=False)
    for message in sorted(_messages(now), key=lambda one: (one.locations[0][0], str(one.id))):
        old = before.get(message.id)
        fresh.add(message.id, old.string if old else "", locations=sorted(set(message.locations)))
    return fresh


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def script_words(catalog: Catalog) -> dict[str, str | list[str]]:
    """What the scripts say, by the Chinese: one form, or those of one and of several."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            message.string if isinstance(message.string, str) else list(message.string)
        )
        for message in _messages(catalog)
        if any(name.startswith(SAID_BY_SCRIPTS) for name, _ in message.locations)
    }


def untranslated(catalog: Catalog) -> list[str]:
    """The texts without a translation, or with one that somebody marked as doubtful."""
    return [
        str(message.id)
        for message in _messages(catalog)
        if message.fuzzy
        or not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]


def write(language: str, catalog: Catalog) -> None:
    """The `.po`, the `.mo` and the scripts' table."""
    folder = CATALOGUES / language / "LC_MESSAGES"
    po, mo = BytesIO(), BytesIO()
    write_po(po, catalog, width=100, omit_header=True, include_lineno=False)
    write_mo(mo, catalog)
    head = _HEAD % (language, catalog.plural_forms)
    (folder / "messages.po").write_bytes(head.encode() + po.getvalue())
    (folder / "messages.mo").write_bytes(mo.getvalue())
    words = json.dumps(script_words(catalog), ensure_ascii=False, indent=0, sort_keys=True)
    (SCRIPTS / "words" / f"{language}.json").write_text(f"{words}\n", "utf-8")


def main() -> int:
    """Write all; 1 while a text is not translated."""
    left = 0
    for language in LANGUAGES:
        catalog = updated(language)
        write(language, catalog)
        for text in untranslated(catalog):
            print(f"{language}: not translated: {text}", file=sys.stderr)  # noqa: T201
            left = 1
    return left


if __name__ == "__main__":
    raise SystemExit(main())
