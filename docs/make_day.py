"""An operator's day in pictures: an editor's, on a phone or a desk, a keeper's, and nobody's.

    python docs/make_day.py phone http://127.0.0.1:8000 NAME PASSWORD LEDGER
    python docs/make_day.py desk http://127.0.0.1:8000 NAME PASSWORD LEDGER

NAME is an administrator's account (`station-map users add`) on a new server with the demo data,
another one for each way: the day changes it. LEDGER is a csv in GBK whose header begins with
名称,地址,百度坐标. Needs what `make_walk.py` needs.
"""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from make_walk import (
    DESK,
    IMAGES,
    PHONE,
    Way,
    WrongTurn,
    settled,
    sign_in,
    strip,
    visitor,
    wait_until,
)
from playwright.sync_api import Locator, Page, expect, sync_playwright

Look = Callable[[Page], None]
STEP_MS = 120_000  # an import starts a process for each of its steps
LOCKED = "340603-D0116"  # a bank in 相山区
SHIFTED = "340603-D0059"
TWICE = ("淮海中路书报亭工会驿站", "116.80268, 33.95427")
SOUNDS_ALIKE = ("怀海中路书报亭驿站", "116.80275, 33.95430")
KEPT = ("340603-D0069", "340603-D0096", "340603-D0101")  # not verified for months
FESTIVAL = ("2027-02-05", "2027-02-12")
FORMS = ("cases", "bulk", "import", "duplicates", "users", "round")
WAYS = {"phone": Way("phone", PHONE), "desk": Way("desk-dark", DESK, scheme="dark")}
PICTURES = {
    ("phone", "morning"): "day-phone-morning.webp",
    ("phone", "noon"): "day-phone-noon.webp",
    ("phone", "evening"): "day-phone-evening.webp",
    ("phone", "round"): "day-phone-round.webp",
    ("phone", "refused"): "day-phone-refused.webp",
    ("desk", "morning"): "day-desk-dark-morning.webp",
    ("desk", "noon"): "day-desk-dark-noon.webp",
    ("desk", "evening"): "day-desk-dark-evening.webp",
    ("desk", "round"): "day-desk-dark-round.webp",
    ("desk", "refused"): "day-desk-dark-refused.webp",
}
# The worker holds the page, and the list stands in the phone's own base: only then has the page
# said how many answers wait.
_ROUND_KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('station-map-round-'))
    const worker = await navigator.serviceWorker.getRegistration('/admin/round')
    return names.length && worker?.scope.endsWith('/admin/round')
        && worker.active?.state === 'activated'
        && document.getElementById('round-note').dataset.waiting !== undefined
}"""


class Site(NamedTuple):
    """The server, the browser that visits it, and the way in which all of them look at it."""

    browser: Any
    address: str
    way: Way

    @contextmanager
    def window(self) -> Iterator[Page]:
        """A browser window of somebody who has never been here."""
        context = visitor(self.browser, self.way)
        yield context.new_page()
        context.close()


# -- what everybody does -----------------------------------------------------------------


def turn_to(page: Page, words: str) -> None:
    """A page of the bar above."""
    link = page.get_by_role("navigation", name="管理").get_by_role("link", name=words, exact=True)
    link.click()
    expect(link).to_have_attribute("aria-current", "page", timeout=STEP_MS)


def press(page: Page, words: str) -> None:
    """A button by all of its words."""
    page.get_by_role("button", name=words, exact=True).click()


def done(page: Page, words: str) -> None:
    """The page says what was done."""
    expect(page.get_by_role("status").first).to_contain_text(words, timeout=STEP_MS)


def show(what: Locator) -> None:
    """Scroll until it stands below the upper edge."""
    what.evaluate("one => one.scrollIntoView({block: 'start'})")


def invite(boss: Page, name: str, role: str, title: str) -> str:
    """The link for a new account; what it may change is filled in by the caller before."""
    boss.get_by_label("帐号名").fill(name)
    boss.get_by_label(role, exact=True).check()
    boss.get_by_label("称呼").fill(title)
    press(boss, "开帐号")
    return boss.locator("code.secret").inner_text()


def welcome(site: Site, link: str) -> str:
    """Its owner chooses a password, which this gives."""
    password = secrets.token_urlsafe(16)
    with site.window() as page:
        page.goto(link)
        page.get_by_label("密码").fill(password)
        page.get_by_label("再写一次").fill(password)
        press(page, "设好并登录")
        expect(page.get_by_role("navigation", name="管理")).to_be_visible()
    return password


class People(NamedTuple):
    """Passwords of the two that an administrator has let in."""

    editor: str
    keeper: str


def let_in(site: Site, name: str, password: str) -> People:
    """An editor of the whole city, and a keeper of three stations."""
    with site.window() as boss:
        sign_in(boss, site.address, name, password)
        turn_to(boss, "帐号")
        boss.get_by_label("淮北市").check()
        editor = invite(boss, "bianji", "地区编辑", "市总工会编辑")
        turn_to(boss, "帐号")
        boss.get_by_label("站点管理员管的驿站").fill("\n".join(KEPT))
        keeper = invite(boss, "guanli", "站点管理员", "相山北路三站")
    return People(welcome(site, editor), welcome(site, keeper))


def riders_find_it_locked(site: Site) -> None:
    """Two riders at one door: from the second on, everybody sees it."""
    for rider in ("one", "two"):
        context = site.browser.new_context(locale="zh-CN", user_agent=f"rider {rider}")
        page = context.new_page()
        page.goto(f"{site.address}/stations/{LOCKED}")
        page.get_by_role("link", name="报告问题").click()
        page.locator("dialog button.choice[value=locked]").click()
        expect(page.locator(".report-thanks")).to_be_visible()
        context.close()


# -- the editor --------------------------------------------------------------------------


def answer_a_locked_door(page: Page, look: Look) -> None:
    """The case that riders opened, looked at, taken, answered."""
    turn_to(page, "反映")
    look(page)
    page.get_by_role("link", name="锁门").first.click()
    expect(page.get_by_text("有人反映锁门", exact=True)).to_be_visible()
    look(page)
    press(page, "我来处理")
    page.get_by_text("门开着，一切正常").click()
    page.get_by_label("说明").first.fill("打过电话：门开着，锁的是隔壁")
    show(page.get_by_role("heading", name="处理", exact=True))
    look(page)
    press(page, "一切正常")
    done(page, "骑手看到的已经跟着变")
    look(page)


def move_a_pin(page: Page, look: Look) -> None:
    """Found by the sound of its name, dragged, and why."""
    turn_to(page, "驿站")
    page.get_by_label("站名、地址、拼音或编号").fill("renminzhongluyaodian")
    press(page, "找")
    page.locator(f".stations a[href$='{SHIFTED}']").click()
    page.get_by_role("link", name="改位置").click()
    pin = page.locator(".leaflet-marker-draggable")
    show(page.locator("#edit-map"))
    drag(page, pin)
    expect(page.locator("#position-words")).to_contain_text("离原来")
    expect(page.get_by_label("WGS-84")).to_be_checked()
    look(page)
    press(page, "保存")
    expect(page.locator("#reason-wrong")).to_contain_text("超过 200 米")
    page.get_by_label("为什么改").fill("药店说门在路东")
    look(page)
    press(page, "保存")
    done(page, "存好了")
    look(page)


def drag(page: Page, pin: Locator) -> None:
    """Some 50 pixels to the east, slowly enough to be a drag."""
    box = pin.bounding_box()
    if box is None:
        raise WrongTurn("there is no pin to be seen")
    page.mouse.move(box["x"] + 22, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 72, box["y"] + 10, steps=6)
    page.mouse.up()


def close_banks_for_the_festival(page: Page, look: Look) -> None:
    """Spring Festival hours for all banks: chosen, looked at, done."""
    turn_to(page, "批量修改")
    page.get_by_label("银行", exact=True).check()
    press(page, "找出来")
    page.get_by_label("特别日子").check()
    for label, text in zip(("第一天", "最后一天"), FESTIVAL, strict=True):
        page.get_by_label(label).fill(text)
    page.get_by_label("那几天的时间").fill("9:00-16:00")
    page.get_by_label("春节", exact=True).check()
    show(page.locator("#found-heading"))
    look(page)
    press(page, "看看会怎样")
    expect(page.locator(".entries")).to_contain_text("每天 09:00–16:00")
    page.get_by_label("为什么改").fill("市里的春节通知")
    look(page)
    page.get_by_role("button", name=re.compile(r"改这 \d+ 个驿站")).click()
    done(page, "改好了")
    look(page)


def misread(ledger: Path, folder: Path) -> Path:
    """The ledger with two headers as somebody may write them: one is misread, one not known."""
    text = ledger.read_bytes().decode("gbk")
    told = "名称,地址,百度坐标,"
    if not text.startswith(told):
        raise WrongTurn(f"{ledger} does not begin with {told}")
    path = folder / "各区报来的台账.csv"
    path.write_bytes(text.replace(told, "名称,所在路段,位置,", 1).encode("gbk"))
    return path


def import_a_ledger(page: Page, look: Look, ledger: Path) -> None:
    """位置 was read as the address and is the position; 所在路段 is the address."""
    turn_to(page, "导入")
    page.get_by_label("文件").set_input_files(ledger)
    press(page, "上传")
    expect(page.locator("h1")).to_have_text("每一列是什么", timeout=STEP_MS)
    expect(page.get_by_label("位置").locator("option:checked")).to_have_text("地址")
    look(page)
    page.get_by_label("所在路段").select_option(label="地址")
    page.get_by_label("位置").select_option(label="坐标（经纬度在一格）")
    look(page)
    press(page, "下一步：坐标系")
    expect(page.locator("h1")).to_have_text("坐标是哪种坐标系", timeout=STEP_MS)
    expect(page.locator("#import-map.is-ready")).to_be_visible()
    press(page, "看下一行")
    page.get_by_label(re.compile("BD-09 百度坐标")).check()
    look(page)
    press(page, "下一步：检查每一行")
    expect(page.locator("h1")).to_have_text("每一行会怎样", timeout=STEP_MS)
    look(page)
    press(page, "导入选中的行")
    done(page, "新建")
    look(page)


def enter(page: Page, name: str, place: str) -> str:
    """A new station; its code."""
    turn_to(page, "驿站")
    page.get_by_role("link", name="新建").click()
    page.get_by_label("站名", exact=True).fill(name)
    page.get_by_label("坐标", exact=True).fill(place)
    page.get_by_label("WGS-84").check()
    press(page, "建好")
    done(page, "建好了")
    return page.url.partition("?")[0].rpartition("/")[2]


def merge_the_two(page: Page, look: Look, site: Site) -> None:
    """Entered twice, under names that sound the same: looked at side by side, made one; the
    younger code leads on.
    """
    older, younger = enter(page, *TWICE), enter(page, *SOUNDS_ALIKE)
    turn_to(page, "重复")
    look(page)
    page.get_by_role("link", name=SOUNDS_ALIKE[0]).first.click()
    expect(page.locator(".spot-second")).to_be_visible()
    look(page)
    page.locator("#kept").get_by_label(older).check()
    names = page.get_by_role("group", name="站名")
    names.get_by_label(re.compile(TWICE[0])).check()
    page.locator("[name=reason_merge]").fill("去看过，是同一个门")
    show(page.locator("#kept"))
    look(page)
    press(page, "合并这两个")
    done(page, "合并好了")
    look(page)
    if not page.request.get(f"{site.address}/stations/{younger}").url.endswith(older):
        raise WrongTurn("the younger code does not lead to the station that was kept")


def take_the_move_back(page: Page, look: Look, site: Site) -> None:
    """The pin was right where it was: from the list of changes back to where it stood."""
    page.goto(f"{site.address}/stations/{SHIFTED}/history")
    expect(page.locator("#moves-map.is-ready .move-spot")).to_have_count(2)
    look(page)
    page.get_by_role("link", name="看这一次，或者撤销").first.click()
    show(page.locator("#revert-heading"))
    page.get_by_label("为什么撤销").fill("药店又说：门在路西，原来是对的")
    look(page)
    press(page, "撤销这次改动")
    done(page, "撤销好了")
    look(page)


# -- the keeper, and nobody --------------------------------------------------------------


def go_round_without_signal(page: Page, look: Look, site: Site) -> None:
    """Three stations: opened with signal, answered without, sent when it returns."""
    turn_to(page, "核实")
    expect(page.get_by_text("今天 0 / 3")).to_be_visible()
    wait_until(page, _ROUND_KEPT)
    look(page)
    page.context.set_offline(True)
    page.goto(f"{site.address}/admin/round")
    expect(page.locator("#round-note")).to_contain_text("没有信号")
    look(page)
    page.locator(".round-list a").first.click()
    for count in (1, 2):
        look(page)
        press(page, "都对")
        expect(page.locator("#round-note")).to_contain_text(f"还有 {count} 条没发出")
    page.get_by_text("不在了，或者关了").click()
    page.get_by_label("说明").fill("工地拆了，没有驿站了")
    look(page)
    press(page, "不在了或关了")
    expect(page.get_by_text("今天 3 / 3")).to_be_visible()
    look(page)
    page.context.set_offline(False)
    expect(page.locator("#round-note")).to_contain_text("发出了 3 条")
    look(page)


def stay_in_ones_own(page: Page, look: Look, site: Site) -> None:
    """A keeper asks for what is an administrator's, and for another's station."""
    for address in ("/admin/users", f"/admin/stations/{LOCKED}/edit/hours"):
        answer = page.goto(site.address + address)
        if answer is None or answer.status != 403:
            raise WrongTurn(f"a keeper was let in: {address}")
    look(page)


def be_refused(page: Page, look: Look, site: Site, addresses: list[str]) -> None:
    """Whoever has not signed in is asked to; what is sent without that is not taken."""
    for address in addresses:
        page.goto(site.address + address)
        expect(page).to_have_url(re.compile(r"/admin/login"))
        answer = page.request.post(site.address + address, max_redirects=0)
        if answer.status < 400 and "/admin/login" not in answer.headers.get("location", ""):
            raise WrongTurn(f"something was taken from nobody: {address}")
    look(page)


# -- the day -----------------------------------------------------------------------------


def day(site: Site, name: str, password: str, ledger: Path, looks: Callable[[str], Look]) -> None:
    """The editor's day, the keeper's round, and nobody at the door.

    name, password: an administrator's. looks: what to do at each step of the part named.
    """
    people = let_in(site, name, password)
    riders_find_it_locked(site)
    with site.window() as page:
        editors_day(page, site, people.editor, ledger, looks)
        links = page.get_by_role("navigation", name="管理").get_by_role("link")
        paths = [link.get_attribute("href") or "" for link in links.all()]
    with site.window() as page:
        sign_in(page, site.address, "guanli", people.keeper)
        go_round_without_signal(page, looks("round"), site)
        stay_in_ones_own(page, looks("refused"), site)
    with site.window() as page:
        be_refused(page, looks("refused"), site, [*paths, *(f"/admin/{one}" for one in FORMS)])


def editors_day(
    page: Page, site: Site, password: str, ledger: Path, looks: Callable[[str], Look]
) -> None:
    """From signing in to the mistake taken back."""
    sign_in(page, site.address, "bianji", password)
    looks("morning")(page)
    answer_a_locked_door(page, looks("morning"))
    move_a_pin(page, looks("morning"))
    close_banks_for_the_festival(page, looks("noon"))
    import_a_ledger(page, looks("noon"), ledger)
    merge_the_two(page, looks("evening"), site)
    take_the_move_back(page, looks("evening"), site)


def main(which: str, address: str, name: str, password: str, ledger: str) -> None:
    """Walk the day one way and keep its pictures, a file for each part."""
    pictures: dict[str, list[bytes]] = {}

    def looks(part: str) -> Look:
        return lambda page: pictures.setdefault(part, []).append(settled(page))

    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        site = Site(browser, address, WAYS[which])
        day(site, name, password, misread(Path(ledger), Path(folder)), looks)
        browser.close()
    for part, shots in pictures.items():
        strip(shots).save(IMAGES / PICTURES[which, part], quality=70, method=6)


if __name__ == "__main__":
    main(*sys.argv[1:6])
