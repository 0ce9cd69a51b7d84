"""How programs of the bench are served: by the loop and the server that Baton has, on a free port, until SIGTERM."""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import uvicorn
from aiohttp import web

LOOPBACK = "127.0.0.1"


def run(main: Coroutine[Any, Any, None]) -> None:
    """On libuv's event loop where that is installed, as `baton run`."""
    with asyncio.Runner(loop_factory=_libuv()) as runner:
        runner.run(main)


def _libuv() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    return new_event_loop


async def aiohttp_app(app: web.Application) -> None:
    """An application of aiohttp's."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, _listening()).start()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await stopping.wait()
    await runner.cleanup()


async def asgi_app(app: Any) -> None:
    """An ASGI application, by uvicorn as Baton has it."""
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    await uvicorn.Server(config).serve([_listening()])


def _listening() -> socket.socket:
    listening = socket.create_server((LOOPBACK, 0))
    host, port = listening.getsockname()
    print(f"http://{host}:{port}", flush=True)  # noqa: T201 - whoever started this waits for it
    return listening
