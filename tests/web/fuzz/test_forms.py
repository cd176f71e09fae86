"""Every form of every page, and every route that reads one: refused input writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from station_map.web.access import WRITING
from tests.support import people
from tests.web.fuzz.nasty import SeenForm, bounded, forms_of, judge, values
from tests.web.fuzz.world import World

EXAMPLES = 3
SAFE = {"Sec-Fetch-Site": "same-origin"}
ENCODED = "application/x-www-form-urlencoded"
# Their bodies are JSON or a script's own: test_bodies.py.
NO_FORM = {one for one in WRITING if one.startswith("api.")}
# Fields of routes whose form stands on no page that an administrator finds in this world.
NAMED = {
    "notices.prove_send": (),
    "notices.off_send": (),
    "admin.welcome_send": ("password", "again"),
    "admin.login_send": ("name", "password", "next"),
    "admin.draft_keep": ("base", "version", "hours", "access_notes"),
    "admin.draft_drop": (),
    "admin.import_cancel": (),
    "admin.import_datums_send": ("datum-0", "datum"),
    "admin.import_outcomes_send": ("row", "leave", "do"),
    "admin.import_check": (),
    "admin.revision_revert": ("look", "overrule", "reason"),
    "admin.change_set_revert": ("look", "overrule", "reason"),
    "admin.import_revert": ("look", "overrule", "reason"),
    "admin.user_enable": (),
    "admin.case_reopen": ("version",),
    "admin.import_look": (),
    "admin.notices_off": (),
    "admin.planning_run_cancel": (),
    "admin.planning_run_repeat": (),
    "admin.planning_run_covered": (),
    "admin.planning_file_cancel": (),
    "admin.planning_file_look": (),
    "admin.planning_file_keep": ("replace",),
    "admin.planning_layer_remove": (),
    "admin.planning_set_remove": (),
}


@dataclass
class Sender:
    """Sends bodies as a browser of the administrator does, and knows what has been tried."""

    world: World
    client: FlaskClient
    token: str = ""
    tried: set[str] = field(default_factory=set)
    found: dict[str, SeenForm] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)

    def endpoint(self, action: str) -> str:
        adapter = self.world.app.url_map.bind("localhost")
        return adapter.match(urlsplit(action).path, method="POST")[0]  # type: ignore[no-any-return]

    def send(self, action: str, pairs: list[tuple[str, str]]) -> TestResponse:
        body = urlencode(pairs, errors="surrogatepass").encode()
        answer = self.client.post(action, data=body, content_type=ENCODED, headers=SAFE)
        judge(answer, pairs)
        if answer.status_code >= 400:
            assert self.world.written() == self.before, (action, pairs)
        else:
            self.before = self.world.written()
        self.tried.add(self.endpoint(action))
        self.note(answer)
        if answer.location and answer.location.endswith("/admin/login"):
            # It was signed out; too many tries before are no reason to wait here.
            people.execute(self.world.database, "DELETE FROM sign_in_attempt")
            people.signed_in(self.client, "boss")
            self.before = self.world.written()
        return answer

    def note(self, page: TestResponse) -> None:
        for form in forms_of(page):
            if form.method == "post":
                self.found.setdefault(self.endpoint(form.action), form)


@st.composite
def mutated(draw: st.DrawFn, form: SeenForm) -> list[tuple[str, str]]:
    """What the form holds, with some of it replaced, dropped, repeated or added."""
    names = [name for name in form.names if name != "csrf_token"] or ["unknown"]
    touched = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    pairs = [(name, text) for name, text in form.held if name not in touched]
    for name in touched:
        pairs += [(name, text) for text in draw(st.lists(values, max_size=2))]
    if draw(st.booleans()):
        pairs.append((draw(values)[:60] or "x", draw(values)[:60]))
    return pairs


def fuzz(sender: Sender, form: SeenForm, examples: int = EXAMPLES) -> None:
    @bounded(examples)
    @given(mutated(form))
    def one(pairs: list[tuple[str, str]]) -> None:
        sender.send(form.action, pairs)

    one()


def test_every_form_refuses_or_takes_and_nothing_breaks(world: World) -> None:
    sender = Sender(world, world.boss)
    for rule in world.rules("GET"):
        if rule.endpoint not in {"admin.login", "admin.oidc_start"}:
            sender.note(world.boss.get(world.address(rule)))
    for subject in ("name", "place", "door", "amenities", "status", "truck", "source"):
        page = world.boss.get(f"/admin/stations/{world.codes[0]}/edit/{subject}")
        (form,) = [one for one in forms_of(page) if one.action.endswith(f"/edit/{subject}")]
        sender.found[f"edit/{subject}"] = form
    sender.before = world.written()
    # Forms that stand on what another form answers.
    token = people.form_token(world.boss.get("/admin/account").text)
    sender.send("/admin/bulk", [("csrf_token", token), ("text", "站")])
    kept = sender.found["admin.bulk_preview"].held
    told = dict(kept) | {"change": "amenity", "amenity_code": "wifi", "amenity_state": "yes"}
    sender.send("/admin/bulk/preview", list(told.items()))
    assert "admin.bulk_apply" in sender.found
    # What takes most away is done last: forms without fields of their own, then signing out.
    done = set[str]()
    while rest := [key for key in sender.found if key not in done]:
        key = max(rest, key=lambda one: len(sender.found[one].names))
        if key == "admin.logout" and len(rest) > 1:
            key = next(one for one in rest if one != "admin.logout")
        form = sender.found[key]
        alone = set(form.names) <= {"csrf_token"}
        fuzz(sender, form, 1 if alone else EXAMPLES)
        done.add(key)
    missing = WRITING - sender.tried - NO_FORM
    assert missing <= set(NAMED), missing
    for rule in world.rules("POST"):
        if rule.endpoint in missing:
            token = people.form_token(world.boss.get("/admin/account").text)
            names = dict.fromkeys(("csrf_token", *NAMED[rule.endpoint]))
            made = SeenForm(world.address(rule), "post", names, [("csrf_token", token)])
            fuzz(sender, made, 3 if rule.endpoint == "admin.login_send" else EXAMPLES)
    assert sender.tried >= WRITING - NO_FORM
