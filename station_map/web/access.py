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
    "pages.service_worker": Access.PUBLIC,
    "pages.web_manifest": Access.PUBLIC,
    "pages.offline_shell": Access.PUBLIC,
    "pages.home": Access.PUBLIC,
    "pages.results_part": Access.PUBLIC,
    "pages.card_part": Access.PUBLIC,
    "pages.station": Access.PUBLIC,
    "pages.photo_file": Access.PUBLIC,
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
    "pages.station_history": Access.PUBLIC,
    "admin.station_history": Action.STATION_HISTORY,
    "admin.history_all": Action.STATION_HISTORY,
    "admin.revision": Action.STATION_HISTORY,
    "admin.change_set": Action.STATION_HISTORY,
    "admin.import_run": Action.STATION_HISTORY,
    "admin.revision_revert": Action.STATION_REVERT,
    "admin.change_set_revert": Action.STATION_REVERT,
    "admin.import_revert": Action.STATION_REVERT,
    "admin.bulk": Action.STATION_REVERT,
    "admin.bulk_find": Action.STATION_REVERT,
    "admin.bulk_preview": Action.STATION_REVERT,
    "admin.bulk_apply": Action.STATION_REVERT,
    "admin.cases": Action.CASE_HANDLE,
    "admin.case": Action.CASE_HANDLE,
    "admin.case_photo": Action.CASE_HANDLE,
    "admin.case_spots": Action.CASE_HANDLE,
    "admin.case_assign": Action.CASE_HANDLE,
    "admin.case_answer": Action.CASE_HANDLE,
    "admin.case_repair": Action.CASE_HANDLE,
    "admin.case_reopen": Action.CASE_HANDLE,
    "admin.rules": Action.CASE_RULES,
    "admin.rules_set": Action.CASE_RULES,
    "admin.round_list": Action.STATION_VERIFY,
    "admin.round_data": Action.STATION_VERIFY,
    "admin.round_shell": Action.STATION_VERIFY,
    "admin.round_worker": Action.STATION_VERIFY,
    "admin.round_station": Action.STATION_VERIFY,
    "admin.round_answer": Action.STATION_VERIFY,
    "admin.wishes": Action.WISH_SEE,
    "admin.wish_spots": Action.WISH_SEE,
    "admin.wish": Action.WISH_SEE,
    "admin.wish_decide": Action.WISH_DECIDE,
    "admin.stations": Action.STATION_EDIT,
    "admin.station": Action.STATION_EDIT,
    "admin.station_verify": Action.STATION_VERIFY,
    "admin.station_form": Action.STATION_EDIT,
    "admin.station_form_send": Action.STATION_EDIT,
    "admin.draft_keep": Action.STATION_EDIT,
    "admin.draft_drop": Action.STATION_EDIT,
    "admin.exception_add": Action.STATION_EDIT,
    "admin.exception_remove": Action.STATION_EDIT,
    "admin.hours_preview": Action.STATION_EDIT,
    "admin.position_readings": Action.STATION_EDIT,
    "admin.station_photos_page": Action.STATION_EDIT,
    "admin.photo_add": Action.STATION_EDIT,
    "admin.photo_caption": Action.STATION_EDIT,
    "admin.photo_remove": Action.STATION_EDIT,
    "admin.station_new": Action.STATION_CREATE,
    "admin.station_new_send": Action.STATION_CREATE,
    "admin.imports": Action.IMPORT_RUN,
    "admin.import_upload": Action.IMPORT_RUN,
    "admin.import_job": Action.IMPORT_RUN,
    "admin.import_progress": Action.IMPORT_RUN,
    "admin.import_cancel": Action.IMPORT_RUN,
    "admin.import_delete": Action.IMPORT_RUN,
    "admin.import_report": Action.IMPORT_RUN,
    "admin.import_look": Action.IMPORT_RUN,
    "admin.import_columns": Action.IMPORT_RUN,
    "admin.import_columns_send": Action.IMPORT_RUN,
    "admin.import_datums": Action.IMPORT_RUN,
    "admin.import_datums_send": Action.IMPORT_RUN,
    "admin.import_points": Action.IMPORT_RUN,
    "admin.import_outcomes": Action.IMPORT_RUN,
    "admin.import_outcomes_send": Action.IMPORT_RUN,
    "admin.import_check": Action.IMPORT_RUN,
    "admin.import_result": Action.IMPORT_RUN,
}
"""Access by endpoint ("blueprint.function")."""

WRITING: Final = frozenset(
    {
        "api.report",
        "api.suggest",
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
        "admin.user_change",
        "admin.user_link",
        "admin.user_disable",
        "admin.user_enable",
        "admin.user_sessions_end",
        "admin.revision_revert",
        "admin.change_set_revert",
        "admin.import_revert",
        "admin.bulk_find",
        "admin.bulk_preview",
        "admin.bulk_apply",
        "admin.case_assign",
        "admin.case_answer",
        "admin.case_repair",
        "admin.case_reopen",
        "admin.rules_set",
        "admin.round_answer",
        "admin.wish_decide",
        "admin.station_verify",
        "admin.station_form_send",
        "admin.draft_keep",
        "admin.draft_drop",
        "admin.exception_add",
        "admin.exception_remove",
        "admin.photo_add",
        "admin.photo_caption",
        "admin.photo_remove",
        "admin.station_new_send",
        "admin.import_upload",
        "admin.import_cancel",
        "admin.import_delete",
        "admin.import_look",
        "admin.import_columns_send",
        "admin.import_datums_send",
        "admin.import_outcomes_send",
        "admin.import_check",
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
