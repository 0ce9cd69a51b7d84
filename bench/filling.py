"""A database as it is after many leads: a few lives, lived through the real use cases, and copied into the past."""

import json
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Table, text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from bench.lives import COUNTRIES, Life, live
from bot.domain.new_ids import new_id
from storage.database import Database

A_DAY = 200
"""Leads a day that nine reps can work. A company with more of them has more teams, and each of these as many."""
SINCE_LAST = timedelta(days=3)
"""In which even those come to their end that nobody answers at first."""
TOGETHER = 10_000
"""Copies that are written in one transaction."""
TABLES = (
    *("lead", "lead_identity", "telling", "signal", "handoff", "offer", "follow_up", "outcome", "raised"),
    *("marketing_clock", "card", "email", "webhook", "history", "receipt"),
)
"""What is stored of a lead, each table after those that it points to."""
FORGOTTEN = dict.fromkeys(("email", "webhook", "receipt"), timedelta(days=30))
"""What Baton keeps for so long only."""
NAMELESS = {"webhook": "key", "marketing_clock": "id"}
"""Ids of their own."""


class Copy(NamedTuple):
    """One life once more, so much earlier, under ids of its own."""

    life: Life
    number: int
    lead_id: str
    handoff_id: str
    back: timedelta

    def renamed(self, words: str) -> str:
        its = words.replace(self.life.lead_id, self.lead_id).replace(self.life.handoff_id, self.handoff_id)
        return its.replace(self.life.mark, f"nr{self.number:07d}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A stored row of a life, and which of its columns, by number, are others in a copy."""

    values: tuple[Any, ...]
    words: tuple[int, ...] = ()
    """What names the lead."""
    times: tuple[int, ...] = ()
    link: int | None = None
    """Its place in the chain of history, of which there are `links` in all lives."""
    links: int = 0
    key: int | None = None
    """A key that names nobody."""

    def of(self, copy: Copy) -> tuple[Any, ...]:
        values = list(self.values)
        for one in self.words:
            values[one] = copy.renamed(values[one])
        for one in self.times:
            values[one] = _earlier(values[one], copy.back)
        if self.link is not None:
            values[self.link] += copy.number * self.links
        if self.key is not None:
            values[self.key] = f"{values[self.key]}-{copy.number}"
        return tuple(values)


def _earlier(time: Any, back: timedelta) -> Any:
    """SQLite keeps times as words."""
    if isinstance(time, datetime):
        return time - back
    return (datetime.fromisoformat(time) - back).isoformat(" ", "microseconds")


async def fill(database: Database, count: int, until: datetime, countries: Sequence[str] = COUNTRIES) -> None:
    """So many handoffs by the policy in force, all over, the last of them some days before `until`.

    Open ones are left to whoever measures: there are as many as reps have in hand, however many are stored. The copies
    make no chain: what checks the chain finds that.
    """
    lives = await live(database, until - SINCE_LAST, countries)
    copies = _copies(lives, count)
    store = _sqlite if database.is_sqlite else _postgresql
    await store(database, lives, copies)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE history_head SET link = (SELECT max(link) FROM history)"))
        if not database.is_sqlite:
            await connection.execute(text("ANALYZE"))  # as it does by itself after a while; SQLite never does


async def multiply(database: Database, life: Life, count: int) -> None:
    """So many in all like this one as it stands, chained into history; an open one is open until its deadline."""
    chance = random.Random(count)  # noqa: S311 -- the same each time
    copies = (Copy(life, number, *_ids(life.began_at, chance), timedelta()) for number in range(1, count))
    await (_sqlite if database.is_sqlite else _postgresql)(database, [life], copies)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE history_head SET link = (SELECT max(link) FROM history)"))


def _copies(lives: Sequence[Life], count: int) -> Iterator[Copy]:
    """The lives in turn, one after another into the past, with ids as Baton would have given them then."""
    chance, apart = random.Random(count), timedelta(days=1) / A_DAY  # noqa: S311 -- the same each time
    for number in range(len(lives), count):
        life, back = lives[number % len(lives)], (number - len(lives) + 1) * apart
        yield Copy(life, number, *_ids(life.began_at - back, chance), back)


def _ids(at: datetime, chance: random.Random) -> tuple[str, str]:
    """Of a lead and its handoff."""
    return new_id(at, chance.getrandbits), new_id(at, chance.getrandbits)


def _columns(table: Table) -> list[str]:
    """All but numbers that the database gives by itself."""
    return [column.name for column in table.columns if column is not table.autoincrement_column]


def _asked(name: str, life: Life) -> str:
    """All that is stored in this table of a life."""
    table = SQLModel.metadata.tables[name]
    columns = ", ".join(f'"{column}"' for column in _columns(table))
    its = {"id": life.lead_id} if name == "lead" else {"lead_id": life.lead_id, "handoff_id": life.handoff_id}
    which = " OR ".join(f"{column} = '{value}'" for column, value in its.items() if column in table.columns)
    which = which or f"webhook_id LIKE '%{life.mark}%'"
    return f'SELECT {columns} FROM "{name}" WHERE {which}'  # noqa: S608


def _patterns(name: str, life: Life, rows: Iterable[Sequence[Any]], links: int) -> list[Pattern]:
    table = SQLModel.metadata.tables[name]
    names = _columns(table)
    link = names.index("link") if name == "history" else None
    key = names.index(NAMELESS[name]) if name in NAMELESS else None
    told = [[json.dumps(one) if isinstance(one, dict | list) else one for one in values] for values in rows]
    return [
        Pattern(
            tuple(values),
            tuple(n for n, value in enumerate(values) if _names(life, value)),
            tuple(n for n, one in enumerate(names) if _is_time(table, one) and values[n] is not None),
            link,
            links,
            key,
        )
        for values in told
    ]


def _is_time(table: Table, column: str) -> bool:
    return isinstance(table.columns[column].type, UTCDateTime)


def _names(life: Life, value: Any) -> bool:
    return isinstance(value, str) and any(one in value for one in (life.mark, life.lead_id, life.handoff_id))


def _written(name: str, patterns: dict[Life, list[Pattern]], portion: Sequence[Copy]) -> Iterator[tuple[Any, ...]]:
    kept = FORGOTTEN.get(name, timedelta.max)
    for copy in portion:
        if copy.back < kept:
            for pattern in patterns[copy.life]:
                yield pattern.of(copy)


async def _sqlite(database: Database, lives: Sequence[Life], copies: Iterator[Copy]) -> None:
    """By a connection that does not wait for the disk: what is lost with the machine is filled again."""
    with sqlite3.connect(str(database.engine.url.database)) as connection:
        for pragma in ("synchronous=OFF", "cache_size=-1000000", "wal_autocheckpoint=100000"):
            connection.execute(f"PRAGMA {pragma}")
        links = connection.execute("SELECT link FROM history_head").fetchone()[0]
        patterns = {
            name: {life: _patterns(name, life, connection.execute(_asked(name, life)), links) for life in lives}
            for name in TABLES
        }
        while portion := list(islice(copies, TOGETHER)):
            for name in TABLES:
                columns = _columns(SQLModel.metadata.tables[name])
                places = ", ".join("?" * len(columns))
                named = ", ".join(f'"{column}"' for column in columns)
                statement = f'INSERT INTO "{name}" ({named}) VALUES ({places})'  # noqa: S608
                connection.executemany(statement, _written(name, patterns[name], portion))
            connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it in one file, as after a while
    connection.close()


async def _postgresql(database: Database, lives: Sequence[Life], copies: Iterator[Copy]) -> None:
    async with database.engine.connect() as engine:
        connection: Any = (await engine.get_raw_connection()).driver_connection
        links = await connection.fetchval("SELECT link FROM history_head")
        patterns = {
            name: {life: _patterns(name, life, await connection.fetch(_asked(name, life)), links) for life in lives}
            for name in TABLES
        }
        while portion := list(islice(copies, TOGETHER)):
            async with connection.transaction():
                for name in TABLES:
                    rows = _written(name, patterns[name], portion)
                    columns = _columns(SQLModel.metadata.tables[name])
                    await connection.copy_records_to_table(name, records=rows, columns=columns)
