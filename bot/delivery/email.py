"""The only code that speaks SMTP: one connection an e-mail, and one verdict on how that went."""

import hashlib
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from enum import StrEnum

import aiosmtplib
from aiosmtplib import SMTPException, SMTPNotSupported, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused

from bot.settings import Smtp
from bot.views.email import Letter

TIMEOUT = 10.0
"""Seconds for each word of the conversation."""
CLOSING = 421
"""The server is about to hang up: it says nothing about the e-mail."""


NO_ADDRESS = (ValueError, IndexError, MessageError)
"""What the standard library makes of an address that is none."""


class Ending(StrEnum):
    """What became of one e-mail."""

    SENT = "sent"
    LATER = "later"
    """The server does not take it now."""
    REFUSED = "refused"
    """The server will not take this one: the address, or what is in it."""
    AWAY = "away"
    """The server takes nothing from us, or did not say whether it took this one."""
    NEEDLESS = "needless"
    """Nothing was to be said any more, or there is no server to say it to."""
    EARLY = "early"
    """The card it links to is about to be shown."""
    NOWHERE = "nowhere"
    """No address of this person is known."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended; `error` names nobody an e-mail was for, and goes to the log."""

    ending: Ending
    error: str | None = None


SENT = Outcome(Ending.SENT)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Hands e-mails to the server of these settings."""

    smtp: Smtp

    async def send(self, key: str, to: str, letter: Letter, now: datetime) -> Outcome:
        """Tries once; a second try with the same key has the same Message-ID."""
        try:
            message = composed(self.smtp.sender, key, to, letter, now)
        except NO_ADDRESS:
            return Outcome(Ending.REFUSED, "no e-mail address")
        client = self._client()
        try:
            unreachable = await _connected(client)
            return unreachable or await _handed_over(client, message, to)
        finally:
            client.close()

    async def look(self) -> Outcome:
        """Whether the server lets us in; nothing is sent."""
        client = self._client()
        try:
            return await _connected(client) or SENT
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        smtp = self.smtp
        return aiosmtplib.SMTP(
            hostname=smtp.host,
            port=smtp.port,
            username=smtp.user,
            password=smtp.password,
            local_hostname=socket.gethostname(),  # by default it is asked of DNS, and everything waits for that
            use_tls=smtp.tls == "tls",
            start_tls=smtp.tls == "starttls",
            timeout=TIMEOUT,
        )


def composed(sender: str, key: str, to: str, letter: Letter, now: datetime) -> EmailMessage:
    """The message with all its headers.

    Raises:
        NO_ADDRESS: when `to` is none.
    """
    address = parseaddr(sender)[1]
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = sender
    message["To"] = Address(addr_spec=to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"  # Exchange answers with "out of office" unless it reads this
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


async def _connected(client: aiosmtplib.SMTP) -> Outcome | None:
    """Connects, encrypts and logs in; None when the server lets us in."""
    try:
        await client.connect()
    except SMTPResponseException as error:
        return Outcome(Ending.AWAY, f"{error.code} {error.message}")
    except (SMTPException, OSError) as error:
        return Outcome(Ending.AWAY, f"{type(error).__name__}: {error}")
    return None


async def _handed_over(client: aiosmtplib.SMTP, message: EmailMessage, to: str) -> Outcome:
    try:
        await client.send_message(message, recipients=[to])
    except SMTPRecipientsRefused as error:
        return _answered(error.recipients[0].code)
    except SMTPSenderRefused as error:
        return Outcome(Ending.AWAY, f"{error.code} {error.message}")
    except SMTPResponseException as error:
        return _answered(error.code)
    except SMTPNotSupported as error:
        return Outcome(Ending.REFUSED, str(error))
    except (SMTPException, OSError) as error:
        return Outcome(Ending.AWAY, type(error).__name__)
    with suppress(SMTPException, OSError):  # it was taken, however the server says goodbye
        await client.quit()
    return SENT


def _answered(code: int) -> Outcome:
    """A refusal may repeat the address, so only its number is kept."""
    if code == CLOSING:
        return Outcome(Ending.AWAY, str(code))
    return Outcome(Ending.REFUSED if code >= 500 else Ending.LATER, str(code))
