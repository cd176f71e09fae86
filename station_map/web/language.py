"""The language of a page: which it is, its words, and how links keep it.

Chinese is what the sources hold; another language is a catalogue under `translations/`
(docs/how-to/translate.md). Nothing here runs for a request that asks for no words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from pathlib import Path
from typing import Final, Protocol, cast
from urllib.parse import urlencode

from flask import Flask, Response, g, has_request_context, redirect, request
from flask_babel import Babel, force_locale, get_locale, get_translations
from markupsafe import Markup, escape

from station_map.domain.hours.wording import Language

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
TAGS: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en"}
"""What `<html lang>` says."""
NAMES: Final[dict[Language, str]] = {"zh": "中文", "en": "English"}
FOLDER: Final = Path(__file__).with_name("translations")
PARAMETER: Final = "lang"
KEEP: Final = "keep"
"""Beside `lang` in an address: the person pressed the switch, so it is remembered."""
COOKIE: Final = "lang"
VARY: Final = "Accept-Language, Cookie, Accept-Encoding"
_YEAR_S: Final = 365 * 24 * 60 * 60
_LOCALES: Final[dict[Language, str]] = {"zh": "zh_Hans_CN", "en": "en"}

# Han characters with their own signs and widths; of text that has no Latin letter between.
_HAN: Final = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_SENTENCES: Final = re.compile(r"(?<=[.。]) ")
_RUN: Final = re.compile(f"([{_HAN}](?:[^A-Za-z]*[{_HAN}])?)")


class Labels(Protocol):
    """Something of the vocabularies: it has a label in each language."""

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...


def install(app: Flask) -> None:
    """Give the templates of `app` their words. No request pays for it that renders none."""
    Babel(
        app,
        default_locale=_LOCALES["zh"],
        default_translation_directories=str(FOLDER),
        locale_selector=lambda: _LOCALES[_chosen()],
        configure_jinja=False,
    )
    app.jinja_env.globals.update(
        t=_t_in_page,
        tn=_tn_in_page,
        lang=language,
        language_tags=TAGS,
        language_names=NAMES,
        home_address=home_address,
        kept_language=kept_language,
        other_language=other_language,
        url_in=in_language,
        canonical=canonical,
    )
    app.jinja_env.filters.update(theirs=theirs, label=label)


# -- which ---------------------------------------------------------------------------------


def language() -> Language:
    """The language of the page that answers the current request; Chinese outside of one."""
    if not has_request_context():
        return "zh"
    known: Language | None = g.get("language")
    if known is None:
        locale = get_locale()
        known = g.language = read_tag(locale.language if locale else "") or "zh"
    return known


def _chosen() -> Language:
    """By address, by what the switch left, by the browser's wishes; else Chinese."""
    given = read_tag(request.args.get(PARAMETER, "")) or read_tag(request.cookies.get(COOKIE, ""))
    if given is not None:
        return given
    wishes = (read_tag(tag) for tag, quality in request.accept_languages if quality > 0)
    return next((wish for wish in wishes if wish is not None), "zh")


def read_tag(tag: str) -> Language | None:
    """The language of a tag ("en", "zh-Hans-CN", "EN_us"); None for any that is not ours."""
    primary = re.split("[-_]", tag.strip().lower(), maxsplit=1)[0]
    return next((one for one in LANGUAGES if one == primary), None)


@contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    """Within this block the current request speaks `chosen`."""
    before = g.pop("language", None), g.pop("words", None)
    try:
        with force_locale(_LOCALES[chosen]):
            yield
    finally:
        for name, value in zip(("language", "words"), before, strict=True):
            g.pop(name, None)
            if value is not None:
                setattr(g, name, value)


# -- words -----------------------------------------------------------------------------------


def t(text: str, /, **values: object) -> str:
    """`text` (Chinese, a literal or once `mark`ed) in the page's language, `%(name)s` filled in."""
    told = _words().gettext(text)
    return told % values if values else told


def tn(text: str, num: int, /, **values: object) -> str:
    """As `t`, for words that depend on how many; Chinese has one form. `%(num)s` is `num`."""
    return _words().ngettext(text, text, num) % {"num": num, **values}


def mark(text: str) -> str:
    """The text itself: a constant that `t` is asked for later is put into the catalogue."""
    return text


def label(one: Labels) -> str:
    """The label of something of the vocabularies, as it stands alone."""
    if language() == "zh":
        return one.zh
    return one.en[:1].upper() + one.en[1:]


def _words() -> NullTranslations:
    if not has_request_context():
        return _CHINESE
    words: NullTranslations | None = g.get("words")
    if words is None:
        found = _CHINESE if language() == "zh" else cast("NullTranslations", get_translations())
        words = g.words = found
    return words


_CHINESE: Final = NullTranslations()


def _t_in_page(text: str, /, **values: object) -> Markup:
    """`t` for templates: what is filled in is escaped, as in any other place of a page."""
    return Markup(_words().gettext(text)) % values  # noqa: S704 - our own catalogue


def _tn_in_page(text: str, num: int, /, **values: object) -> Markup:
    told = _words().ngettext(text, text, num)
    return Markup(told) % {"num": num, **values}  # noqa: S704 - our own catalogue


def theirs(text: str) -> Markup:
    """Text that holds what a union wrote: on other pages than Chinese ones, marked as Chinese."""
    if language() == "zh":
        return escape(text)
    # Escaped before it is looked at: the marks are all that is added.
    marked = _RUN.sub(r'<span lang="zh">\1</span>', str(escape(text)))
    return Markup(marked)  # noqa: S704 - escaped above


def of_both(text: str) -> str:
    """An error that says itself in both languages, sentence by sentence, in the page's own."""
    wanted = language() == "zh"
    sentences = _SENTENCES.split(text)
    ours = [one for one in sentences if (_RUN.search(one) is not None) is wanted]
    return " ".join(ours) or text


# -- addresses -------------------------------------------------------------------------------


def kept_language() -> str:
    """What links say of the language, so that a shared address shares the view; often nothing."""
    now = language()
    if now != "zh":
        return now
    return "zh" if read_tag(request.args.get(PARAMETER, "")) == "zh" else ""


def home_address() -> str:
    """The front page in this page's language."""
    kept = kept_language()
    return f"/?{PARAMETER}={kept}" if kept else "/"


def in_language(url: str, chosen: Language) -> str:
    """A bare address as search engines know the page in that language."""
    return url if chosen == "zh" else f"{url}?{PARAMETER}={chosen}"


def canonical(url: str) -> str:
    """The one address of this page: with a language only where its own address names one.

    A bare address answers in the browser's language, and is its own page to search engines.
    """
    named = read_tag(request.args.get(PARAMETER, ""))
    return url if named is None else in_language(url, named)


def other_language(kept: bool) -> tuple[Language, str]:
    """Where the switch leads: a language and the current address in it.

    kept: the page is one for everybody, whose script knows better where it stands.
    """
    other: Language = "en" if language() == "zh" else "zh"
    if kept:
        return other, f"/?{urlencode({PARAMETER: other, KEEP: 1})}"
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in (PARAMETER, KEEP)]
    return other, f"{request.path}?{urlencode([*pairs, (PARAMETER, other), (KEEP, '1')])}"


def remember_choice() -> Response | None:
    """When the switch was pressed: the same address without saying so, and a cookie."""
    chosen = read_tag(request.args.get(PARAMETER, ""))
    if chosen is None or KEEP not in request.args or request.method != "GET":
        return None
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] != KEEP]
    # Two slashes at its start would make a path another host's address.
    path = "/" + request.path.lstrip("/\\")
    response = cast("Response", redirect(f"{path}?{urlencode(pairs)}", 303))
    response.headers["Cache-Control"] = "no-store"
    return remember_in(response)


def remember_in(response: Response) -> Response:
    """Leave the choice of the switch in the browser, if it was pressed."""
    chosen = read_tag(request.args.get(PARAMETER, ""))
    if chosen is not None and KEEP in request.args:
        response.set_cookie(COOKIE, chosen, max_age=_YEAR_S, samesite="Lax", httponly=True)
    return response


def tell(response: Response) -> Response:
    """Say in the headers of a page which language it is in, and what decided that."""
    response.headers["Content-Language"] = TAGS[language()]
    response.headers["Vary"] = VARY
    return response
