"""How every command is called: an async function whose result is the exit code, and errors in readable lines."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import typer
from rich.console import Console
from rich.markup import escape

from bot.exit_codes import FOUND_A_PROBLEM

if TYPE_CHECKING:
    from storage.database import Database

out, err = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
P = ParamSpec("P")


def command(
    group: typer.Typer, name: str, example: str
) -> Callable[[Callable[P, Coroutine[Any, Any, int | None]]], Callable[P, None]]:
    """An async function as a command: its result is the exit code, and what is wrong becomes readable lines."""

    def register(function: Callable[P, Coroutine[Any, Any, int | None]]) -> Callable[P, None]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                code = _done(function(*args, **kwargs))
            except Exception as error:
                from bot.failures import explained

                words = explained(error)
                if words is None:
                    raise
                _fail(words)
            raise typer.Exit(code or 0)

        group.command(name, epilog=f"Example:  {example}")(run)
        return run

    return register


def _done(work: Coroutine[Any, Any, int | None]) -> int | None:
    """Done on libuv's event loop where that is installed: it takes half the time of Python's own for a socket."""
    import asyncio

    try:
        from uvloop import new_event_loop
    except ImportError:  # as on Windows
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(work)


def _fail(words: str) -> NoReturn:
    for line in words.splitlines():
        err.print(f"[red]{escape(line)}[/red]", soft_wrap=True)
    raise typer.Exit(FOUND_A_PROBLEM) from None


@asynccontextmanager
async def opened() -> AsyncIterator["Database"]:
    """The database of the settings, migrated, closed at the end.

    Raises:
        WrongSchema: when it was not migrated for this code.
    """
    from bot.settings import Settings, read_settings
    from storage.database import Database, parse_url
    from storage.schema import ensure_fit

    database = Database(parse_url(read_settings(Settings).database_url))
    try:
        await ensure_fit(database)
        yield database
    finally:
        await database.close()


def operator() -> str:
    """Who types this, for the history; in a container nobody may be known by name."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"
