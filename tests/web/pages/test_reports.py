"""Reports and suggestions as plain forms: without scripts, without login, without being fooled."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from station_map.domain.reports import SENDER_RATES, ReportField, ReportKind
from station_map.store.database import Database
from station_map.store.report_photos import FOLDER
from tests.store.merging import rows, value
from tests.web.stations import HOSTILE_NAMES, having, save, station

HERE = {"Sec-Fetch-Site": "same-origin"}
WISH = {"lon": "116.798", "lat": "33.956"}


@pytest.fixture
def code(database: Database) -> str:
    (code,) = save(database, [station("城东驿站", amenities=having("microwave", toilet="broken"))])
    return code


def address(code: str) -> str:
    return f"/stations/{code}/report"


def hidden(page: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page.text))


def press(
    client: FlaskClient,
    code: str,
    kind: str,
    *,
    headers: dict[str, str] | None = None,
    who: str = "203.0.113.5",
    **fields: Any,
) -> TestResponse:
    return client.post(
        address(code),
        data={"kind": kind, "note": "", "amenity": "", "field": "", **fields},
        headers=HERE if headers is None else headers,
        environ_overrides={"REMOTE_ADDR": who},
    )


def reports(database: Database) -> list[tuple[Any, ...]]:
    return rows(
        database,
        "SELECT kind, a.code, field, note FROM report r LEFT JOIN amenity a ON a.id = amenity_id"
        " ORDER BY r.id",
    )


# ---- the form ----------------------------------------------------------------------------


def test_the_form_offers_five_answers_and_what_is_here_first(
    client: FlaskClient, code: str
) -> None:
    page = client.get(address(code))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    assert re.findall(r'name="kind" value="(\w+)"', page.text) == list(ReportKind)
    here, others = re.findall(r"<optgroup.*?</optgroup>", page.text, re.DOTALL)
    assert re.findall(r'value="(\w+)"', here) == ["microwave", "toilet"]
    assert 'value="wifi"' in others
    assert 'value="toilet"' not in others
    for field in ReportField:
        assert f'<option value="{field.value}">' in page.text
    assert "noindex" in page.text


@pytest.mark.parametrize("unknown", ["none", "%00", "a%20b", "站"])
def test_no_station_no_form(client: FlaskClient, unknown: str) -> None:
    for got in (client.get(address(unknown)), press(client, unknown, "open")):
        assert got.status_code == 404
        assert got.mimetype == "text/html"


def test_one_press_is_a_report_and_says_what_it_changes(
    client: FlaskClient, database: Database, code: str
) -> None:
    got = press(client, code, "locked", field="phone", amenity="wifi")
    assert got.status_code == 303
    assert got.headers["Location"] == f"{address(code)}?done=locked"
    assert reports(database) == [("locked", None, None, None)]
    thanks = client.get(got.headers["Location"])
    assert "再有一个人也说锁门" in thanks.text
    assert 'role="status"' in thanks.text
    press(client, code, "locked", who="203.0.113.6")
    assert "卡片上写着“有人反映锁门”" in client.get(got.headers["Location"]).text


def test_a_question_in_the_address_is_kept(client: FlaskClient, code: str) -> None:
    got = client.post(f"{address(code)}?lon=116.8&lat=33.9", data={"kind": "open"}, headers=HERE)
    assert got.headers["Location"] == f"{address(code)}?lon=116.80000&lat=33.90000&done=open"
    page = client.get(got.headers["Location"])
    assert f'href="/stations/{code}?lon=116.80000&amp;lat=33.90000"' in page.text


def test_which_is_asked_for_and_what_was_written_stays(
    client: FlaskClient, database: Database, code: str
) -> None:
    got = press(client, code, "broken", note="不转了")
    assert got.status_code == 400
    assert "请说明是哪样设备。" in got.text
    assert ">不转了</textarea>" in got.text
    assert reports(database) == []
    assert press(client, code, "broken", note="不转了", amenity="microwave").status_code == 303
    assert press(client, code, "wrong", field="phone").status_code == 303
    assert reports(database) == [
        ("broken", "microwave", None, "不转了"),
        ("wrong", None, "phone", None),
    ]


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("sleepy", {}, "哪种情况："),
        ("", {}, "哪种情况："),
        ("open", {"note": "x" * 501}, "想说的：超过 500 个字。"),
        ("broken", {"amenity": "sauna"}, "哪样坏了："),
        ("open", {"colour": "red"}, "colour："),
    ],
)
def test_what_cannot_be_taken_is_said(
    client: FlaskClient,
    database: Database,
    code: str,
    kind: str,
    fields: dict[str, str],
    words: str,
) -> None:
    got = press(client, code, kind, **fields)
    assert got.status_code == 400
    assert words in got.text
    assert reports(database) == []


def test_a_photo_comes_along(
    client: FlaskClient, database: Database, tmp_path: Path, code: str
) -> None:
    out = BytesIO()
    Image.new("RGB", (30, 20)).save(out, "PNG")
    out.seek(0)
    assert press(client, code, "gone", photo=(out, "门.png")).status_code == 303
    name = value(database, "SELECT photo FROM report")
    assert [path.stem for path in (tmp_path / FOLDER).rglob("*.jpg")] == [name]


def test_a_file_that_is_no_photo_is_said(
    client: FlaskClient, database: Database, code: str
) -> None:
    got = press(client, code, "gone", photo=(BytesIO(b"%PDF-1.7"), "a.pdf"))
    assert got.status_code == 400
    assert "只收 JPEG" in got.text
    assert reports(database) == []


def test_no_chosen_file_is_no_photo(client: FlaskClient, database: Database, code: str) -> None:
    assert press(client, code, "gone", photo=(BytesIO(b""), "")).status_code == 303
    assert value(database, "SELECT photo FROM report") is None


def test_a_double_press_is_stored_once_and_a_shared_page_twice(
    client: FlaskClient, database: Database, code: str
) -> None:
    form = hidden(client.get(address(code)))
    for _ in range(2):
        assert press(client, code, "open", id=form["id"]).status_code == 303
    assert len(reports(database)) == 1
    press(client, code, "open", id=form["id"], who="203.0.113.6")
    press(client, code, "locked", id=form["id"])
    assert [kind for kind, *_ in reports(database)] == ["open", "open", "locked"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_and_notes_are_text(
    client: FlaskClient, database: Database, name: str
) -> None:
    (code,) = save(database, [station(name)])
    note = name[:400].strip()
    page = client.get(address(code))
    assert name in unescape(page.text)
    got = press(client, code, "broken", note=note, amenity=note, field=note)
    assert got.status_code == 400
    assert f">{note}</textarea>" in unescape(got.text)
    for text in (page.text, got.text):
        assert "<script>alert" not in text
        visible = re.sub(r'<svg.*?</svg>|<input type="hidden".*?>', "", text, flags=re.DOTALL)
        assert "49" not in visible.partition("<main")[2]
    assert press(client, code, "open", note=note).status_code == 303
    assert reports(database)[-1][3] == note


# ---- who may send ------------------------------------------------------------------------


def test_a_browser_that_tells_nothing_needs_the_forms_token(
    client: FlaskClient, database: Database, code: str
) -> None:
    got = press(client, code, "open", headers={}, note="写了一半")
    assert got.status_code == 403
    assert "请再按一次" in got.text
    assert ">写了一半</textarea>" in got.text
    assert reports(database) == []
    token = hidden(got)["token"]
    assert press(client, code, "open", headers={}, token=token, who="127.0.0.1").status_code == 403
    assert press(client, code, "open", headers={}, token=token).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_sites_page_cannot_send_even_with_a_token(
    client: FlaskClient, database: Database, code: str, headers: dict[str, str]
) -> None:
    page = client.get(address(code), environ_overrides={"REMOTE_ADDR": "203.0.113.5"})
    token = hidden(page)["token"]
    assert press(client, code, "locked", headers=headers, token=token).status_code == 403
    got = client.post("/suggest", data={**WISH, "token": token}, headers=headers)
    assert got.status_code == 403
    assert reports(database) == []


def test_a_flood_is_told_on_a_page(client: FlaskClient, code: str) -> None:
    for number in range(SENDER_RATES[0].most):
        assert press(client, code, "open", note=str(number)).status_code == 303
    got = press(client, code, "open", note="one more")
    assert got.status_code == 429
    assert got.mimetype == "text/html"
    assert int(got.headers["Retry-After"]) > 0
    assert "反映得太多了" in got.text


# ---- cards -------------------------------------------------------------------------------


def test_a_card_says_that_its_door_is_reported_locked_until_someone_confirms(
    client: FlaskClient, code: str
) -> None:
    part = f"/parts/card/{code}"
    assert "有人反映锁门" not in client.get(part).text
    press(client, code, "locked")
    press(client, code, "locked", who="203.0.113.6")
    assert "有人反映锁门" in client.get(part).text
    assert "is-reported" in client.get(part).text
    press(client, code, "open", who="203.0.113.7")
    text = client.get(part).text
    assert "有人反映锁门" not in text
    assert "今天有人核实" in text


def test_a_card_leads_to_its_form_and_knows_what_is_there(client: FlaskClient, code: str) -> None:
    text = client.get(f"/parts/card/{code}?lon=116.8&lat=33.9").text
    assert f'data-report href="{address(code)}?lon=116.80000&amp;lat=33.90000"' in text
    assert 'data-has="microwave toilet"' in text


def test_the_page_carries_the_sheets(client: FlaskClient, code: str) -> None:
    text = client.get("/").text
    sheet = text.partition('<template id="report-sheet">')[2].partition("</template>")[0]
    assert re.findall(r'name="kind" value="(\w+)"', sheet) == list(ReportKind)
    assert 'name="token"' not in sheet
    assert '<template id="wish-sheet">' in text


# ---- a station is needed here ------------------------------------------------------------


def test_a_wish_is_stored_and_thanked(client: FlaskClient, database: Database) -> None:
    page = client.get("/suggest?lon=116.798&lat=33.956")
    assert 'name="lon" inputmode="decimal" required value="116.79800"' in page.text
    got = client.post(
        "/suggest",
        data={**hidden(page), **WISH, "amenities": ["toilet", "microwave"], "note": "没地方歇"},
        headers=HERE,
    )
    assert got.status_code == 303
    assert "规划新驿站" in client.get(got.headers["Location"]).text
    assert rows(database, "SELECT adcode, note, amenity_ids FROM suggestion") == [
        ("340603", "没地方歇", [10, 3])
    ]


def test_a_wish_from_a_shifted_map_is_put_right(client: FlaskClient, database: Database) -> None:
    client.post("/suggest", data={**WISH, "crs": "gcj02"}, headers=HERE)
    ((lon, lat),) = rows(
        database, "SELECT ST_X(position::geometry), ST_Y(position::geometry) FROM suggestion"
    )
    assert 0.003 < 116.798 - lon < 0.008
    assert 0.0005 < abs(33.956 - lat) < 0.004


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"lon": "", "lat": ""}, "经度：缺少 lon。"),
        ({"lon": "33.956", "lat": "116.798"}, "填反了"),
        ({"lon": "0", "lat": "0"}, "不在服务范围里"),
        ({**WISH, "amenities": "sauna"}, "最想有什么："),
    ],
)
def test_a_wish_that_cannot_be_taken_is_said(
    client: FlaskClient, database: Database, fields: dict[str, str], words: str
) -> None:
    got = client.post("/suggest", data={"note": "还在", **fields}, headers=HERE)
    assert got.status_code == 400
    assert words in got.text
    assert ">还在</textarea>" in got.text
    assert value(database, "SELECT count(*) FROM suggestion") == 0


def test_a_wish_needs_a_token_too(client: FlaskClient, database: Database) -> None:
    got = client.post("/suggest", data=WISH)
    assert got.status_code == 403
    assert client.post("/suggest", data={**WISH, **hidden(got)}).status_code == 303
