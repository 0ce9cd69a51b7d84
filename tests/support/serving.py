"""Serves an ASGI application on a free loopback port for the time of a test."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of what is served here, without TLS: reading the certificates anew takes a test 20 ms a client."""


class _Server(uvicorn.Server):
    """A server that ends at once: uvicorn's own looks every 0.1 seconds whether it may, and a thousand tests wait."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.leave = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for closing in (*self.servers, *(sockets or ())):
            closing.close()
        for connection in list(self.server_state.connections):
            if connection.transport:
                connection.transport.abort()
        left = list(self.server_state.tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self.lifespan.shutdown()


@asynccontextmanager
async def serve(app: Any, listening: socket.socket | None = None) -> AsyncIterator[str]:
    """Yields the base address, without a trailing slash, of `app` served by a real server.

    `listening` is a socket already bound, for an address that somebody else must know before the server runs. What is
    still being answered at the end is cut off.
    """
    server = _Server(uvicorn.Config(app, port=0, log_level="error"))
    running = asyncio.ensure_future(server.serve([listening] if listening else None))
    try:
        while not server.started:
            if running.done():
                running.result()
            await asyncio.sleep(0.001)
        port = (listening or server.servers[0].sockets[0]).getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.leave.set()
        await running


KEPT_ALIVE = 2.0
"""Seconds for which a connection is used again: none that uvicorn ends, after five, just when it is."""


def client_of(address: str = "", **options: Any) -> httpx.AsyncClient:
    """A client of something served on loopback, and patient: a machine may do much else."""
    limits = httpx.Limits(keepalive_expiry=KEPT_ALIVE)
    return httpx.AsyncClient(base_url=address, verify=PLAIN, trust_env=False, timeout=30, limits=limits, **options)
