"""Leads that nearly qualify: listed once a week to whom they would go to, and theirs who claims them."""

import asyncio
import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import select

from bot.chores import chores
from bot.usecases.identifying import merging
from bot.usecases.identifying.accounts import IncomingAccount, TakenAccount, take_account
from bot.usecases.operating import erasure
from bot.usecases.qualifying import near_misses
from storage.qualifying import near_misses as stored
from storage.tables import HandoffRow, HistoryRow, OfferRow
from tests.stories.conftest import EMEA, MARKETING, MARTA, MAYA, RAVI, RITA, Story
from tests.support.workspace import Message

MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""The team's first opening of week 48: 09:00 in Berlin."""
BEN: dict[str, Any] = {
    "source": "web",
    "external_id": "B-1",
    "email": "ben.berg@berg.example",
    "first_name": "Ben",
    "last_name": "Berg",
    "title": "VP Sales",
    "phone": "+4930901820",
    "company": {"name": "Berg AG", "industry": "Logistics", "employees": 120, "country": "DE"},
    "signals": [
        {"id": "b-1", "kind": "webinar_attended", "at": "2026-11-19T15:00:00Z"},
        {"id": "b-2", "kind": "page_view", "at": "2026-11-20T08:00:00Z", "url": "https://acme.example/pricing"},
        {"id": "b-3", "kind": "page_view", "at": "2026-11-20T08:05:00Z", "url": "https://acme.example/pricing"},
        {"id": "b-4", "kind": "page_view", "at": "2026-11-20T08:09:00Z", "url": "https://acme.example/pricing"},
    ],
}
"""Fit 35 of the 40 that he needs, engagement 40."""


async def ben(story: Story, **changes: Any) -> str:
    answer = await story.send("leads", {**copy.deepcopy(BEN), **changes})
    assert answer.status_code == 202, answer.text
    await story.settle()
    lead_id: str = answer.json()["lead_id"]
    return lead_id


async def monday(story: Story, at: datetime = MONDAY_9) -> list[Message]:
    """Time passes until then; the lists that the team's channel shows."""
    await story.until(at)
    (chore,) = [one for one in chores() if one.do is near_misses.list_due]
    await chore.do(story.database, story.clock.now())
    await story.settle()
    return await lists(story)


async def lists(story: Story) -> list[Message]:
    return [one for one in await story.slack.messages(RITA, EMEA) if "nearly qualified" in one.plain()]


async def rows(story: Story, table: type[Any]) -> list[Any]:
    async with story.database.read() as session:
        return list((await session.exec(select(table))).all())


async def test_a_near_miss_is_listed_on_monday_and_claimed_by_a_rep(story: Story) -> None:
    lead_id = await ben(story)
    assert await monday(story, MONDAY_9 - timedelta(seconds=1)) == []

    found = await story.slack.command(RAVI, EMEA, "/lead", "find berg")
    assert found.reply
    assert "Ben Berg at Berg AG: with marketing, near “Fit and engaged”" in found.reply.plain()

    (shown,) = await monday(story)

    words = shown.plain()
    assert "1 person who nearly qualified for emea" in words
    assert "Ben Berg at Berg AG, VP Sales" in words
    assert "Came back to pricing, Has authority" in words
    assert "5 fit points short of “Fit and engaged”" in words
    assert "ben.berg@berg.example" not in words
    assert "901820" not in words
    assert shown.buttons() == ["Claim"]

    await story.press(RITA, EMEA, shown, "Claim")

    (after,) = await lists(story)
    assert after.buttons() == []
    assert f"<@{RITA}> claimed them" in after.plain()
    card = await story.card(RITA)
    assert "You claimed this near miss, 5 fit points short" in card.plain()
    assert "Log follow-up" in card.buttons()
    assert not {"Accept", "Undo"} & set(card.buttons())
    assert "ben.berg@berg.example" in card.plain()
    assert await story.dm(RAVI) == []
    told = [one.plain() for one in await story.slack.messages(MAYA, MARKETING)]
    assert f"<@{RITA}> claimed Ben Berg at Berg AG, 5 fit points short" in told[-1]
    (handoff,) = await rows(story, HandoffRow)
    assert (handoff.origin, handoff.state, handoff.owner, handoff.path) == ("claim", "accepted", RITA, "scored")
    assert handoff.due_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC), "the follow-up is due the same business day"
    assert await rows(story, OfferRow) == []
    (why,) = [row.why for row in await rows(story, HistoryRow) if row.what == "claimed"]
    assert (why["short"], why["missing"], why["lacking"]) == ({"fit": 5, "engagement": 0}, [], [])

    await story.pass_time(minutes=5)
    await story.press_in_dm(RITA, "Log follow-up")
    await story.submit(RITA, how="call", outcome="reached")
    won = {"lead": {"email": BEN["email"]}, "outcome": "won", "at": story.clock.now().isoformat()}
    assert (await story.send("outcomes", won)).status_code == 202
    async with story.database.read() as session:
        (claim,) = await stored.claims_since(session, MONDAY_9)
        assert await stored.claims_since(session, MONDAY_9 + timedelta(seconds=1)) == []
    assert (claim.lead_id, claim.by, claim.path, claim.fit, claim.engagement) == (lead_id, RITA, "scored", 5, 0)
    assert (claim.missing, claim.lacking, claim.followed_up, claim.outcome) == ((), (), True, "won")


async def test_two_reps_who_claim_at_once_are_one_winner_and_one_told_who(story: Story) -> None:
    lead_id = await ben(story)

    told = await asyncio.gather(*(story.forge(rep, "claim", lead_id) for rep in (RITA, RAVI)))

    (handoff,) = await rows(story, HandoffRow)
    assert handoff.owner in {RITA, RAVI}
    assert f"<@{handoff.owner}> claimed this lead" in "".join(told)


async def test_who_may_not_claim_or_comes_too_late_is_told_why(story: Story) -> None:
    lead_id = await ben(story)
    assert "Only reps and their managers claim leads." in await story.forge(MAYA, "claim", lead_id)
    assert await story.forge(RITA, "claim", "no-such-lead") == "This lead is no longer here."

    await ben(story, consent=False)
    assert "does not agree" in await story.forge(RITA, "claim", lead_id)
    await ben(story, consent=True)
    await ben(story, title="Intern")
    assert "fallen further behind" in await story.forge(RITA, "claim", lead_id)
    await ben(story, title="VP Sales")
    assert await rows(story, HandoffRow) == []

    assert await story.forge(MARTA, "claim", lead_id) == ""
    (handoff,) = await rows(story, HandoffRow)
    assert (handoff.owner, handoff.team) == (MARTA, "emea")


async def test_a_near_miss_of_somebodys_account_is_claimed_by_them_alone(story: Story) -> None:
    async with story.database.write() as session:
        taken = await take_account(session, IncomingAccount("Berg AG", owner="ravi@acme.example"), story.clock.now())
    assert isinstance(taken, TakenAccount)
    lead_id = await ben(story)

    assert f"<@{RAVI}>'s: they have its account" in await story.forge(RITA, "claim", lead_id)
    assert await story.forge(RAVI, "claim", lead_id) == ""

    (handoff,) = await rows(story, HandoffRow)
    assert handoff.owner == RAVI


async def test_a_list_is_posted_once_however_many_look_and_still_after_a_monday_without_baton(story: Story) -> None:
    await ben(story)
    await story.until(MONDAY_9 + timedelta(days=2))

    wanted = await asyncio.gather(*(near_misses.list_due(story.database, story.clock.now()) for _ in range(4)))
    await story.settle()

    assert sorted(wanted) == [0, 0, 0, 1]
    assert len(await lists(story)) == 1


async def test_nobody_is_listed_again_within_four_weeks_without_news(story: Story) -> None:
    await ben(story)
    assert len(await monday(story)) == 1
    assert len(await monday(story, MONDAY_9 + timedelta(weeks=1))) == 1, "nothing new is known of him"

    again = {"id": "b-5", "kind": "webinar_attended", "at": (MONDAY_9 + timedelta(weeks=1)).isoformat()}
    views = [
        {**one, "id": f"n{one['id']}", "at": (MONDAY_9 + timedelta(days=7, minutes=n)).isoformat()}
        for n, one in enumerate(BEN["signals"][1:])
    ]
    await story.until(MONDAY_9 + timedelta(days=8))
    await ben(story, signals=[again, *views])
    assert len(await monday(story, MONDAY_9 + timedelta(weeks=2))) == 2


async def test_a_list_says_what_became_of_everybody_on_it(story: Story) -> None:
    one = await ben(story)
    two = await ben(story, external_id="B-2", email="cem@cem.example", first_name="Cem", phone=None)
    three = await ben(story, external_id="B-3", email="dora@dora.example", first_name="Dora", phone=None)
    four = await ben(story, external_id="B-4", email="eva@eva.example", first_name="Eva", phone=None)
    (shown,) = await monday(story)
    assert "4 people who nearly qualified" in shown.plain()
    assert shown.all_buttons().count("Claim") == 4

    big = {**BEN["company"], "employees": 500}
    await ben(story, company=big)
    await ben(story, external_id="B-2", email="cem@cem.example", first_name="Cem", phone=None, title="Intern")
    await erasure.erase(story.database, "dora@dora.example", "test", story.clock.now())
    await ben(story, external_id="B-4", email="eva@eva.example", first_name="Eva", phone=None, consent=False)

    (after,) = await lists(story)
    words = after.plain()
    assert f"*Ben Berg at Berg AG* qualified meanwhile. <@{RITA}> has them." in words
    assert "*Cem Berg at Berg AG* has fallen further behind." in words
    assert "Dora" not in words
    assert "Somebody whose data was erased." in words
    assert "*Eva Berg at Berg AG* does not want to be contacted any more." in words
    assert after.buttons() == []
    assert len({one, two, three, four}) == 4


async def test_two_of_a_list_who_become_one_person_stand_on_it_once(story: Story) -> None:
    first = await ben(story)
    second = await ben(story, external_id="B-2", email="bernd@berg.example", phone=None)
    (shown,) = await monday(story)
    assert "2 people who nearly qualified" in shown.plain()

    async with story.database.write() as session:
        await merging.merge(session, first, second, MAYA, {}, story.clock.now())
    await story.settle()

    (shown,) = await lists(story)
    assert "1 person who nearly qualified" in shown.plain()


async def test_a_claim_is_numbered_after_all_handoffs_before_it(story: Story) -> None:
    lead_id = await ben(story)
    await story.forge(RAVI, "claim", lead_id)
    async with story.database.write() as session:  # it was the third of two leads that were one for a while
        (before,) = (await session.exec(select(HandoffRow))).all()
        before.number = 3
        session.add(before)
    for consent in (False, True):
        await ben(story, consent=consent)

    await story.forge(RITA, "claim", lead_id)

    (claimed,) = [row for row in await rows(story, HandoffRow) if row.due_at]
    assert (claimed.number, claimed.owner) == (4, RITA)


async def test_nobody_near_is_nobody_told(story: Story) -> None:
    await ben(story, title="Intern")
    await ben(story, external_id="B-2", email="cem@cem.example", phone=None, consent=False)
    assert await monday(story) == []
    await ben(story, title="VP Sales")
    assert await monday(story, MONDAY_9 + timedelta(days=1)) == [], "this week's list was looked for on Monday"
    assert len(await monday(story, MONDAY_9 + timedelta(days=7))) == 1
