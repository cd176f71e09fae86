"""The embed in a page of another origin, as a union's own site has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Page, expect

from station_map.importers.demo import load_demo
from tests.browser.conftest import HERE
from tests.browser.test_access import violations, wider_than_the_screen
from tests.conftest import REPOSITORY, LiveServer
from tests.docs import pages
from tests.support import live
from tests.support.hosting import hosting
from tests.web.stations import save, station

HOSTILE = "{{7*7}} ${alert(1)} </script><img src=x onerror=window.broken=1> `x` 🛵"
LOCKED = "area=340603&preset=hot_meal&lock=area,preset"
WEIGHT_LIMIT = 120 * 1024
type Open = Callable[..., Page]


@pytest.fixture(scope="module")
def host_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("host")


@pytest.fixture(scope="module")
def host(host_folder: Path) -> Iterator[str]:
    """Another site: another port, and so another origin."""
    with hosting(host_folder) as address:
        yield address


@pytest.fixture(scope="module")
def serving(
    host: str,
    _worker_database: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The product with a list of origins that holds this host."""
    port = live.free_port()
    folder = tmp_path_factory.mktemp("embedding")
    settings = {
        "STATION_MAP_DATABASE_URL": _worker_database.database.url,
        "STATION_MAP_DATA_DIR": str(folder / "data"),
        "STATION_MAP_EMBED_ORIGINS": host,
        "STATION_MAP_WORKERS": "1",
        "STATION_MAP_QUEUE_WORKER": "false",
    }
    with live.serving(["serve", "--port", str(port)], settings, folder / "server.log", port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def embedding(serving: str, database: Any) -> str:
    load_demo(database)
    return serving


@pytest.fixture
def open_host(chromium: Browser, host: str, host_folder: Path) -> Iterator[Open]:
    """Writes a page of the other site and opens it; what its console says is in `page.said`."""
    with ExitStack() as windows:

        def start(body: str, *, width: int = 360, height: int = 1400, **options: Any) -> Page:
            head = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>工会</title>'
            (host_folder / "index.html").write_text(
                f"{head}<style>body {{ margin: 0 }}</style><h1>相山区总工会</h1>{body}", "utf-8"
            )
            (host_folder / "favicon.ico").touch()
            context = chromium.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN", **options
            )
            windows.callback(context.close)
            page = context.new_page()
            page.goto(f"{host}/index.html")
            return page

        yield start


def element(base: str, attributes: str = "") -> str:
    """The element, with a list of what it said."""
    return f"""<script src="{base}/embed.js"></script>
<script>
window.heard = [];
for (const type of ['ready', 'select', 'height'])
  addEventListener(type, (event) => heard.push([event.target.id, type, event.detail]));
</script>
<station-map id="one" {attributes}></station-map>"""


def iframe(base: str, query: str, further: str = 'allow="geolocation"') -> str:
    return (
        f'<iframe src="{base}/embed/v1/?{query}" title="驿站" width="100%" height="600"'
        f' style="border:0;display:block" {further}></iframe>'
    )


def inside(page: Page, place: int = 0) -> FrameLocator:
    return page.frame_locator("iframe").nth(place)


def heard(page: Page, kind: str, of: str = "one") -> list[Any]:
    told: list[Any] = page.evaluate(
        "([of, kind]) => heard.filter(([id, type]) => id === of && type === kind)"
        ".map(([, , detail]) => detail)",
        [of, kind],
    )
    return told


def own_frame(page: Page, base: str) -> Frame:
    return next(frame for frame in page.frames if frame.url.startswith(base))


def has_heard(page: Page, kind: str, of: str = "one") -> None:
    page.wait_for_function(
        "([of, kind]) => heard.some(([id, type]) => id === of && type === kind)", arg=[of, kind]
    )


# -- the element


def test_the_element_is_as_high_as_what_is_in_it_and_says_so(
    open_host: Open, embedding: str
) -> None:
    attributes = 'area="340603" preset="hot_meal" lock="area,preset"'
    page = open_host(element(embedding, attributes), height=3200)
    expect(inside(page).locator(".card")).to_have_count(10)
    has_heard(page, "ready")
    has_heard(page, "height")
    page.wait_for_function(
        "() => { const last = heard.filter(([, type]) => type === 'height').at(-1)[2].height;"
        " return document.querySelector('iframe').offsetHeight === last && last > 1000 }"
    )
    frame = own_frame(page, embedding)
    assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight")
    tag = page.locator("iframe")
    assert tag.get_attribute("title") == "工会驿站地图"
    assert tag.get_attribute("loading") == "lazy"
    assert tag.get_attribute("allow") == "geolocation"
    assert tag.get_attribute("referrerpolicy") == "strict-origin-when-cross-origin"


def test_a_station_opens_in_place_and_is_told(open_host: Open, embedding: str) -> None:
    page = open_host(element(embedding, 'area="340603"'), height=3200)
    has_heard(page, "ready")
    card = inside(page).locator(".card").nth(2)
    name, code = card.locator("a").inner_text(), card.get_attribute("data-code")
    before = page.evaluate("history.length")
    card.locator("a").click()
    expect(inside(page).locator(".opened h1")).to_contain_text(name)
    has_heard(page, "select")
    assert heard(page, "select")[-1] == {"code": code, "name": name}
    inside(page).get_by_role("link", name="回到列表").click()
    expect(inside(page).locator(f'.card[data-code="{code}"] a')).to_be_focused()
    assert page.evaluate("history.length") == before
    page.evaluate("code => document.getElementById('one').select(code)", code)
    expect(inside(page).locator(".opened h1")).to_contain_text(name)


def test_a_changed_attribute_changes_the_map(open_host: Open, embedding: str) -> None:
    page = open_host(element(embedding, 'area="340603"'), height=3200)
    expect(inside(page).locator("#heading")).to_contain_text("相山区")
    page.evaluate("document.getElementById('one').setAttribute('area', '340602')")
    expect(inside(page).locator("#heading")).to_contain_text("杜集区")
    page.evaluate("document.getElementById('one').setAttribute('height', '444')")
    page.wait_for_function("document.querySelector('iframe').offsetHeight === 444")


def test_two_embeds_are_kept_apart(open_host: Open, embedding: str) -> None:
    second = '<station-map id="two" area="340602" list="only"></station-map>'
    page = open_host(element(embedding, 'area="340603" list="only"') + second, height=6000)
    for which in ("one", "two"):
        has_heard(page, "height", which)
    expect(inside(page, 1).locator(".card")).to_have_count(10)
    inside(page, 1).locator(".card a").first.click()
    has_heard(page, "select", "two")
    assert heard(page, "select", "one") == []
    expect(inside(page, 0).locator("#heading")).to_contain_text("相山区")


def test_messages_of_others_are_not_listened_to(open_host: Open, embedding: str) -> None:
    page = open_host(element(embedding, 'area="340603"'), height=3200)
    has_heard(page, "height")
    before = page.locator("iframe").evaluate("frame => frame.offsetHeight")
    page.evaluate(
        "() => { postMessage({'station-map': 1, type: 'select', code: 'x'}, '*');"
        " postMessage({'station-map': 1, type: 'height', height: 9}, '*') }"
    )
    frame = own_frame(page, embedding)
    # The frame's own words, but not what the protocol knows.
    frame.evaluate("parent.postMessage({'station-map': 1, type: 'close'}, '*')")
    frame.evaluate("parent.postMessage({'station-map': 1, type: 'height', height: -1}, '*')")
    frame.evaluate("parent.postMessage({'station-map': 2, type: 'height', height: 9}, '*')")
    # And the other way round: its own window is not the one around it.
    code = inside(page).locator(".card").first.get_attribute("data-code")
    frame.evaluate("code => postMessage({'station-map': 1, type: 'select', code}, '*')", code)
    frame.evaluate("parent.postMessage({'station-map': 1, type: 'select', code: 'last'}, '*')")
    has_heard(page, "select")
    assert heard(page, "select") == [{"code": "last"}]
    assert page.locator("iframe").evaluate("frame => frame.offsetHeight") == before
    expect(inside(page).locator(".opened")).to_have_count(0)


# -- who may frame it


def test_a_site_that_is_not_on_the_list_gets_nothing(
    open_host: Open, live_server: LiveServer
) -> None:
    """The usual live server has no list."""
    refused: list[str] = []
    page = open_host("<p>nothing yet</p>")
    page.on("console", lambda message: refused.append(message.text))
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.evaluate(
            "address => { const frame = document.createElement('iframe'); frame.src = address;"
            " document.body.append(frame) }",
            f"{live_server.base_url}/embed/v1/",
        )
    expect(inside(page).locator("#embed")).to_have_count(0)


def test_every_other_page_refuses_a_site_on_the_list(open_host: Open, embedding: str) -> None:
    page = open_host("<p>nothing yet</p>")
    for path in ("/", "/api/docs", "/admin/login", "/embed/v1/spots"):
        with page.expect_console_message(
            lambda message: "frame-ancestors" in message.text or "X-Frame-Options" in message.text
        ):
            page.evaluate(
                "address => { const frame = document.createElement('iframe'); frame.src = address;"
                " document.body.append(frame) }",
                embedding + path,
            )


# -- where the visitor is


def test_the_nearest_come_first_where_position_is_allowed(open_host: Open, embedding: str) -> None:
    page = open_host(
        iframe(embedding, LOCKED),
        geolocation={"longitude": HERE[0], "latitude": HERE[1]},
    )
    page.context.grant_permissions(["geolocation"])
    inside(page).get_by_role("button", name="用我的位置").click()
    expect(inside(page).locator("#heading")).to_contain_text("离你最近的 10 个驿站")
    expect(inside(page).locator(".chip.fixed")).to_have_count(2)
    assert "lon=" not in own_frame(page, embedding).evaluate("location.href")


@pytest.mark.parametrize("query", ["", "kiosk=1"])
def test_a_dead_button_gives_way(open_host: Open, embedding: str, query: str) -> None:
    """The page around does not pass the permission on: no `allow`."""
    page = open_host(iframe(embedding, query, ""))
    page.context.grant_permissions(["geolocation"])
    expect(inside(page).locator("#locate")).to_have_count(0)
    way = inside(page).get_by_role("link", name="打开完整地图")
    if query:
        expect(way).to_have_count(0)
    else:
        expect(way).to_be_visible()
        assert way.get_attribute("target") == "_blank"


def test_a_refusal_of_the_visitor_gives_way_too(open_host: Open, embedding: str) -> None:
    page = open_host("<p>nothing yet</p>")
    # A browser that has not been asked yet; this one refuses whatever nobody granted.
    page.context.add_init_script("navigator.permissions.query = async () => ({state: 'prompt'})")
    page.evaluate("html => document.body.innerHTML = html", iframe(embedding, ""))
    inside(page).get_by_role("button", name="用我的位置").click()
    expect(inside(page).get_by_role("link", name="打开完整地图")).to_be_visible()
    expect(inside(page).get_by_text("没有得到位置许可。")).to_be_visible()
    expect(inside(page).locator("#locate")).to_have_count(0)


# -- for everyone


@pytest.mark.parametrize("theme", ["", "light", "dark", "contrast"])
def test_axe_finds_nothing(chromium: Browser, embedding: str, theme: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 700}, reduced_motion="reduce")
    page = context.new_page()
    chosen = f"theme={theme}" if theme else ""
    schemes = ("light", "dark") if not theme else ("light",)
    for query in (f"{LOCKED}&{chosen}", f"list=only&{chosen}", f"list=none&{chosen}"):
        page.goto(f"{embedding}/embed/v1/?{query}")
        if "only" not in query:
            page.locator(".leaflet-marker-icon").first.wait_for()
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert violations(page) == [], (query, scheme)
    page.goto(f"{embedding}/embed/v1/?{LOCKED}&{chosen}")
    page.locator(".card a").first.click()
    page.locator(".opened").wait_for()
    assert violations(page) == []
    context.close()


@pytest.mark.parametrize("width", [280, 360, 700, 1280])
def test_nothing_is_wider_than_the_frame(chromium: Browser, embedding: str, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 600})
    for layout in ("side", "bottom", "only", "none"):
        for lang in ("zh", "en"):
            page.goto(f"{embedding}/embed/v1/?list={layout}&lang={lang}&{LOCKED}")
            assert wider_than_the_screen(page) == [], (layout, lang)
    page.goto(f"{embedding}/embed/v1/?lang=en")
    page.locator(".card a").first.click()
    page.locator(".opened").wait_for()
    assert wider_than_the_screen(page) == []
    page.close()


@pytest.mark.parametrize("layout", ["side", "bottom", "only", "none"])
def test_without_javascript_it_is_a_list_with_links(
    open_host: Open, embedding: str, layout: str
) -> None:
    page = open_host(iframe(embedding, f"{LOCKED}&list={layout}"), java_script_enabled=False)
    expect(inside(page).locator(".card")).to_have_count(10)
    expect(inside(page).locator("#locate:visible")).to_have_count(0)
    name = inside(page).locator(".card a").first.inner_text()
    inside(page).locator(".card a").first.click()
    expect(inside(page).locator(".opened h1")).to_contain_text(name)
    inside(page).get_by_role("link", name="回到列表").click()
    inside(page).get_by_role("link", name="手机充电").click()
    expect(inside(page).locator(".chip.on")).to_have_count(1)
    expect(inside(page).locator(".chip.fixed")).to_have_count(2)


def test_printed_it_is_the_list(chromium: Browser, embedding: str) -> None:
    page = chromium.new_page(viewport={"width": 700, "height": 500})
    page.goto(f"{embedding}/embed/v1/?{LOCKED}")
    page.emulate_media(media="print")
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator(".tools")).to_be_hidden()
    assert page.locator("#list").evaluate("list => list.scrollHeight <= list.clientHeight")
    page.close()


def test_keys_lead_through_list_and_map(chromium: Browser, embedding: str) -> None:
    page = chromium.new_page(viewport={"width": 1000, "height": 600})
    page.goto(f"{embedding}/embed/v1/?{LOCKED}&locate=0")
    page.locator(".leaflet-marker-icon").first.wait_for()
    page.keyboard.press("Tab")
    first = page.locator("a.chip").first
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("a.chip.on")).to_be_focused()
    page.locator(".card a").first.focus()
    name = page.locator(".card a").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#heading")).to_be_focused()
    expect(page.locator("#heading")).to_contain_text(name)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".card a").first).to_be_focused()
    pin = page.locator(".leaflet-marker-icon.pin").first
    pin.focus()
    label = pin.get_attribute("aria-label") or ""
    page.keyboard.press("Enter")
    expect(page.locator("#heading")).to_be_focused()
    heading = page.locator("#heading").inner_text().split("\n")[0].split(" 示例")[0].strip()
    assert label.startswith(heading.removesuffix("示例").strip())
    page.close()


def test_nothing_is_kept_in_the_browser(open_host: Open, embedding: str) -> None:
    page = open_host(iframe(embedding, LOCKED))
    inside(page).locator(".leaflet-marker-icon").first.wait_for()
    inside(page).locator(".card a").first.click()
    inside(page).locator(".opened").wait_for()
    assert page.context.cookies() == []
    kept = own_frame(page, embedding).evaluate(
        "async () => [localStorage.length, sessionStorage.length,"
        " (await indexedDB.databases()).length, (await caches.keys()).length,"
        " (await navigator.serviceWorker.getRegistrations()).length]"
    )
    assert kept == [0, 0, 0, 0, 0]


def test_hostile_names_are_text(open_host: Open, serving: str, database: Any) -> None:
    save(database, [station(HOSTILE, code="A-1")])
    page = open_host(element(serving, ""), height=2000)
    expect(inside(page).locator(".card a")).to_have_text(HOSTILE)
    inside(page).locator(".leaflet-marker-icon").first.wait_for()
    inside(page).locator(".card a").click()
    has_heard(page, "select")
    assert heard(page, "select")[-1] == {"code": "A-1", "name": HOSTILE}
    frame = own_frame(page, serving)
    assert frame.evaluate("[window.broken, document.querySelectorAll('img[src=x]').length]") == [
        None,
        0,
    ]


def test_a_first_visit_is_light_and_keeps_its_policy(chromium: Browser, embedding: str) -> None:
    context = chromium.new_context(viewport={"width": 1000, "height": 600})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    weights: list[float] = []
    session.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    outside: list[str] = []
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(embedding) else outside.append(asked.url),
    )
    page.goto(f"{embedding}/embed/v1/?lang=en")
    page.locator(".leaflet-marker-icon").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert len(weights) > 7
    assert sum(weights) < WEIGHT_LIMIT
    assert complaints == []
    assert outside == []
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_a_theme_holds_whatever_the_device_wishes(
    chromium: Browser, embedding: str, theme: str
) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 600})
    page.goto(f"{embedding}/embed/v1/?list=only&theme={theme}")
    read = "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color"
    seen = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        seen.add(page.evaluate(read))
    expected = {
        "light": "rgb(255, 255, 255)rgb(29, 27, 25)",
        "dark": "rgb(33, 31, 29)rgb(243, 240, 235)",
        "contrast": "rgb(255, 255, 255)rgb(0, 0, 0)",
    }
    assert seen == {expected[theme]}
    page.close()


def test_the_web_editors_way(open_host: Open, embedding: str, host: str, host_folder: Path) -> None:
    """`docs/make_embed.py` takes the pictures of the same steps."""
    script = pages.script(REPOSITORY / "docs/make_embed.py")
    page = open_host(
        "",
        width=script.PHONE["width"],
        height=script.PHONE["height"],
        geolocation=script.HERE,
        permissions=["geolocation"],
    )
    (host_folder / "editor.html").write_text(script.written(embedding), "utf-8")
    looked: list[str] = []
    name = script.way(page, f"{host}/editor.html", lambda page: looked.append(page.url))
    assert len(looked) == 4
    assert name in inside(page).locator(".opened h1").inner_text()
    how_to = (REPOSITORY / "docs/how-to/embed.md").read_text("utf-8")
    assert script.ELEMENT in how_to  # what the editor is told to paste is what is tested
