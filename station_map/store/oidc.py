"""Which account an identity provider's person is: only ever one that there is already."""

from __future__ import annotations

from typing import Final

import psycopg

from station_map.domain.accounts.events import EventKind
from station_map.store.account_events import record

_KNOWN: Final = """
SELECT id, name FROM account
WHERE oidc_issuer = %(issuer)s AND oidc_subject = %(subject)s AND disabled_at IS NULL
"""

_TIE: Final = """
UPDATE account SET oidc_issuer = %(issuer)s, oidc_subject = %(subject)s
WHERE email = %(email)s AND oidc_subject IS NULL AND disabled_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM account
        WHERE oidc_issuer = %(issuer)s AND oidc_subject = %(subject)s)
RETURNING id, name
"""


def account_of(
    unit: psycopg.Connection, issuer: str, subject: str, email: str | None
) -> tuple[int, str] | None:
    """Id and name of the enabled account of this person, None when there is none.

    subject: whom the provider means, for ever. email: an address that the provider has verified;
    by it an account is found the first time, and tied to the subject from then on.
    """
    told = {"issuer": issuer, "subject": subject, "email": email}
    row = unit.execute(_KNOWN, told).fetchone()
    if row is None and email is not None:
        row = unit.execute(_TIE, told).fetchone()
        if row is not None:
            record(unit, row[0], EventKind.OIDC_LINKED, row[1], issuer=issuer)
    return None if row is None else (row[0], row[1])
