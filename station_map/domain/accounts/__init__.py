"""Accounts: who someone is, what they may do and where, and what a password must be.

roles       roles, actions, how far each role reaches: the one table of rights
scopes      what a programme's token may do of what its account may do
events      what can happen to an account
names       names and titles of accounts, checked
passwords   rules of NIST SP 800-63B-4, and hashing by argon2id
signing_in  how often signing in may fail, and how long a session lasts
"""

from station_map.domain.accounts.roles import (
    Account,
    Action,
    Place,
    Reach,
    Role,
    may,
    may_somewhere,
    shared_digits,
    within,
)
from station_map.domain.accounts.scopes import Scope, scopes_for, token_may

__all__ = [
    "Account",
    "Action",
    "Place",
    "Reach",
    "Role",
    "Scope",
    "may",
    "may_somewhere",
    "scopes_for",
    "shared_digits",
    "token_may",
    "within",
]
