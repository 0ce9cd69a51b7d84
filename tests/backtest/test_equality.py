"""The replay of the rules as they were gives exactly what really happened, lead by lead."""

from sqlmodel import func, select

from bot.domain.backtesting.comparing import compare
from bot.domain.backtesting.replay import Replay, in_force, turns
from storage.database import Database
from storage.governing import pasts
from storage.tables import HandoffRow, LeadRow, MergeRow
from tests.backtest.life import MONDAY, VERSIONS, Life

DAYS = 65


async def test_the_rules_as_they_were_give_the_handoffs_that_really_happened(database: Database) -> None:
    life = Life(database, seed=22)
    await life.live(DAYS)

    async with database.read() as session:
        eras = await pasts.eras(session)
        lives = await pasts.page(session, "", 10_000)
        rows = (await session.exec(select(HandoffRow))).all()
        merged = (await session.exec(select(MergeRow))).all()
        counted = (await session.exec(select(func.count()).select_from(LeadRow))).one()
    really = {(row.lead_id, row.number, row.path) for row in rows if row.origin == "path"}
    rules, starts = in_force(eras), [era.since for era in eras]
    replayed = set()
    for one in lives:
        for turn in turns(one, life.now):
            handed = turn.passage.created_at if turn.passage and turn.passage.origin != "path" else None
            opening = Replay(one, turn).opening(rules, starts, until=handed or one.judged_until)
            if opening:
                replayed.add((one.lead_id, turn.number, opening.scoring.path))
    found = [compare(VERSIONS[-1], eras, MONDAY, life.now).of_life(one) for one in lives]

    assert replayed == really
    assert [one.unexplained for one in found if one.unexplained] == []
    assert sum(one.checked for one in found) == len(really)
    assert counted >= 200
    assert len(really) >= 40
    assert {row.number for row in rows} >= {1, 2}
    assert {row.state for row in rows} >= {"accepted", "recycled", "disqualified", "withdrawn"}
    assert {row.origin for row in rows} == {"path", "hand", "claim"}
    assert {row.undone_at is None for row in merged} == {True, False}
