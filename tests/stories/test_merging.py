"""One person is one lead: two that are told to be one, two that look alike, and the way back."""

import asyncio
from typing import Any

import pytest
from sqlmodel import select

from bot.usecases.deciding.handoffs import accept
from bot.usecases.identifying.twins import say_same
from storage.tables import HandoffRow, LeadRow, LikenessRow, MergeRow
from tests.stories.conftest import ANA, MARKETING, MAYA, RAVI, RITA, Story
from tests.stories.test_erasure import PERSON, SHOWN, STORED, erase, seen, stored, traces, visits
from tests.support.workspace import Message

FAIR: dict[str, Any] = {
    **ANA,
    "source": "fair",
    "external_id": "F-7",
    "email": "ana@private.example",
    "phone": None,
    "first_name": "Anna",
    "company": {"name": "Acme Logistics GmbH", "employees": 450, "country": "DE", "industry": "Manufacturing"},
    "bant": {"authority": "signs herself"},
    "signals": [
        {"id": "f-1", "kind": "fair_visit", "at": "2026-11-18T15:00:00Z", "label": "Stand 12"},
        *ANA["signals"],
    ],
}
"""Ana as a fair knows her: other ids, another address, the same company, and by name hardly another."""
BOTH = {"source": "fair", "external_id": "F-7", "email": ANA["email"]}
"""One item that names both."""


async def lead_row(story: Story, lead_id: str) -> LeadRow:
    async with story.database.read() as session:
        return await session.get_one(LeadRow, lead_id)


async def passages(story: Story) -> dict[str, HandoffRow]:
    async with story.database.read() as session:
        return {row.id: row for row in await session.exec(select(HandoffRow))}


async def open_passages(story: Story) -> list[HandoffRow]:
    return [row for row in (await passages(story)).values() if row.due_at]


async def said_to_marketing(story: Story, words: str) -> Message:
    return next(one for one in reversed(await story.slack.messages(MAYA, MARKETING)) if words in one.plain())


async def test_one_item_that_names_two_leads_makes_them_one_with_one_rep_and_undo_makes_them_two(story: Story) -> None:
    first = await story.lead()
    second = await story.lead(**FAIR)
    owners = {row.owner for row in await open_passages(story)}
    assert owners == {RITA, RAVI}
    holder = RITA if (await passages(story))[first["handoff_id"]].owner == RITA else RAVI
    await story.press_in_dm(holder, "Accept")

    named = await story.lead(**BOTH)

    assert (named["lead_id"], named["handoff_id"]) == (first["lead_id"], first["handoff_id"])
    kept, gone = (await passages(story))[first["handoff_id"]], (await passages(story))[second["handoff_id"]]
    assert (kept.state, kept.owner, gone.state, gone.due_at) == ("accepted", holder, "withdrawn", None)
    lead, absorbed = await lead_row(story, first["lead_id"]), await lead_row(story, second["lead_id"])
    assert (absorbed.merged_into, lead.absorbed) == (lead.id, [absorbed.id])
    assert lead.facts["bant"] == ANA["bant"] | FAIR["bant"] | {}
    assert (lead.stage, absorbed.score_at) == ("sql", None)
    other = RAVI if holder == RITA else RITA
    assert f"<@{holder}>" in (await story.card(other)).plain()
    assert (await story.card(other)).buttons() == []
    assert "time with sales" not in (await story.card(holder)).plain()

    news = await said_to_marketing(story, "became one")
    assert news.buttons() == ["Undo"]
    assert ANA["email"] not in str(news)
    assert "managers and admins" in await story.forge(RITA, "undo_merge", "1")
    await story.press(MAYA, MARKETING, news, "Undo")

    assert "Two people after all" in (await said_to_marketing(story, "Two people")).plain()
    lead, absorbed = await lead_row(story, first["lead_id"]), await lead_row(story, second["lead_id"])
    assert (absorbed.merged_into, lead.absorbed) == (None, [])
    assert (lead.facts["email"], lead.facts["first_name"]) == (ANA["email"], "Ana")
    assert (absorbed.facts["email"], absorbed.facts["first_name"]) == ("ana@private.example", "Anna")
    assert sorted(row.owner or "" for row in await open_passages(story)) == sorted([holder, other])
    refused = await story.send("leads", BOTH)
    assert refused.status_code == 422
    assert "two different leads" in refused.text


TWIN = {**ANA, "source": "fair", "external_id": "F-8", "email": "a.silva@acme.example", "phone": None, "signals": []}
"""The same name at the same company, by another address of it: perhaps the same Ana."""


async def the_pair(story: Story) -> tuple[LikenessRow, list[MergeRow]]:
    async with story.database.read() as session:
        (asked,) = (await session.exec(select(LikenessRow))).all()
        return asked, list((await session.exec(select(MergeRow))).all())


async def test_marketing_says_whether_two_that_look_alike_are_one_and_is_asked_once(story: Story) -> None:
    first = await story.lead()
    await story.press_in_dm(RITA, "Accept")
    second = await story.lead(**TWIN)
    question = await said_to_marketing(story, "One person or two?")
    assert question.buttons() == ["Same person", "Two people"]
    assert f"with <@{RITA}>" in question.plain()
    assert "The same: name, title, company, web domain and country. Different: e-mail." in question.plain()
    assert [one for one in (ANA["email"], TWIN["email"]) if one in str(question)] == []
    await story.lead(**{**TWIN, "title": "VP Sales"})
    assert len([m for m in await story.slack.messages(MAYA, MARKETING) if "One person or two?" in m.plain()]) == 1
    told = await story.forge(RAVI, "same_person", "1")
    assert "managers and admins" in told

    await story.press(MAYA, MARKETING, question, "Same person")

    asked, (merge,) = await the_pair(story)
    assert (asked.same, asked.decided_by, merge.by) == (True, MAYA, MAYA)
    assert (merge.survivor, merge.absorbed) == (first["lead_id"], second["lead_id"])
    assert (await lead_row(story, merge.survivor)).facts["title"] == "VP Sales"
    assert "said that this is one person before" in await story.forge(MAYA, "two_people", "1")
    signal = {"lead": {"email": TWIN["email"]}, "kind": "page_view", "at": story.clock.at.isoformat()}
    assert (await story.send("signals", signal)).json()["lead_id"] == first["lead_id"]
    known = (await story.slack.command(MAYA, MARKETING, "/lead", "find silva")).reply
    assert known
    assert known.plain().count("Silva") == 1

    answered = await said_to_marketing(story, "One person:")
    await story.press(MAYA, MARKETING, answered, "Undo")

    asked, (merge,) = await the_pair(story)
    assert (asked.same, merge.undone_by) == (False, MAYA)
    assert "Two people after all" in (await said_to_marketing(story, "after all")).plain()
    assert "was undone before" in await story.forge(MAYA, "undo_merge", str(merge.id))
    assert (await lead_row(story, first["lead_id"])).facts["title"] == ANA["title"]


async def test_who_is_erased_is_erased_with_all_that_was_merged_into_them(story: Story) -> None:
    first = await story.lead(**{**PERSON, "signals": visits(story, 1)})
    other = {**PERSON, "source": "fair", "external_id": "quokka-fair", "email": "q@quokkahome.example", "phone": None}
    second = await story.lead(**{**other, "signals": []})
    await story.press(MAYA, MARKETING, await said_to_marketing(story, "One person or two?"), "Same person")
    assert (await lead_row(story, second["lead_id"])).merged_into == first["lead_id"]
    marks = STORED | {"quokka-fair", "q@quokkahome.example"}
    assert {"quokka-fair", "q@quokkahome.example"} <= traces(marks, await stored(story.database))

    code, said = await erase(story, "q@quokkahome.example")
    await story.settle()

    assert code == 0, said
    assert traces(marks, await stored(story.database)) == set()
    assert traces(SHOWN, await seen(story)) == set()
    assert "erased" in await story.forge(MAYA, "undo_merge", "1")
    assert (await lead_row(story, second["lead_id"])).erased_at


@pytest.mark.parametrize("order", [("same", "same"), ("same", "accept"), ("accept", "same")])
async def test_at_the_same_instant_two_merge_or_one_accepts_and_nobody_has_two_reps(
    story: Story, order: tuple[str, str]
) -> None:
    first, second = await story.lead(), await story.lead(**{**TWIN, "signals": ANA["signals"]})
    reps = {row.id: row.owner for row in await open_passages(story)}
    assert sorted(map(str, reps.values())) == sorted([RAVI, RITA])
    now = story.clock.now()
    rep, passage = str(reps[second["handoff_id"]]), second["handoff_id"]

    async def act(number: int, what: str) -> object:
        if what == "same":
            return await say_same(story.database, 1, MAYA, now, request=f"r{number}")
        return await accept(story.database, passage, rep, now)

    done = await asyncio.gather(*(act(number, what) for number, what in enumerate(order)))
    await story.settle()

    (held,) = await open_passages(story)
    speaker = await lead_row(story, held.lead_id)
    assert speaker.merged_into is None
    assert {first["lead_id"], second["lead_id"]} == {speaker.id, *speaker.absorbed}
    if order == ("same", "same"):
        assert [one is None for one in done].count(True) == 1
    else:
        assert (held.state == "accepted") is (held.id == second["handoff_id"])


async def test_both_histories_are_on_the_card_and_an_old_card_says_who_has_the_person(story: Story) -> None:
    only_hers = {"id": "s-9", "kind": "form_sent", "at": "2026-11-20T08:30:00Z", "label": "Price list"}
    first = await story.lead(**{**ANA, "signals": [*ANA["signals"], only_hers]})
    await story.reject(RITA, "bad-timing")
    second = await story.lead(**{**TWIN, "signals": ANA["signals"]})
    (held,) = await open_passages(story)
    assert (held.lead_id, held.number) == (second["lead_id"], 1)
    holder = str(held.owner)
    card = (await story.card(holder)).plain()
    assert [words for words in ("time with sales", "Price list") if words in card] == []

    await story.press(MAYA, MARKETING, await said_to_marketing(story, "One person or two?"), "Same person")

    card = (await story.card(holder)).plain()
    assert "Second time with sales. Last time: 20 Nov, not now" in card
    assert "Form sent: Price list" in card
    assert card.count("/pricing/teams") == 1  # both leads are said to have seen it
    lead = await lead_row(story, second["lead_id"])
    assert (lead.absorbed, lead.stage, lead.recycled_count) == ([first["lead_id"]], "mql", 1)
    told = await story.forge(RITA, "undo", first["handoff_id"])
    assert told == f"This is one person with another lead, who is with <@{holder}>."
    assert [row.id for row in await open_passages(story)] == [held.id]

    await story.reject(holder, "bad-timing")
    again = {**TWIN, "title": "CTO & VP", "signals": [{**ANA["signals"][0], "id": "n-1"}]}
    await story.pass_time(days=91)
    visit = {"kind": "page_view", "url": "https://acme.example/pricing"}
    fresh = [{**visit, "id": f"n-{n}", "at": story.clock.at.isoformat()} for n in range(3)]
    taken = await story.lead(**{**again, "signals": [*again["signals"], *fresh]})
    assert (await passages(story))[taken["handoff_id"]].number == 3
