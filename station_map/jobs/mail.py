"""Mail by the operator's own server: plain text, one receiver, an encrypted connection."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from typing import Final, Protocol

from station_map.errors import EnvironmentFault

TIMEOUT_S: Final = 15
_REFUSED_FOR_GOOD: Final = range(500, 600)


class MailServer(Protocol):
    """Where mail goes first. The product's `Settings` are such a thing."""

    @property
    def smtp_host(self) -> str | None: ...
    @property
    def smtp_port(self) -> int: ...
    @property
    def smtp_security(self) -> str: ...
    @property
    def smtp_user(self) -> str | None: ...
    @property
    def smtp_password(self) -> str | None: ...
    @property
    def mail_from(self) -> str | None: ...


class Refused(Exception):
    """The server does not take mail for this receiver, now or later."""


def letter(
    sender: str, receiver: str, subject: str, text: str, headers: Mapping[str, str]
) -> EmailMessage:
    """A message. Raises ValueError for a header that would be more than one line."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("歇脚地图", addr_spec=sender)
    message["To"] = Address(addr_spec=receiver)
    message["Subject"] = subject
    message["Date"] = format_datetime(localtime())
    for name, words in headers.items():
        message[name] = words
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, subtype="plain", charset="utf-8", cte="base64")
    return message


def send(server: MailServer, message: EmailMessage) -> None:
    """Give the message to the server. Raises Refused, and OSError or SMTPException for a while."""
    with _connected(server) as connection:
        try:
            connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            if all(code in _REFUSED_FOR_GOOD for code in codes):
                raise Refused(f"{sorted(codes)}") from None
            raise


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    if server.smtp_host is None:
        raise EnvironmentFault("没有设 STATION_MAP_SMTP_HOST。 STATION_MAP_SMTP_HOST is not set.")
    host, port = server.smtp_host, server.smtp_port
    if server.smtp_security == "tls":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=TIMEOUT_S, context=ssl.create_default_context()
        )
    else:
        opened = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    with opened as connection:
        if server.smtp_security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.smtp_user is not None:
            connection.login(server.smtp_user, server.smtp_password or "")
        yield connection
