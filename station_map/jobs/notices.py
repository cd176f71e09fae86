"""Notices: gathered each minute, sent one at a time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from station_map.domain.notice_links import Purpose, token
from station_map.domain.notices import subject, text, verify_text
from station_map.errors import InputError
from station_map.jobs import mail, webhook
from station_map.store import notice_wishes, notices
from station_map.store.notices import Notice
from station_map.store.secret import secret_of
from station_map.store.writing import writing

if TYPE_CHECKING:
    from station_map.jobs.tasks import Work

PAGES: Final = "/notices"
_ACTOR: Final = "notices"


def base_of(work: Work) -> str:
    """The origin in links; without a public one, where this machine answers."""
    chosen = work.settings
    return chosen.public_url or f"http://{chosen.host}:{chosen.port}"


def gather(work: Work) -> None:
    """Write down who is to be told what, for all who are due."""
    can_mail = work.settings.smtp_host is not None
    notices.gather(work.database, base_of(work), dt.datetime.now(dt.UTC), mail=can_mail)


def send(work: Work, notice: int) -> None:
    """Send one notice, unless that was done or nobody wants it any more."""
    with writing(work.database, actor=_ACTOR, origin="system") as unit:
        found = notices.to_send(unit, notice)
        if found is None:
            return
        notices.settle(unit, notice, _outcome(work, found))


def _outcome(work: Work, notice: Notice) -> str:
    if not notice.still_wanted:
        return "off"
    try:
        if notice.url is not None:
            _to_webhook(work, notice, notice.url)
        else:
            _to_mail(work, notice)
    except (mail.Refused, InputError):
        return "refused"
    return "sent"


def _to_webhook(work: Work, notice: Notice, url: str) -> None:
    told = {"id": notice.id, "created_at": notice.created_at.isoformat(), **notice.news}
    webhook.post(
        url,
        notice.secret or "",
        told,
        str(notice.id),
        allow_private=work.settings.webhook_allow_private,
    )


def _to_mail(work: Work, notice: Notice) -> None:
    account, email, base = notice.account or 0, notice.email or "", base_of(work)
    off = f"{base}{PAGES}/off/{token(_secret(work), Purpose.OFF, account, email)}"
    host = (work.settings.mail_from or "").rpartition("@")[2]
    headers = {
        # The same when it is sent again after a crash, so that a mailbox may tell.
        "Message-ID": f"<notice-{notice.id}@{host}>",
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    words = text(notice.news, base, off)
    message = mail.letter(
        work.settings.mail_from or "", email, subject(notice.news), words, headers
    )
    mail.send(work.settings, message)


def prove_address(work: Work, account: int) -> None:
    """Send the link by which an address is proved, unless it was proved or changed meanwhile."""
    found = notice_wishes.link_facts(work.database, account)
    if found is None:
        return
    email, made_at = found
    base = base_of(work)
    end = token(_secret(work), Purpose.PROVE, account, email, made_at.isoformat())
    words = verify_text(base, f"{base}{PAGES}/prove/{end}")
    message = mail.letter(work.settings.mail_from or "", email, "歇脚地图：确认你的邮箱", words, {})
    try:
        mail.send(work.settings, message)
    except mail.Refused:
        return  # it stays unproved, as its owner sees


def _secret(work: Work) -> bytes:
    return secret_of(work.settings.report_key, work.settings.data_dir)
