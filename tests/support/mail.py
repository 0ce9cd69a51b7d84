"""A real SMTP server on loopback that keeps what it is given, and refuses on command."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from bot.settings import Smtp

CERTIFICATE = Path(__file__).parents[1] / "data/smtp/cert.pem"
SENDER = "Baton <baton@acme.example>"
USER, PASSWORD = "baton", "correct horse"


@dataclass
class MailServer:
    """`received` holds every message taken; `refusals` are answered first, one each, in place of taking it."""

    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    hang_up: bool = False
    """Take messages, and end the connection without saying so."""
    tls: Literal["starttls", "tls", "none"] = "none"
    asks_login: bool = False
    port: int = 0
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens, on the same port as before."""
        context = None
        if self.tls != "none":
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_name("key.pem"))
        loop = asyncio.get_running_loop()

        def session() -> SMTP:
            inside = context if self.tls == "starttls" else None
            login: Any = {"auth_required": self.asks_login, "authenticator": self._knows}
            login |= {"auth_require_tls": self.tls == "starttls"}
            with warnings.catch_warnings(action="ignore"):  # it takes a connection that began with TLS for one without
                return SMTP(self, enable_SMTPUTF8=True, tls_context=inside, loop=loop, **login)

        outside = context if self.tls == "tls" else None
        self._server = await loop.create_server(session, "127.0.0.1", self.port, ssl=outside)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    def settings(self) -> Smtp:
        login = (USER, PASSWORD) if self.asks_login else (None, None)
        return Smtp("localhost", self.port, SENDER, self.tls, *login)

    @staticmethod
    def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        known = isinstance(given, LoginPassword) and given == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False)

    async def handle_RCPT(  # noqa: N802 -- named by aiosmtpd
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802 -- named by aiosmtpd
        self.raw.append(envelope.content)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        assert [address.addr_spec for address in message["To"].addresses] == envelope.rcpt_tos
        self.received.append(message)
        if self.hang_up:
            assert server.transport
            server.transport.close()
        return "250 taken"


@asynccontextmanager
async def mail_server(**options: Any) -> AsyncIterator[MailServer]:
    server = MailServer(**options)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def words(message: EmailMessage, kind: Literal["plain", "html"] = "plain") -> str:
    """What the message says, as text or as HTML."""
    part = message.get_body((kind,))
    assert part
    return str(part.get_content())
