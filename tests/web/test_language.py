"""Which language a page is in, what keeps it, and who does not pay for it."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from markupsafe import escape

from station_map.importers.demo import load_demo
from station_map.store.database import Database
from station_map.web import language
from station_map.web.language import in_language, mark, of_both, speaking, t, theirs, tn
from tests.web.stations import save, station

TAG = re.compile(r'<html lang="([^"]+)"')


def tag(text: str) -> str:
    found = TAG.search(text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("address", "cookie", "wishes", "told"),
    [
        ("/", None, None, "zh-CN"),
        ("/", None, "", "zh-CN"),
        ("/", None, "en", "en"),
        ("/", None, "en-GB,en;q=0.9", "en"),
        ("/", None, "zh-TW,en;q=0.8", "zh-CN"),
        ("/", None, "en;q=0.5,zh;q=0.8", "zh-CN"),
        ("/", None, "fr-FR,fr;q=0.9", "zh-CN"),
        ("/", None, "fr,en;q=0.3", "en"),
        ("/", None, "en;q=0", "zh-CN"),
        ("/", None, "*", "zh-CN"),
        ("/", None, ";;q=x,,%", "zh-CN"),
        ("/", "en", None, "en"),
        ("/", "en", "zh-CN", "en"),
        ("/", "zh", "en", "zh-CN"),
        ("/", "klingon", "en", "en"),
        ("/?lang=en", None, None, "en"),
        ("/?lang=EN-us", None, None, "en"),
        ("/?lang=zh", "en", "en", "zh-CN"),
        ("/?lang=zh-Hans", "en", "en", "zh-CN"),
        ("/?lang=klingon", None, None, "zh-CN"),
        ("/?lang=klingon", "en", None, "en"),
        ("/?lang=", None, "en", "en"),
        ("/?lang=%00", None, None, "zh-CN"),
        ("/nowhere?lang=en", None, None, "en"),
        ("/suggest", None, "en", "en"),
    ],
)
def test_by_address_then_cookie_then_browser_then_chinese(
    client: FlaskClient, address: str, cookie: str | None, wishes: str | None, told: str
) -> None:
    if cookie is not None:
        client.set_cookie("lang", cookie)
    got = client.get(address, headers={} if wishes is None else {"Accept-Language": wishes})
    assert got.status_code in {200, 404}
    assert tag(got.text) == told
    assert got.headers["Content-Language"] == told
    assert {part.strip() for part in got.headers["Vary"].split(",")} >= {
        "Accept-Language",
        "Cookie",
    }
    assert "public" not in got.headers["Cache-Control"]


def test_a_bad_language_is_no_trouble(client: FlaskClient) -> None:
    got = client.get("/?lang=klingon")
    assert got.status_code == 200
    notices = re.search(r'<div class="notices" id="notices">(.*?)</div>', got.text, re.DOTALL)
    assert notices is not None
    assert notices[1].strip() == ""


def switch_of(text: str) -> str:
    found = re.search(r'<a class="language"[^>]* href="([^"]+)"', text)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_the_switch_keeps_the_question_and_is_remembered(
    client: FlaskClient, database: Database
) -> None:
    load_demo(database)
    page = client.get("/?lon=116.79800&lat=33.95600&preset=toilet").text
    switch = switch_of(page)
    assert switch == "/?lon=116.79800&lat=33.95600&preset=toilet&lang=en&keep=1"
    got = client.get(switch)
    assert got.status_code == 303
    assert got.headers["Location"] == "/?lon=116.79800&lat=33.95600&preset=toilet&lang=en"
    assert "no-store" in got.headers["Cache-Control"]
    cookie = got.headers["Set-Cookie"]
    assert "lang=en" in cookie
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie
    english = client.get(got.headers["Location"]).text
    assert tag(english) == "en"
    assert tag(client.get("/").text) == "en"
    back = client.get(switch_of(english))
    assert tag(client.get(back.headers["Location"]).text) == "zh-CN"
    assert tag(client.get("/", headers={"Accept-Language": "en"}).text) == "zh-CN"


def test_a_shared_address_shares_the_view_and_leaves_no_choice(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/?lang=en").headers
    assert tag(client.get("/").text) == "zh-CN"


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example/", "///evil.example", "/x"])
def test_the_switch_leads_nowhere_else(client: FlaskClient, path: str) -> None:
    got = client.get(
        "/", query_string={"lang": "en", "keep": "1"}, environ_overrides={"PATH_INFO": path}
    )
    there = urlsplit(got.headers.get("Location", "/"))
    assert there.netloc in {"", "localhost"}
    assert not there.path.startswith(("//", "/\\"))


def test_the_switch_works_on_an_error_page(client: FlaskClient) -> None:
    got = client.get(switch_of(client.get("/nowhere?x=1").text))
    assert got.status_code == 404
    assert tag(got.text) == "en"
    assert tag(client.get("/").text) == "en"


def test_links_and_forms_of_an_english_page_stay_english(
    client: FlaskClient, database: Database
) -> None:
    [code] = save(database, [station("甲")])
    for address in ("/", "/?q=zzz", f"/stations/{code}", f"/stations/{code}/report", "/nowhere"):
        page = client.get(address, headers={"Accept-Language": "en"}).text
        links = re.findall(r'<a [^>]*href="(/[^"]*)"', page)
        assert links
        # The API's own page has one language.
        assert {one for one in links if "lang=" not in one} <= {"/api/docs"}, address
        for form in re.findall(r"<form[^>]*method=\"get\".*?</form>", page, re.DOTALL):
            assert '<input type="hidden" name="lang" value="en">' in form
    chinese = client.get("/").text
    assert [one for one in re.findall(r'href="(/[^"]*)"', chinese) if "lang=" in one] == [
        switch_of(chinese).replace("&", "&amp;")
    ]
    assert 'name="lang"' not in chinese


def test_search_engines_find_each_language(client: FlaskClient, database: Database) -> None:
    [code] = save(database, [station("甲")])
    for path in ("/", f"/stations/{code}"):
        bare = f"http://localhost{path}"
        for address, own in ((path, bare), (f"{path}?lang=en", f"{bare}?lang=en")):
            page = client.get(address).text
            assert f'<link rel="canonical" href="{own}">' in page
            told = dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page))
            assert told == {"zh-CN": bare, "en": f"{bare}?lang=en", "x-default": bare}
        # Negotiated, not named: the address is its own, whatever the browser speaks.
        page = client.get(path, headers={"Accept-Language": "en"}).text
        assert f'<link rel="canonical" href="{bare}">' in page
    assert 'hreflang="x-default"' not in client.get("/?q=zzz").text
    page = client.get(f"/stations/{code}?lang=en").text
    assert '<meta property="og:locale" content="en_US">' in page
    assert '<meta property="og:site_name" content="Rest Stop Map">' in page
    assert "Opening hours unknown" in page
    place = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert place is not None
    assert json.loads(place[1])["url"] == f"http://localhost/stations/{code}?lang=en"


def test_the_manifest_of_each_language(client: FlaskClient) -> None:
    english = json.loads(client.get("/manifest.webmanifest?lang=en").data)
    assert english["lang"] == "en"
    assert english["short_name"] == "Rest Stop Map"
    assert english["start_url"] == "/?lang=en"
    assert english["id"] == "/"
    wished = client.get("/manifest.webmanifest", headers={"Accept-Language": "en"})
    assert json.loads(wished.data)["lang"] == "zh-CN", "caches may keep it for anybody"
    assert 'href="/manifest.webmanifest?lang=en"' in client.get("/?lang=en").text


def test_the_kept_page_of_each_language_is_the_same_for_everybody(client: FlaskClient) -> None:
    for path, told in (("/offline", "zh-CN"), ("/offline/en", "en")):
        for wishes in ("zh", "en"):
            got = client.get(path, headers={"Accept-Language": wishes})
            assert tag(got.text) == told
    for wrong in ("/offline/zh", "/offline/fr"):
        assert client.get(wrong).status_code == 404
    head = client.get("/sw.js").text.partition("\n")[0]
    worker = json.loads(head.removeprefix("self.STATION_MAP=").removesuffix(";"))
    assert worker["shells"] == {"zh": "/offline", "en": "/offline/en"}
    revisions = {one["url"]: one["revision"] for one in worker["precache"]}
    assert revisions["/offline"] != revisions["/offline/en"]


def test_chinese_pages_load_no_table_of_words(client: FlaskClient) -> None:
    assert "words-" not in client.get("/").text
    assert "words-" not in client.get("/offline").text
    for address in ("/?lang=en", "/offline/en", "/stations/x?lang=en"):
        page = client.get(address).text
        assert page.index("/static/words-en.") < page.find("/static/offline.") % len(page) + 1


# -- who does not pay ------------------------------------------------------------------------


def test_the_api_never_asks_for_a_language(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(database, [station("甲", opening_hours="08:00-18:00")])

    def refuse() -> str:
        raise AssertionError("asked for a language")

    monkeypatch.setattr(language, "_chosen", refuse)
    monkeypatch.setattr(language, "language", refuse)
    client = app.test_client()
    headers = {"Accept-Language": "en", "Cookie": "lang=en"}
    for path in (
        "/api/v1/stations/nearest?lon=116.8&lat=33.9",
        "/api/v1/stations",
        "/api/v1/stations/slim",
        "/api/v1/stations/none",
        "/api/v1/stations/nearest?lon=x",
        "/healthz",
    ):
        got = client.get(path, headers=headers)
        assert got.status_code in {200, 400, 404}, path
        assert "Content-Language" not in got.headers


def test_nothing_runs_before_or_after_requests_but_those_of_pages(app: Flask) -> None:
    names = [one.__name__ for one in app.before_request_funcs[None]]
    assert names == ["_apply", "_measure"]
    assert [one.__name__ for one in app.before_request_funcs["pages"]] == ["remember_choice"]
    modules = {one.__module__ for one in app.after_request_funcs[None]}
    assert not [one for one in modules if "babel" in one or "language" in one]
    assert app.url_value_preprocessors == {}


def test_the_api_answers_the_same_in_every_language(
    client: FlaskClient, database: Database
) -> None:
    save(database, [station("甲", opening_hours="08:00-18:00")])
    for path in ("/api/v1/stations/nearest?lon=116.8&lat=33.9", "/api/v1/stations/slim"):
        plain = client.get(path)
        assert client.get(path, headers={"Accept-Language": "en"}).data == plain.data


# -- words -----------------------------------------------------------------------------------


@pytest.fixture
def speaker() -> Flask:
    app = Flask("speaker")
    language.install(app)
    return app


def test_words_follow_the_request(speaker: Flask) -> None:
    assert t("分享") == "分享"
    with speaker.test_request_context("/?lang=en"):
        assert t("分享") == "Share"
        assert t(mark("分享")) == "Share"
        assert tn("%(num)s 天前有人核实", 1) == "checked 1 day ago"
        assert tn("%(num)s 天前有人核实", 3) == "checked 3 days ago"
        assert t("（原文：%(text)s）", text="<b>%(x)s") == " (as written: <b>%(x)s)"
        with speaking("zh"):
            assert t("分享") == "分享"
            assert request.args["lang"] == "en"
        assert t("分享") == "Share"
        with pytest.raises(ZeroDivisionError), speaking("zh"):
            1 / 0  # noqa: B018 - the block is left by an error
        assert t("分享") == "Share"
    with speaker.test_request_context("/"):
        assert t("分享") == "分享"
        assert tn("%(num)s 天前有人核实", 1) == "1 天前有人核实"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Open 24 hours", "Open 24 hours"),
        ("淮海路 1 号", '<span lang="zh">淮海路 1 号</span>'),
        ("Open (高温)", 'Open (<span lang="zh">高温</span>)'),
        ("甲A乙", '<span lang="zh">甲</span>A<span lang="zh">乙</span>'),
        ("<b>甲</b>", '&lt;b&gt;<span lang="zh">甲</span>&lt;/b&gt;'),
        ("{{7*7}}\"站'", '{{7*7}}&#34;<span lang="zh">站</span>&#39;'),
        ("</script>驿", '&lt;/script&gt;<span lang="zh">驿</span>'),
        ("😀" * 500, "😀" * 500),
        ("", ""),
    ],
)
def test_what_a_union_wrote_is_marked_and_stays_text(
    speaker: Flask, text: str, marked: str
) -> None:
    with speaker.test_request_context("/?lang=en"):
        assert str(theirs(text)) == marked
        assert str(theirs(escape(text))) == marked
    with speaker.test_request_context("/"):
        assert theirs(text) == escape(text)


def test_an_error_of_both_languages_is_told_in_one(speaker: Flask) -> None:
    both = "照片太大。 The picture is too large. At most 5.0 MB."
    with speaker.test_request_context("/?lang=en"):
        assert of_both(both) == "The picture is too large. At most 5.0 MB."
        assert of_both("no station. 没有找到。") == "no station."
        assert of_both("只有中文。") == "只有中文。"
    with speaker.test_request_context("/"):
        assert of_both(both) == "照片太大。"
        assert of_both("no station. 没有找到。") == "没有找到。"


def test_addresses_in_a_language() -> None:
    assert in_language("/x", "zh") == "/x"
    assert in_language("/x", "en") == "/x?lang=en"
