"""Requests that come at the same time share transactions, and none notices another."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from sqlmodel import col, func, select

from bot.usecases.identifying.twins import keys_of
from handlers.intake.taking import take_some
from storage.accounting import receipts
from storage.database import Database, Session
from storage.tables import LeadRow
from tests.intake.conftest import app_on, sender_to

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
ENDED = text("DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$")


def lead(number: int, **more: Any) -> dict[str, Any]:
    return {"source": "form", "external_id": str(number), "email": f"p{number}@c{number}.example", **more}


async def stored(database: Database) -> int:
    async with database.read() as session:
        return (await session.exec(select(func.count()).select_from(LeadRow))).one()


@contextmanager
def seen(database: Database, name: str) -> Iterator[list[Any]]:
    """How often the engine did this."""
    engine, counted = database.engine.sync_engine, list[Any]()

    def count(*told: Any) -> None:
        counted.append(told)

    event.listen(engine, name, count)
    yield counted
    event.remove(engine, name, count)


async def test_requests_of_one_moment_are_committed_together(sender: httpx.AsyncClient, database: Database) -> None:
    with seen(database, "commit") as commits:
        answers = await asyncio.gather(*(sender.post("/v1/leads", json=lead(number)) for number in range(30)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["lead_id"] for answer in answers}) == 30 == await stored(database)
    assert len(commits) <= 10


async def test_one_that_fails_spoils_no_other(
    sender: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(facts: Any, account: int | None) -> Any:
        if facts.email == "p3@c3.example":
            raise RuntimeError("a mistake of ours")
        return keys_of(facts, account)

    monkeypatch.setattr("bot.usecases.qualifying.newcomers.keys_of", broken)
    answers = await asyncio.gather(*(sender.post("/v1/leads", json=lead(number)) for number in range(8)))

    assert [answer.status_code for answer in answers] == [202, 202, 202, 500, 202, 202, 202, 202]
    assert await stored(database) == 7
    monkeypatch.undo()
    assert (await sender.post("/v1/leads", json=lead(3))).json()["duplicate"] is False


@on_postgres
@pytest.mark.parametrize(("times", "last"), [(1, 202), (9, 503)])
async def test_what_makes_way_for_others_is_begun_once_more_and_spoils_no_other(
    sender: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, times: int, last: int
) -> None:
    begun = 0

    async def making_way(session: Session, items: Any, *others: Any) -> Any:
        nonlocal begun
        begun += (is_there := "p0@c0.example" in {item.facts.email for item in items})
        if is_there and begun <= times:
            await (await session.connection()).execute(ENDED)
        return await take_some(session, items, *others)

    monkeypatch.setattr("handlers.intake.counter.take_some", making_way)
    answers = await asyncio.gather(*(sender.post("/v1/leads", json=lead(number)) for number in range(6)))

    assert [answer.status_code for answer in answers] == [last] + 5 * [202]
    assert begun == (2 if last == 202 else 4)  # in company and alone


@on_postgres
async def test_a_lead_that_somebody_else_has_locked_holds_up_no_other(
    sender: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.intake.counter.PATIENCE", 0.3)
    monkeypatch.setattr("handlers.intake.counter.HELD_UP", 0.05)
    await sender.post("/v1/leads", json=lead(0))
    async with database.engine.connect() as somebody:
        await somebody.execute(select(LeadRow.id).with_for_update())
        answers = await asyncio.gather(*(sender.post("/v1/leads", json=lead(one, title="CFO")) for one in range(6)))
        assert [answer.status_code for answer in answers] == [503] + 5 * [202]
        monkeypatch.setattr("handlers.intake.counter.PATIENCE", 20)
        held = asyncio.create_task(sender.post("/v1/leads", json=lead(0, title="CFO")))
        await asyncio.sleep(0.1)
        assert (await sender.post("/v1/leads", json=lead(6))).status_code == 202
        assert not held.done()
    assert (await held).status_code == 202
    assert await stored(database) == 7


async def test_what_is_refused_beside_others_is_told_to_its_sender_alone(sender: httpx.AsyncClient) -> None:
    nobody = {"lead": {"email": "nobody@nowhere.example"}, "kind": "call", "at": "2026-11-20T10:00:00Z"}
    first, refused, last = await asyncio.gather(
        sender.post("/v1/leads", json=lead(1)),
        sender.post("/v1/signals", json=nobody),
        sender.post("/v1/leads", json=lead(2)),
    )

    assert [one.status_code for one in (first, refused, last)] == [202, 422, 202]
    assert refused.json()["errors"][0]["field"] == "lead.email"


async def test_a_message_that_comes_twice_at_once_is_taken_once(sender: httpx.AsyncClient, database: Database) -> None:
    posts = [sender.post("/v1/leads", json=lead(7), headers={"webhook-id": "msg_1"}) for _ in range(5)]
    answers = await asyncio.gather(*posts, sender.post("/v1/leads", json=lead(8), headers={"webhook-id": "msg_2"}))

    assert [answer.status_code for answer in answers] == [202] * 6
    assert len({answer.text for answer in answers[:5]}) == 1
    assert answers[0].json()["duplicate"] is False
    assert await stored(database) == 2


async def test_nobody_is_answered_before_the_commit(
    sender: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: Any) -> bool:
        raise asyncio.CancelledError

    monkeypatch.setattr(receipts, "remember_all", dies)  # the last thing before the commit
    posts = [sender.post("/v1/leads", json=lead(one), headers={"webhook-id": f"m{one}"}) for one in range(6)]
    answers = await asyncio.gather(*posts, return_exceptions=True)

    assert not [one for one in answers if isinstance(one, httpx.Response) and one.status_code == 202]
    assert await stored(database) == 0
    monkeypatch.undo()
    assert (await sender.post("/v1/leads", json=lead(0))).status_code == 202


async def test_leads_nobody_knew_take_as_many_statements_however_many_they_are(
    sender: httpx.AsyncClient, database: Database
) -> None:
    numbers = []
    for start, count in ((0, 4), (100, 20)):
        items = [lead(start + number) for number in range(count)]
        with seen(database, "before_cursor_execute") as statements:
            answer = await sender.post("/v1/leads", json={"items": items})
        assert {item["status"] for item in answer.json()["items"]} == {202}
        numbers.append(len(statements))

    assert numbers[0] == numbers[1] <= 12


async def test_two_of_one_batch_who_are_one_person_are_one_lead(sender: httpx.AsyncClient, database: Database) -> None:
    twice = [lead(1, title="CFO"), lead(2), lead(1, title="CEO"), {"source": "fair", "email": "p1@c1.example"}]
    items = (await sender.post("/v1/leads", json={"items": twice})).json()["items"]

    assert [item["duplicate"] for item in items] == [False, False, False, False]
    assert items[0]["lead_id"] == items[2]["lead_id"] == items[3]["lead_id"] != items[1]["lead_id"]
    async with database.read() as session:
        row = (await session.exec(select(LeadRow).where(col(LeadRow.id) == items[0]["lead_id"]))).one()
    assert (row.facts["title"], row.facts["source"]) == ("CEO", "fair")


async def test_one_request_does_not_wait_until_a_long_one_is_through(quick: httpx.AsyncClient) -> None:
    ended = []

    async def send(name: str, body: dict[str, Any]) -> None:
        answer = await quick.post("/v1/leads", json=body)
        assert answer.status_code == 202
        ended.append(name)

    long = send("long", {"items": [lead(1000 + number) for number in range(300)]})
    await asyncio.gather(long, *(send("short", lead(number)) for number in range(3)))

    assert ended == ["short", "short", "short", "long"]


async def test_two_processes_with_the_same_leads_in_another_order_never_block_each_other(database: Database) -> None:
    async with sender_to(app_on(database)) as one, sender_to(app_on(database)) as other:
        known = [lead(number) for number in range(12)]
        await one.post("/v1/leads", json={"items": known})
        news = [{**item, "title": "CTO"} for item in known]
        for _ in range(5):
            there, back = {"items": news}, {"items": [{**item, "title": "CIO"} for item in reversed(news)]}
            answers = await asyncio.gather(one.post("/v1/leads", json=there), other.post("/v1/leads", json=back))
            assert [answer.status_code for answer in answers] == [202, 202]
    assert await stored(database) == 12


async def test_two_processes_with_likely_twins_in_another_order_never_block_each_other(database: Database) -> None:
    async with sender_to(app_on(database)) as one, sender_to(app_on(database)) as other:
        for start in range(0, 100, 20):
            named = [
                {"first_name": f"Ann{number}", "last_name": "Lee", "company": {"name": f"Acme{number} Ltd"}}
                for number in range(start, start + 20)
            ]
            there = [lead(number, **who) for number, who in enumerate(named, start)]
            back = [lead(1000 + number, **who) for number, who in enumerate(named, start)][::-1]
            posts = one.post("/v1/leads", json={"items": there}), other.post("/v1/leads", json={"items": back})
            assert [answer.status_code for answer in await asyncio.gather(*posts)] == [202, 202]
    assert await stored(database) == 200
