"""The auditor finds what should never be so, tells the admins once, and finds nothing where all is well."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, select

from bot.chores import Chore
from bot.usecases.operating.auditor import EVERY, report, words
from storage.database import Database
from storage.operating import alarms, audits
from storage.operating.audits import Finding
from storage.tables import AlarmRow, HandoffRow
from tests.stories.conftest import ANA, OLA, RITA, ROOT, Story

POLICY = ROOT / "tests/stories/policy.yml"
LONG_AGO = "'2026-11-01 00:00:00+00:00'"
BREAKS = {
    "Open handoffs without a deadline": "UPDATE handoff SET due_at = NULL",
    "Handoffs whose next step is not taken": f"UPDATE handoff SET due_at = {LONG_AGO}",
    "Open handoffs without an owner": "UPDATE handoff SET owner = NULL",
    "Handoffs whose owner's account is deactivated": f"UPDATE person SET active = false, checked_at = {LONG_AGO}",
    "Handoffs without a card for their owner": "UPDATE card SET kind = 'none' WHERE kind = 'dm'",
    "Handoffs whose owner has not been shown the card for ten minutes": "UPDATE card SET shown = 0",
    "Offered handoffs without exactly one turn that runs": f"UPDATE offer SET ended_at = {LONG_AGO}",
    "Qualified leads that nobody has": "UPDATE handoff SET state = 'recycled', due_at = NULL",
    "Leads whose time to be handed over has passed": (
        f"UPDATE lead SET stage = 'prospect', hand_over_at = {LONG_AGO}; UPDATE handoff SET lead_id = 'another'"
    ),
    "Leads whose scoring is late": f"UPDATE lead SET score_at = {LONG_AGO}",
    "Messages that somebody began to send and nobody finished": (
        f"UPDATE card SET lease_until = {LONG_AGO} WHERE kind = 'dm'"
    ),
    "E-mails that somebody began to send and nobody finished": f"UPDATE email SET lease_until = {LONG_AGO}",
    "Handoffs whose owner has no part in the policy": (
        f"UPDATE policy SET in_force_at = {LONG_AGO}; UPDATE handoff SET owner = 'U0STRANGER'"
    ),
}
"""What the auditor says, and a way to make it so that nothing in Baton has."""
ALSO = {
    "Open handoffs without an owner": {
        "Handoffs without a card for their owner",
        "Offered handoffs without exactly one turn that runs",
    },
    "Handoffs whose owner has no part in the policy": {
        "Handoffs without a card for their owner",
        "Offered handoffs without exactly one turn that runs",
    },
}
"""What is wrong in the same breath."""


UNBOUND = {
    True: ("PRAGMA ignore_check_constraints = ON", "PRAGMA defer_foreign_keys = ON"),
    False: (
        "ALTER TABLE handoff DROP CONSTRAINT open_has_owner_and_deadline",
        "SET LOCAL session_replication_role = replica",
    ),
}
"""What lets a hand write rows that the database itself refuses: on SQLite, on PostgreSQL."""


async def seen_in(database: Database, now: datetime, statements: str) -> list[Finding]:
    """What the auditor sees where some hand has done this; undone afterwards."""
    async with database.write() as session:
        for statement in (*UNBOUND[database.is_sqlite], *statements.split("; ")):
            await session.exec(text(statement))  # type: ignore[call-overload]
        found = await audits.look(session, now)
        await session.rollback()
    return found


async def test_whatever_should_never_be_so_is_found(story: Story) -> None:
    await story.lead()
    later = story.clock.at + timedelta(minutes=11)
    assert set(BREAKS) == {*audits.CHECKS, "Handoffs whose owner has no part in the policy"}
    for wrong, statements in BREAKS.items():
        found = await seen_in(story.database, later, statements)
        assert {one.words for one in found} == {wrong, *ALSO.get(wrong, ())}, wrong
        assert all(one.count == len(one.examples) == 1 for one in found), wrong
    assert await seen_in(story.database, later, "SELECT 1") == []


async def test_admins_hear_of_it_once_and_again_when_it_is_mended(story: Story) -> None:
    taken = await story.lead()
    auditor = Chore(EVERY, report)
    assert not await auditor.do_when_due(story.database, story.clock.now())
    await break_it(story, "UPDATE offer SET ended_at = '2026-11-01 00:00:00+00:00'")
    for _ in range(3):
        await story.pass_time(minutes=5)
        assert await auditor.do_when_due(story.database, story.clock.now())
        assert not await auditor.do_when_due(story.database, story.clock.now())
        await story.settle()
    (told,) = await story.dm(OLA)
    assert f"Offered handoffs without exactly one turn that runs: 1 ({taken['handoff_id']})" in told.plain()

    await break_it(story, "UPDATE offer SET ended_at = NULL")
    await story.pass_time(minutes=5)
    await auditor.do_when_due(story.database, story.clock.now())
    await story.settle()
    (ended,) = await story.dm(OLA)
    assert ended.ts == told.ts
    assert ended.plain() != told.plain()
    assert await open_alarms(story) == []


async def break_it(story: Story, statement: str) -> None:
    async with story.database.write() as session:
        await session.exec(text(statement))  # type: ignore[call-overload]


async def open_alarms(story: Story) -> list[AlarmRow]:
    async with story.database.read() as session:
        return await alarms.every_open(session)


async def test_of_many_examples_a_few_are_named(story: Story) -> None:
    leads = [{**ANA, "external_id": f"M-{n}", "email": f"m{n}@acme.example", "phone": None} for n in range(7)]
    assert (await story.send("leads", {"items": leads})).status_code == 202
    found = await seen_in(story.database, story.clock.now(), "UPDATE handoff SET due_at = NULL")
    line = words(found).splitlines()[1]
    assert line.startswith("Open handoffs without a deadline: 7 (")
    assert line.endswith(" and 2 more)")
    assert line.count(",") == 4


async def test_nothing_is_found_where_all_is_well(story: Story) -> None:
    async def look() -> None:
        async with story.database.read() as session:
            assert await audits.look(session, story.clock.now()) == []

    await story.lead()
    await look()
    await story.until(story.clock.at + timedelta(hours=3))
    await look()
    await story.reject(RITA, "not-mine")
    await look()
    await story.until(story.clock.at + timedelta(days=3, hours=21))
    await look()
    await story.lead(external_id="A-2", email="bo@acme.example", phone=None, consent=False)
    await story.lead(external_id="A-3", email="cy@acme.example", phone=None, contact_requested=True)
    await look()
    await story.press_in_dm((await owners(story))[0], "Accept")
    await look()
    await story.until(story.clock.at + timedelta(days=3))
    await look()
    await story.apply_policy(POLICY.read_text().replace("sign_off:", "#").replace(", {email: ravi@acme.example}", ""))
    await look()
    await story.pass_time(minutes=6)
    await look()


async def owners(story: Story) -> list[str]:
    async with story.database.read() as session:
        held = select(HandoffRow.owner).where(HandoffRow.state == "offered").order_by(col(HandoffRow.offered_at).desc())
        return [owner for owner in await session.exec(held) if owner]
