"""Who may call each route: the one table, by which requests are let in and tests walk.

A route that is not in it fails a test; one of `web/admin` that is not in it lets nobody in.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from station_map.domain.accounts import Account, Action, may_somewhere


class Access(StrEnum):
    """Whom a route answers, where it is not those who may do some action."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"  # every account, by its session
    TOKEN = "token"  # noqa: S105 - a word; every account, by a token of its own


type Rule = Access | Action
# An action: accounts that may do it at some place. What they do at which place is asked again
# by the view, which knows the place.

ACCESS: Final[dict[str, Rule]] = {
    "health.alive": Access.PUBLIC,
    "health.ready": Access.PUBLIC,
    "api.nearest": Access.PUBLIC,
    "api.stations": Access.PUBLIC,
    "api.slim": Access.PUBLIC,
    "api.station": Access.PUBLIC,
    "api.amenities": Access.PUBLIC,
    "api.areas": Access.PUBLIC,
    "api.openapi": Access.PUBLIC,
    "api.report": Access.PUBLIC,
    "api.suggest": Access.PUBLIC,
    "api.me": Access.TOKEN,
    "api.live_push": Access.TOKEN,
    "api.live_hours": Access.TOKEN,
    "pages.service_worker": Access.PUBLIC,
    "pages.web_manifest": Access.PUBLIC,
    "pages.offline_shell": Access.PUBLIC,
    "pages.home": Access.PUBLIC,
    "pages.results_part": Access.PUBLIC,
    "pages.card_part": Access.PUBLIC,
    "pages.station": Access.PUBLIC,
    "pages.photo_file": Access.PUBLIC,
    "pages.station_calendar": Access.PUBLIC,
    "pages.area_calendar": Access.PUBLIC,
    "pages.report": Access.PUBLIC,
    "pages.report_send": Access.PUBLIC,
    "pages.suggest": Access.PUBLIC,
    "pages.suggest_send": Access.PUBLIC,
    "sitemap.robots": Access.PUBLIC,
    "sitemap.index": Access.PUBLIC,
    "sitemap.page": Access.PUBLIC,
    "admin.login": Access.PUBLIC,
    "admin.login_send": Access.PUBLIC,
    "admin.oidc_start": Access.PUBLIC,
    "admin.oidc_done": Access.PUBLIC,
    "admin.welcome": Access.PUBLIC,
    "admin.welcome_send": Access.PUBLIC,
    "admin.logout": Access.SIGNED_IN,
    "admin.home": Access.SIGNED_IN,
    "admin.account": Access.SIGNED_IN,
    "admin.password_send": Access.SIGNED_IN,
    "admin.session_end": Access.SIGNED_IN,
    "admin.sessions_end": Access.SIGNED_IN,
    "admin.token_make": Access.SIGNED_IN,
    "admin.token_revoke": Access.SIGNED_IN,
    "admin.users": Action.ACCOUNTS_MANAGE,
    "admin.user_add": Action.ACCOUNTS_MANAGE,
    "admin.user": Action.ACCOUNTS_MANAGE,
    "admin.user_change": Action.ACCOUNTS_MANAGE,
    "admin.user_link": Action.ACCOUNTS_MANAGE,
    "admin.user_disable": Action.ACCOUNTS_MANAGE,
    "admin.user_enable": Action.ACCOUNTS_MANAGE,
    "admin.user_sessions_end": Action.ACCOUNTS_MANAGE,
    "admin.events": Action.AUDIT_SEE,
    # Planners, and editors in their areas: whoever sees what riders wish for there.
    "admin.driver_homes": Action.WISH_SEE,
    "admin.driver_homes_csv": Action.WISH_SEE,
    "admin.calendar": Action.EVENT_EDIT,
    "admin.calendar_add": Action.EVENT_EDIT,
    "admin.calendar_withdraw": Action.EVENT_EDIT,
}
"""Access by endpoint ("blueprint.function")."""

WRITING: Final = frozenset(
    {
        "api.report",
        "api.suggest",
        "api.live_push",
        "pages.report_send",
        "pages.suggest_send",
        "admin.login_send",
        "admin.logout",
        "admin.welcome_send",
        "admin.password_send",
        "admin.session_end",
        "admin.sessions_end",
        "admin.token_make",
        "admin.token_revoke",
        "admin.user_add",
        "admin.calendar_add",
        "admin.calendar_withdraw",
        "admin.user_change",
        "admin.user_link",
        "admin.user_disable",
        "admin.user_enable",
        "admin.user_sessions_end",
    }
)
"""Endpoints that store what the caller sends; all others only read."""


def lets_in(rule: Rule | None, account: Account | None) -> bool:
    """Whether a route with this rule answers this account (None: nobody) at all."""
    if rule is Access.PUBLIC:
        return True
    if rule is None or account is None or account.disabled:
        return False
    return isinstance(rule, Access) or may_somewhere(account, rule)
