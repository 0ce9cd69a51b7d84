"""One life of a Baton process: everything it does to the world passes a point, and after its death nothing does."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from unittest.mock import patch

import aiohttp
from sqlalchemy import event

from sandbox.web_api.routes import HangUp
from storage.database import Database
from tests.chaos.faults import Fault, Plan, Where

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


class Death(BaseException):
    """The process ended here; no `except Exception` of its own survives that."""


@dataclass(slots=True)
class Life:
    """A process, from its start to its death."""

    plan: Plan
    web: App
    dead: bool = False

    def meet(self, where: Where, what: str) -> Fault | None:
        """What goes wrong at this point, if anything; raises Death at the point of death and ever after."""
        if self.dead:
            raise Death
        fault = self.plan.at(where, what)
        if fault is Fault.CRASH:
            self.dead = True
            raise Death
        return fault


class Watched:
    """A database whose every statement and commit passes a point of whoever lives.

    One object serves all lives, which keeps the compiled statements: without a connection it remembers nothing else,
    and a death leaves it none.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.life: Life | None = None
        engine = database.engine.sync_engine
        self._dialect = cast(Any, engine.dialect)
        self._commit, self._rollback = self._dialect.do_commit, self._dialect.do_rollback
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            event.listen(engine, name, self._statement)
        event.listen(engine, "do_connect", self._connect)
        self._dialect.do_commit, self._dialect.do_rollback = self._committing, self._rolling_back

    def _meet(self, where: Where, what: str) -> Fault | None:
        return self.life.meet(where, what) if self.life else None

    def _statement(self, cursor: Any, sql: str, *_: Any) -> None:
        if fault := self._meet(Where.STATEMENT, " ".join(sql.split()[:4])):
            fail(fault, cursor)

    def _committing(self, connection: Any) -> None:
        if fault := self._meet(Where.COMMIT, "COMMIT"):
            fail(fault, connection.cursor())
        self._commit(connection)
        if self._meet(Where.COMMITTED, "COMMIT"):
            connection.terminate()
            raise self._dialect.loaded_dbapi.OperationalError("the connection was lost in the middle of a commit", None)

    def _rolling_back(self, connection: Any) -> None:
        """A dead process rolls nothing back: its connection drops."""
        self._connect()
        self._rollback(connection)

    def _connect(self, *_: Any) -> None:
        if self.life and self.life.dead:
            raise Death


DEADLOCK = "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$"
GOODBYE = "SELECT pg_terminate_backend(pg_backend_pid())"
SQLITE = {Fault.LOCKED: "database is locked", Fault.GONE: "disk I/O error"}


def fail(fault: Fault, cursor: Any) -> None:
    """Raises what the driver raises: on PostgreSQL by making its server really do it."""
    if isinstance(cursor, sqlite3.Cursor):
        raise sqlite3.OperationalError(SQLITE[fault])
    cursor.execute(DEADLOCK if fault is Fault.LOCKED else GOODBYE)


@dataclass(slots=True)
class Door:
    """The address under which Slack and senders reach whichever process lives; a dead one leaves them hanging."""

    life: Life | None = None
    inside: int = 0

    async def emptied(self) -> None:
        """Nobody is being answered any more."""
        while self.inside:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        life = self.life
        if scope["type"] == "lifespan":
            await _no_lifespan(receive, send)
        elif life is None or life.dead or not await self._answered(life, scope, receive, send):
            await HangUp()(scope, receive, send)

    async def _answered(self, life: Life, scope: Scope, receive: Any, send: Any) -> bool:
        done = False

        async def pass_on(message: Scope) -> None:
            nonlocal done
            if message["type"] == "http.response.start":
                life.meet(Where.ANSWER, scope["path"])
            elif life.dead:
                raise Death
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                done = True
                life.meet(Where.ANSWERED, scope["path"])

        self.inside += 1
        try:
            await life.web(scope, receive, pass_on)
        except BaseException:
            if not life.dead:
                raise
        finally:
            self.inside -= 1
        return done


async def _no_lifespan(receive: Any, send: Any) -> None:
    for _ in range(2):
        message = await receive()
        await send({"type": f"{message['type']}.complete"})


@dataclass(slots=True)
class Wire:
    """Every call that a Baton process makes to Slack; a fault is asked of the sandbox just before its call."""

    ask: Callable[[str, dict[str, Any]], Awaitable[None]]
    """Asks the sandbox for a fault of the next call of this method."""
    life: Life | None = None

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        original = aiohttp.ClientSession._request

        async def request(session: aiohttp.ClientSession, verb: str, url: Any, **more: Any) -> aiohttp.ClientResponse:
            life, method = self.life, str(url).partition("/api/")[2]
            if life is None:
                return await original(session, verb, url, **more)
            fault = life.meet(Where.REQUEST if method else Where.WORDS, method)
            if fault:
                await self.ask(method, ASKED[fault])
                if fault is Fault.DELAY:
                    more["timeout"] = aiohttp.ClientTimeout(total=IMPATIENT)
            try:
                return await original(session, verb, url, **more)
            finally:
                life.meet(Where.REPLY, method)

        with patch.object(aiohttp.ClientSession, "_request", request):
            yield


IMPATIENT, LATE = 0.02, 0.04
"""Real seconds: a delayed call is given up before Slack has stored what it asked."""
ASKED: dict[Fault, dict[str, Any]] = {
    Fault.DROPPED_REQUEST: {"kind": "drop_request"},
    Fault.DROPPED_REPLY: {"kind": "drop_reply"},
    Fault.DELAY: {"kind": "delay", "seconds": LATE},
    Fault.LIMIT: {"kind": "status", "status": 429, "retry_after": 2},
    Fault.BROKEN: {"kind": "status", "status": 500},
    Fault.INTERNAL: {"kind": "error", "error": "internal_error"},
}


@dataclass(slots=True)
class Counted:
    """An application that knows how many requests it is busy with."""

    app: App
    inside: int = 0

    async def emptied(self) -> None:
        """No call is under way, however slow it was made."""
        while self.inside:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        self.inside += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.inside -= 1
