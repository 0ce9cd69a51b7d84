"""What a database was asked while something went on, and how it would go about answering."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

FEW = frozenset({"policy", "policy_signature", "person", "absence", "team_turns", "history_head", "alarm", "account"})
FEW_TOO = frozenset({"campaign_brief", "alembic_version"})
"""Tables that grow with a company and not with its leads: all of one may be read."""
OF_WHAT_WAITS = frozenset(
    {
        *("handoff_one_open", "handoff_in_hand", "handoff_of_team", "offer_one_open"),
        *(
            "card_behind",
            "card_to_post",
            "card_to_change",
            "card_homes",
            "email_waiting",
            "webhook_waiting",
            "history_unchained",
        ),
    }
)
"""Indexes that hold only what is still to be done, however much was done before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement as the database got it."""

    doing: str
    statement: str
    values: Any


@dataclass
class Ear:
    """Hears every statement, from the moment it is attached, and knows during what it was asked."""

    database: Database
    heard: list[Asked] = field(default_factory=list)
    work: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Steps that SQLite took, by what went on and the last statement."""
    _doing: str = ""
    _last: str = ""

    def __post_init__(self) -> None:
        engine = self.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", self._hear)
        if self.database.is_sqlite:
            event.listen(engine, "connect", self._count)

    def _hear(self, _connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if self._doing:
            self.heard.append(Asked(self._doing, statement, values[0] if many else values))
            self._last = statement

    def _count(self, connection: Any, _record: Any) -> None:
        def one_more() -> None:
            if self._doing:
                self.work[self._doing, self._last] += 1

        connection.set_progress_handler(one_more, 1)

    @contextmanager
    def during(self, doing: str) -> Iterator[None]:
        self._doing = doing
        try:
            yield
        finally:
            self._doing = ""

    def told(self) -> tuple[Counter[str], Counter[tuple[str, str]]]:
        """How many statements by what went on, and the work; what was heard is forgotten."""
        told = Counter(one.doing for one in self.heard), self.work.copy()
        self.heard.clear()
        self.work.clear()
        return told


async def reads_all(connection: AsyncConnection, asked: Asked) -> list[str]:
    """Which tables that grow with every lead would be read from end to end; none, where indexes answer."""
    if not asked.statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
        return []
    sqlite = connection.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN (FORMAT JSON)"
    rows: Any = (await connection.exec_driver_sql(f"{explain} {asked.statement}", asked.values)).all()
    return _sqlite(asked.statement, [row[3] for row in rows]) if sqlite else list(_postgresql(_plan(rows[0][0])))


def _sqlite(statement: str, steps: list[str]) -> list[str]:
    return [
        step for step in steps if (found := SCAN.fullmatch(step)) and _grows(statement, found["table"], found["index"])
    ]


SCAN = re.compile(r"SCAN (?P<table>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+))?(?: LEFT-JOIN)?")
TABLES = re.compile(r'(?:FROM|JOIN|UPDATE|INTO|,)\s+"?(?P<table>\w+)"?(?:\s+AS\s+(?P<alias>\w+))?')
PARTS = re.compile(r"(?:(?:WITH|RECURSIVE|,)\s+(\w+)(?:\(\w+\))?\s+AS\b|\)\s+AS\s+(\w+))")
"""What a statement names itself: common tables and subqueries."""


def _grows(statement: str, name: str, index: str | None) -> bool:
    """Whether a name in a plan is that of a table that grows, and not of a part of the statement itself."""
    tables = {found["alias"] or found["table"]: found["table"] for found in TABLES.finditer(statement)}
    parts = {name for found in PARTS.findall(statement) for name in found} | {"CONSTANT"}
    return name not in parts and tables.get(name, name) not in FEW | FEW_TOO and index not in OF_WHAT_WAITS


def _plan(told: Any) -> Any:
    return (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]


def _postgresql(node: dict[str, Any]) -> Iterator[str]:
    table = node.get("Relation Name")
    index = node.get("Index Name")
    whole = node["Node Type"] in {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan"}
    if whole and table not in FEW | FEW_TOO and "Index Cond" not in node and index not in OF_WHAT_WAITS:
        yield f"{node['Node Type']} of {table or ''} {index or ''} {node.get('Filter', '')}"
    for below in node.get("Plans", ()):
        yield from _postgresql(below)
