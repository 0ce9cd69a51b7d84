"""Both sides read the same account: what was promised and kept, and whose time it was."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from bot.commands.stats import show
from bot.domain.handoff import Change
from bot.domain.numbers.dividing import By
from bot.formats import Format
from bot.usecases.accounting import bookings
from bot.usecases.deciding import working
from storage.tables import LeadRow
from tests.stories.conftest import ANA, MARKETING, MAYA, NEW, RAVI, RITA, ROOT, Story
from tests.stories.test_promises import BO, asks, in_marketing
from tests.stories.test_working import WORKING

POLICY = (ROOT / "tests/stories/policy.yml").read_text()
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def told(story: Story, by: By) -> dict[str, Any]:
    """What `baton stats --by …` says."""
    out = io.StringIO()
    assert await show(story.database, out, story.clock.at, by=by, form=Format.JSON) == 0
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def kept(answer: dict[str, Any], step: str, person: str | None = None) -> tuple[int, int, int]:
    """Of one step: kept, of how many, late now; of everybody or of one person."""
    (row,) = [one for one in answer["rows"] if one["step"] == step and one["person"] == person and not one["team"]]
    return row["kept"], row["of"], row["late_now"]


async def test_silence_of_either_side_is_a_broken_promise_and_a_kept_one_counts_for_whoever_kept_it(
    story: Story,
) -> None:
    taken = await story.lead()
    await asks(story, taken["handoff_id"])
    await story.pass_time(minutes=30)
    await story.reject(RITA, "bad-timing")
    (card,) = await in_marketing(story, "Back from sales: ")
    await story.press(MAYA, MARKETING, card, "Got it: back to nurture")
    other = {**ANA["company"], "name": "Bo GmbH", "domain": "bo.example"}
    await story.lead(**BO, company=other)
    await story.until(MONDAY + timedelta(days=11))  # nobody in sales ever answers, and marketing says nothing either

    answer = await told(story, By.PROMISE)
    assert kept(answer, "answer") == (1, 3, 0)
    assert kept(answer, "answer", RITA) == (1, 2, 0)
    assert kept(answer, "handover") == (2, 2, 0)
    assert kept(answer, "returned") == (1, 2, 1)
    assert kept(answer, "returned", MAYA) == (1, 1, 0)
    assert (answer["ignored"], answer["ignored_of"]) == (1, 2)
    assert [row["step"] for row in answer["rows"] if row["step"] == "question"] == ["question"]
    assert kept(answer, "question") == (0, 0, 0)  # the rep gave the lead back before marketing was late

    await story.slack.command(RITA, NEW, "/leadstats", "by promise")
    shown = (await story.slack.messages(RITA, NEW))[-1]
    assert shown.text == "Marketing kept 3 of 4 promises, sales 1 of 3, in the last 30 days."
    assert "Qualified by the book, yet ignored by sales: not enough data (1 of 2)." in shown.plain()
    assert "Rita" in shown.plain()


async def test_the_time_of_every_lead_is_somebodys_and_all_of_it(lawless: Story) -> None:
    story = lawless
    await story.lead()
    await story.pass_time(hours=1)
    await story.apply_policy(POLICY.replace("required: [email, company.name]", "required: [phone]"))
    await story.pass_time(minutes=10)
    await story.lead(**BO)
    await story.pass_time(minutes=20)
    await story.reject(RITA, "bad-timing")
    await story.pass_time(minutes=30)

    async with story.database.read() as session:
        ana, bo = (await session.exec(select(LeadRow).order_by(col(LeadRow.created_at)))).all()
        lives = [await bookings.of_lead(session, one.id, story.clock.at) for one in (ana, bo)]
    booked = [(one.side.value, round(one.length / timedelta(minutes=1))) for one in lives[0]]
    assert booked == [("system", 60), ("sales", 30), ("marketing", 30)]
    assert [(one.side.value, round(one.length / timedelta(minutes=1))) for one in lives[1]] == [("marketing", 50)]
    for lead, life in zip((ana, bo), lives, strict=True):
        assert sum((one.length for one in life), timedelta()) == story.clock.at - lead.created_at

    answer = await told(story, By.SIDE)
    seconds = {row["side"]: row["seconds"] for row in answer["rows"]}
    assert sum(seconds.values()) == sum((story.clock.at - lead.created_at).total_seconds() for lead in (ana, bo))
    assert (seconds["prospect"], seconds["marketing"] > seconds["sales"] > 0) == (0, True)


async def test_who_lets_an_accepted_lead_lie_has_broken_a_promise_though_somebody_else_has_it_by_then(
    lawless: Story,
) -> None:
    story = lawless
    await story.apply_policy(WORKING)
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    await story.press_in_dm(RITA, "Log follow-up")
    assert (await story.submit(RITA, how="email", outcome="automatic_reply", note="Back on Monday")).closed
    await story.until(MONDAY + timedelta(hours=8, minutes=1))
    await story.press_in_dm(RAVI, "Accept")
    await story.pass_time(minutes=10)
    await story.press_in_dm(RAVI, "Called, reached")

    answer = await told(story, By.PROMISE)

    assert kept(answer, "first touch", RITA) == (0, 1, 0)
    assert kept(answer, "first touch", RAVI) == (1, 1, 0)
    assert kept(answer, "attempts", RAVI) == (1, 1, 0)
    assert kept(answer, "answer") == (2, 2, 0)


async def test_while_the_rep_waits_for_the_prospect_it_is_the_prospects_time(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(WORKING)
    taken = await story.lead()
    await story.press_in_dm(RITA, "Accept")
    await story.pass_time(minutes=30)
    done = await working.pause(
        story.database, taken["handoff_id"], RITA, date(2026, 11, 23), "On holiday", story.clock.at, request="p-1"
    )
    assert isinstance(done, Change)
    paused_at = story.clock.at
    await story.until(MONDAY + timedelta(hours=1))

    async with story.database.read() as session:
        life = await bookings.of_lead(session, taken["lead_id"], story.clock.at)
    assert [(one.side.value, one.until) for one in life] == [
        ("sales", paused_at),
        ("prospect", MONDAY),
        ("sales", story.clock.at),
    ]
