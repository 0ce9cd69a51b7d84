"""Serves an ASGI application on a free loopback port for the time of a test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def serve(app: Any, listening: socket.socket | None = None) -> AsyncIterator[str]:
    """Yields the base address, without a trailing slash, of `app` served by a real server.

    `listening` is a socket already bound, for an address that somebody else must know before the server runs.
    """
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    running = asyncio.ensure_future(server.serve([listening] if listening else None))
    try:
        while not server.started:
            if running.done():
                running.result()
            await asyncio.sleep(0.005)
        port = (listening or server.servers[0].sockets[0]).getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running
