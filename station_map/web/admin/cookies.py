"""One signed cookie, for /admin alone. All other routes have no session and read no cookie.

It holds the secret of the session in the database, once signed in, and what a form and the
identity provider need before that (the CSRF token, state, nonce). It ends with the browser.
"""

from __future__ import annotations

from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from station_map.web.runtime import settings
from station_map.web.senders import secret

if TYPE_CHECKING:
    from flask import Request

PATH: Final = "/admin"
NAME: Final = "station_map_admin"


def is_secure() -> bool:
    """Whether the browser came by https, as far as it can be believed."""
    chosen = settings()
    if request.is_secure or (chosen.public_url or "").startswith("https:"):
        return True
    told = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip()
    return chosen.trusted_proxies > 0 and told == "https"


def derived_key(purpose: bytes) -> str:
    """A key for one purpose (at most 16 bytes), out of the installation's secret.

    Every process and machine that knows the secret has the same. Raises EnvironmentFault.
    """
    return blake2b(secret(), person=purpose).hexdigest()


class AdminSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, under /admin only, with a key that is made when it is first needed."""

    digest_method = staticmethod(sha256)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002 - Flask's own signature
        """Signs and checks the cookie."""
        return URLSafeTimedSerializer(
            derived_key(b"account cookies"),
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={
                "key_derivation": self.key_derivation,
                "digest_method": self.digest_method,
            },
        )

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The cookie's content under /admin; elsewhere nothing is read."""
        return super().open_session(app, request) if request.path.startswith(PATH) else None

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002 - Flask's own signature
        """With the prefix that lets no plain http page set it, where there is https."""
        return f"__Secure-{NAME}" if is_secure() else NAME

    def get_cookie_path(self, app: Flask) -> str:  # noqa: ARG002 - Flask's own signature
        """Below /admin, wherever a proxy has put us."""
        return f"{request.root_path}{PATH}"

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's own signature
        """By https only, when that is how the browser came."""
        return is_secure()

    def get_cookie_httponly(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's own signature
        """No script reads it."""
        return True

    def get_cookie_samesite(self, app: Flask) -> str:  # noqa: ARG002 - Flask's own signature
        """Not with other sites' forms; with their links, or nobody would come back signed in."""
        return "Lax"
