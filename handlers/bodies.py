"""Reading the body of a request whose sender is not trusted: never more than so much, never longer than so long."""

import asyncio

from fastapi import Request
from starlette.requests import ClientDisconnect


class NoBody(Exception):
    """The body of a request cannot be had. TooLarge, TooSlow, CutShort."""


class TooLarge(NoBody):
    """It is larger than it may be."""


class TooSlow(NoBody):
    """It did not arrive in time."""


class CutShort(NoBody):
    """The connection closed before it was complete."""


async def body_of(request: Request, largest: int, patience: float) -> bytes:
    """The body of at most `largest` bytes, arrived within `patience` seconds, whatever length was announced.

    Raises:
        NoBody: when it is larger, slower or incomplete.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > largest):
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(patience):
            async for chunk in request.stream():
                body += chunk
                if len(body) > largest:
                    raise TooLarge
    except TimeoutError as error:
        raise TooSlow from error
    except ClientDisconnect as error:
        raise CutShort from error
    return bytes(body)
