"""What history promises: whoever changes it afterwards is found out, and the place is named."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot import upkeep
from bot.commands import auditing
from bot.domain import chain
from bot.usecases.operating import erasure
from storage.accounting import chain as chaining
from storage.accounting import history
from storage.database import Database, parse_url
from storage.tables import HistoryRow, IdentityRow, LeadRow

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROWS = 6


async def verify(database: Database, head: str | None = None) -> tuple[int, str]:
    """The exit code of `baton audit verify`, and what it says."""
    out = StringIO()
    code = await auditing.verify(database, head, Console(file=out))
    return code, out.getvalue().strip()


async def write(database: Database, first: int, rows: int, lead: str | None = "lead-1") -> None:
    async with database.write() as session:
        for n in range(first, first + rows):
            at = START + timedelta(minutes=n)
            await history.append(session, at, "reminded", "baton", lead_id=lead, policy_version=1, why={"n": n})


async def tamper(database: Database, *statements: str) -> None:
    """Changes the database behind Baton's back."""
    async with database.engine.connect() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
        await connection.commit()


@pytest.fixture
async def kept(database: Database) -> Database:
    """Six rows of one lead, chained as entries 1 to 6, a minute apart."""
    async with database.write() as session:
        for lead in ("lead-1", "lead-2"):
            session.add(LeadRow(id=lead, facts={"source": "web"}, search="", created_at=START, evidence_at=START))
    await write(database, 1, ROWS)
    await upkeep.chain(database)
    return database


async def test_what_nobody_touched_is_unbroken_and_its_end_can_be_noted(kept: Database) -> None:
    await write(kept, 7, 1)
    code, words = await verify(kept)
    assert code == 0
    assert words.startswith("6 entries, unbroken; head 6:")
    assert words.endswith("; 1 not chained yet.")
    head = words.partition("head ")[2].partition(";")[0]

    await upkeep.chain(kept)

    code, words = await verify(kept, head[:14])
    assert (code, words.startswith("7 entries"), words.endswith("The end noted at 6 is in it.")) == (0, True, True)
    assert (await verify(kept, "6:0123456789ab"))[0] == 1
    assert (await verify(kept, "9:0123456789ab"))[0] == 1
    assert (await verify(kept, "6-0123456789ab"))[0] == 2


async def test_a_history_of_nothing_is_unbroken(database: Database) -> None:
    assert await verify(database) == (0, "0 entries, unbroken; head none yet; 0 not chained yet.")


COLUMNS: Mapping[str, str] = {
    "id": "id = 99",
    "at": "at = '2026-11-20 09:04:01.000000+00:00'",
    "lead_id": "lead_id = 'lead-2'",
    "handoff_id": "handoff_id = NULL, what = 'accepted'",
    "what": "what = 'accepted'",
    "who": "who = 'U0RAVI0001'",
    "policy_version": "policy_version = 2",
    "why": """why = '{"n": 5}'""",
    "no why": "why = '{}'",
    "salt": "salt = 'ab'",
    "no salt": "salt = NULL",
    "hash": "hash = 'ab'",
}


@pytest.mark.parametrize("column", COLUMNS)
async def test_a_changed_row_is_named(kept: Database, column: str) -> None:
    await tamper(kept, f"UPDATE history SET {COLUMNS[column]} WHERE link = 4")

    code, words = await verify(kept)

    assert code == 1
    row = 99 if column == "id" else 4
    assert f"entry 4, row {row} of 2026-11-20 09:04:0" in words
    assert "was changed" in words


ELSE = {
    "a middle row goes": (
        ["DELETE FROM history WHERE link = 4"],
        "entry 4 was removed: it stood after row 3 of 2026-11-20 09:03:00 UTC and before row 5",
    ),
    "the last row goes": (["DELETE FROM history WHERE link = 6"], "entry 6 was removed: it stood after row 5"),
    "the first row goes": (["DELETE FROM history WHERE link = 1"], "entry 1 was removed: it stood before row 2"),
    "a middle row goes and the gap is closed": (
        [
            "DELETE FROM history WHERE link = 4",
            "UPDATE history SET link = 4 WHERE link = 5",
            "UPDATE history SET link = 5 WHERE link = 6",
        ],
        "entry 4 was removed: it stood after row 3 of 2026-11-20 09:03:00 UTC and before row 5",
    ),
    "a row is put between": (
        [
            "UPDATE history SET link = 7 WHERE link = 6",
            "UPDATE history SET link = 6 WHERE link = 5",
            "INSERT INTO history (id, at, what, who, why, link, salt, hash) "
            "SELECT 50, at, 'accepted', who, why, 5, salt, hash FROM history WHERE link = 4",
        ],
        "row 50 of 2026-11-20 09:04:00 UTC was inserted as entry 5, before row 5",
    ),
    "a row is put before all": (
        [
            "INSERT INTO history (id, at, what, who, why, link, salt, hash) "
            "SELECT 50, at, 'accepted', who, why, 0, salt, hash FROM history WHERE link = 4"
        ],
        "row 50 of 2026-11-20 09:04:00 UTC was inserted",
    ),
    "two neighbours change places": (
        [
            "UPDATE history SET link = 40 WHERE link = 4",
            "UPDATE history SET link = 4 WHERE link = 5",
            "UPDATE history SET link = 5 WHERE link = 40",
        ],
        "row 4 of 2026-11-20 09:04:00 UTC was moved: it was entry 4, where row 5",
    ),
    "two rows change places": (
        [
            "UPDATE history SET link = 40 WHERE link = 2",
            "UPDATE history SET link = 2 WHERE link = 5",
            "UPDATE history SET link = 5 WHERE link = 40",
        ],
        "row 2 of 2026-11-20 09:02:00 UTC was moved: it was entry 2, where row 5",
    ),
    "a row is taken out of the chain": (
        ["UPDATE history SET link = NULL WHERE link = 3"],
        "row 3 of 2026-11-20 09:03:00 UTC was moved: it was entry 3",
    ),
    "the noted end is another": (
        ["UPDATE history_head SET hash = 'ab'"],
        "the last entry, row 6 of 2026-11-20 09:06:00 UTC, was changed and hashed anew",
    ),
    "the noted end is an earlier one": (
        ["UPDATE history_head SET link = 5"],
        "row 6 of 2026-11-20 09:06:00 UTC was inserted after the end",
    ),
}


@pytest.mark.parametrize("what", ELSE)
async def test_what_was_removed_inserted_or_moved_is_named(kept: Database, what: str) -> None:
    statements, said = ELSE[what]
    await tamper(kept, *statements)

    code, words = await verify(kept)

    assert (code, said in words) == (1, True), words


async def test_a_row_forged_with_a_right_hash_is_named_by_what_follows(kept: Database) -> None:
    async with kept.write() as session:
        row = await session.get_one(HistoryRow, 4)
        row.who = "U0RAVI0001"
        before = await session.get_one(HistoryRow, 3)
        entry = chain.Entry(**row.model_dump())
        row.hash = chain.hash_of(entry, 4, before.hash or "", chain.digest(row.salt or "", row.why))
        session.add(row)

    code, words = await verify(kept)

    assert code == 1
    assert "entry 5, row 5 of 2026-11-20 09:05:00 UTC, was changed, or row 4" in words


async def test_blanking_a_row_as_an_erasure_does_is_found_out_without_one(kept: Database) -> None:
    async with kept.write() as session:
        row = await session.get_one(HistoryRow, 4)
        row.salt, row.why = chain.ERASED + chain.digest(row.salt or "", row.why), {}
        session.add(row)
    code, words = await verify(kept)
    assert (code, "entry 4, row 4 of 2026-11-20 09:04:00 UTC, lost its reasons" in words) == (1, True), words

    async with kept.write() as session:
        await history.append(session, START, "erased", "baton", lead_id="lead-2")
    await upkeep.chain(kept)
    assert (await verify(kept))[0] == 1

    async with kept.write() as session:
        await history.append(session, START, "erased", "baton", lead_id="lead-1")
    assert (await verify(kept))[0] == 0
    await upkeep.chain(kept)
    assert (await verify(kept))[0] == 0


async def test_an_erasure_waits_for_rows_that_are_being_chained(kept: Database) -> None:
    async with kept.write() as session:
        session.add(IdentityRow(kind="email", value="bo@bo.example", lead_id="lead-1"))
        await history.append(session, START, "noted", "baton", lead_id="lead-1", why={"note": "Bo likes tea"})

    async with kept.write() as session:
        await chaining.lengthen(session)
        erasing = asyncio.ensure_future(erasure.erase(kept, "bo@bo.example", "ola", START))
        await asyncio.wait([erasing], timeout=0.2)

    removed = (await erasing).lead
    assert removed
    assert removed.reasons == 7
    await upkeep.chain(kept)
    assert (await verify(kept))[1].startswith("8 entries, unbroken")


async def test_any_number_of_replicas_chain_at_once_while_others_write(kept: Database, database_url: str) -> None:
    replicas = [Database(parse_url(database_url)) for _ in range(4)]

    async def live(database: Database, n: int) -> None:
        for round_ in range(5):
            await write(database, 100 * n + 10 * round_, 7)
            await upkeep.chain(database)

    await asyncio.gather(*(live(database, n) for n, database in enumerate(replicas, 1)))

    code, words = await verify(kept)
    assert (code, words.startswith("146 entries, unbroken"), words.endswith("; 0 not chained yet.")) == (0, True, True)
    for database in replicas:
        await database.close()


async def test_more_than_a_page_is_chained_and_checked(kept: Database) -> None:
    await write(kept, 10, 1200)
    await upkeep.chain(kept)
    assert (await verify(kept))[1].startswith("1,206 entries, unbroken")

    await tamper(kept, "UPDATE history SET who = 'x' WHERE link = 1100")

    assert "entry 1,100, row 1100 of" in (await verify(kept))[1]


@given(
    st.lists(
        st.tuples(
            st.datetimes(timezones=st.just(UTC)),
            st.text(max_size=8),
            st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=3),
        ),
        min_size=1,
        max_size=8,
    ),
    st.data(),
)
def test_no_two_histories_have_the_same_end(
    rows: list[tuple[datetime, str, dict[str, str]]], data: st.DataObject
) -> None:
    """Whatever is changed, dropped or put elsewhere in a list of rows, the last hash is another."""
    entries = [chain.Entry(n, at, None, None, what, "baton", 1, why) for n, (at, what, why) in enumerate(rows)]

    def end(these: list[chain.Entry]) -> str:
        last = chain.START
        for link, entry in enumerate(these, 1):
            last = chain.hash_of(entry, link, last, chain.digest("salt", entry.why))
        return last

    others = data.draw(st.permutations(entries))[: data.draw(st.integers(0, len(entries)))]
    assert (end(others) == end(entries)) == (others == entries)
