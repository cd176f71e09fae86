"""What can happen to an account, as its audit tells it."""

from __future__ import annotations

from station_map.domain.vocabulary import Labelled


class EventKind(Labelled):
    """What happened to an account."""

    CREATED = "created", "建立帐号", "created"
    CHANGED = "changed", "修改帐号", "changed"
    DISABLED = "disabled", "停用", "disabled"
    ENABLED = "enabled", "恢复", "enabled"
    LINK_MADE = "link_made", "发出设密码的链接", "link to choose a password made"
    PASSWORD_SET = "password_set", "设了密码", "password set"
    SIGNED_IN = "signed_in", "登录", "signed in"
    SIGN_IN_FAILED = "sign_in_failed", "登录没成功", "signing in failed"
    SIGN_IN_BARRED = "sign_in_barred", "试得太多，暂停登录", "too many attempts"
    SIGNED_OUT = "signed_out", "退出", "signed out"
    SESSIONS_ENDED = "sessions_ended", "在别处退出", "sessions ended"
    TOKEN_MADE = "token_made", "建了令牌", "token made"
    TOKEN_REVOKED = "token_revoked", "作废令牌", "token revoked"
    OIDC_LINKED = "oidc_linked", "关联单位登录", "tied to the identity provider"
    EXPORTED = "exported", "导出个人数据", "personal data told"
    ERASED = "erased", "抹掉个人数据", "personal data erased"
