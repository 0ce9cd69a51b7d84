"""Who may tell us anything, and how much at once: decided before a byte of the body is parsed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import compare_digest

from fastapi import Request
from standardwebhooks import Webhook, WebhookVerificationError

from handlers.bodies import CutShort, TooLarge, TooSlow, body_of
from handlers.intake.faults import Fault
from handlers.intake.problems import Problem, not_taken, unavailable

LARGEST_BODY = 1024 * 1024
LONGEST_ID = 255
SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")
NOT_SET_UP = "Nobody can send yet: set BATON_INTAKE_SECRET or BATON_INTAKE_TOKEN, then start Baton again."
UNPROVEN = "Sign the request as Standard Webhooks describe, or send `Authorization: Bearer` with the token."


class Guard:
    """Lets a request in when its sender proves to hold the secret or the token, and its body is small enough.

    At most `places` requests are inside at once, and a body must arrive within `patience` seconds, so that senders
    can use up neither memory nor places.
    """

    def __init__(self, secret: str | None, token: str | None, *, places: int = 64, patience: float = 30) -> None:
        self._webhook = Webhook(secret) if secret else None
        self._token = token.encode() if token else None
        self._places = places
        self._patience = patience

    @asynccontextmanager
    async def admitted(self, request: Request) -> AsyncIterator[bytes]:
        """The body, while its sender has a place.

        Raises:
            Problem: 401, 408, 413 or 503, with what the sender or the admin can do.
        """
        if not (self._webhook or self._token):
            raise unavailable(NOT_SET_UP, retry_after=300)
        if self._places == 0:
            raise unavailable("Too many requests at once. Send this one again.", retry_after=1)
        self._places -= 1
        try:
            yield await self._proven_body(request)
        finally:
            self._places += 1

    async def _proven_body(self, request: Request) -> bytes:
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > LARGEST_BODY:
            raise too_large()
        if self._bears_token(request):
            return await self._body(request)
        if not self._webhook or not all(request.headers.get(name) for name in SIGNED):
            raise unproven(UNPROVEN)
        body = await self._body(request)
        _verify(self._webhook, request, body)
        return body

    def _bears_token(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not self._token or scheme.lower() != "bearer":
            return False
        return compare_digest(token.strip().encode("latin-1"), self._token)

    async def _body(self, request: Request) -> bytes:
        try:
            return await body_of(request, LARGEST_BODY, self._patience)
        except TooLarge as error:
            raise too_large() from error
        except TooSlow as error:
            raise Problem(408, "The body did not arrive in time. Send the request again.") from error
        except CutShort as error:
            raise Problem(400, "The connection closed before the body was complete.") from error


def _verify(webhook: Webhook, request: Request, body: bytes) -> None:
    try:
        webhook.verify(body, dict(request.headers), json_parse=False)
    except UnicodeDecodeError as error:
        raise not_taken(
            [Fault("", "The body is not UTF-8, so its signature cannot be checked. Send UTF-8.")]
        ) from error
    except WebhookVerificationError as error:
        raise unproven(f"{error}. {UNPROVEN}") from error
    except ValueError as error:
        raise unproven(f"The signature cannot be read. {UNPROVEN}") from error


def too_large() -> Problem:
    return Problem(413, f"The body is larger than {LARGEST_BODY} bytes. Send it in several requests.")


def unproven(detail: str) -> Problem:
    return Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})


def webhook_id(request: Request) -> str | None:
    """What tells a repeat from a new message, where the sender says so.

    Raises:
        Problem: 422, when it is longer or stranger than an id should be.
    """
    sent = request.headers.get("webhook-id")
    if sent and not (len(sent) <= LONGEST_ID and sent.isascii() and sent.isprintable()):
        raise not_taken([Fault("webhook-id", f"Write at most {LONGEST_ID} plain ASCII characters.")])
    return sent or None
