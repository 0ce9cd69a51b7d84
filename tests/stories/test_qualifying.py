"""Which leads reach sales, and as whom."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import func, select

from storage.tables import LeadRow
from tests.stories.conftest import ANA, ANSWERS, EMEA, MARKETING, MARTA, MAYA, RAVI, RITA, Story

BARE = {"source": "web", "email": "bo@bo.example", "company": {"name": "Bo", "industry": "Logistics", "country": "DE"}}


async def test_a_hand_raiser_takes_the_fast_lane(story: Story) -> None:
    taken = (await story.send("leads", {**BARE, "contact_requested": True})).json()
    assert (taken["stage"], taken["path"]) == ("mql", "asked")
    await story.settle()
    thread = (await story.card(RITA)).ts

    await story.pass_time(minutes=7, seconds=30)
    assert len(await story.slack.dm_messages(RITA, thread)) == 2
    await story.pass_time(minutes=7, seconds=30)
    assert (await story.card(RAVI)).buttons() == ANSWERS


async def test_a_signal_lifts_a_lead_in_nurture_over_a_path(story: Story) -> None:
    first = await story.lead(signals=ANA["signals"][:1])
    assert (first["stage"], first["fit"], first["engagement"]) == ("prospect", 50, 15)
    assert await story.posted() == 0
    views = [{"lead": {"source": "webinar", "external_id": "A-1001"}, **signal} for signal in ANA["signals"][1:]]

    answers = (await story.send("signals", {"items": views})).json()["items"]

    assert [answer["stage"] for answer in answers] == ["prospect", "prospect", "mql"]
    await story.settle()
    assert (await story.card(RITA)).buttons() == ANSWERS


async def test_without_consent_or_required_evidence_nobody_in_sales_hears_of_a_lead(story: Story) -> None:
    assert (await story.lead(consent=False))["stage"] == "prospect"
    nameless = {**ANA["company"], "name": None}
    assert (await story.lead(external_id="C-2", email="c2@c.example", phone=None, company=nameless))[
        "stage"
    ] == "prospect"

    assert await story.dm(RITA) == await story.dm(RAVI) == await story.slack.messages(RITA, EMEA) == []


async def test_a_lead_that_takes_consent_back_is_withdrawn(story: Story) -> None:
    await story.lead()

    await story.lead(consent=False)

    assert (await story.card(RITA)).buttons() == []
    assert "ana.silva@acme.example" not in (await story.card(RITA)).plain()


async def test_one_person_is_one_lead_however_often_and_however_told(story: Story) -> None:
    answers = await asyncio.gather(*(story.send("leads", ANA) for _ in range(8)))
    told = [answer.json() for answer in answers]
    assert len({one["lead_id"] for one in told}) == 1
    assert [one["duplicate"] for one in told].count(False) == 1

    other_source = {"source": "web", "external_id": "W-7", "email": "ANA.Silva@ACME.example", "title": "CFO"}
    again = (await story.send("leads", other_source)).json()
    await story.settle()

    assert again["lead_id"] == told[0]["lead_id"]
    assert len(await story.dm(RITA)) == 1
    assert "CFO" in (await story.card(RITA)).plain()


async def test_a_large_batch_lets_others_write_before_it_is_done(story: Story) -> None:
    items = [{"source": "fair", "email": f"f{n}@fair.example"} for n in range(100)]
    sending = asyncio.create_task(story.send("leads", {"items": items}))
    stored = 0
    while not stored:
        await asyncio.sleep(0)
        async with story.database.write() as session:
            stored = (await session.exec(select(func.count()).select_from(LeadRow))).one()

    assert 0 < stored < len(items)
    assert {item["status"] for item in (await sending).json()["items"]} == {202}


async def test_one_item_that_names_two_people_is_a_conflict(story: Story) -> None:
    await story.lead()
    await story.send("leads", {**BARE, "first_name": "Bo", "last_name": "Larsen"})

    refused = await story.send("leads", {**BARE, "source": "webinar", "external_id": "A-1001"})

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert "two different leads" in refused.text


async def test_a_phone_names_a_lead_until_something_better_does(story: Story) -> None:
    call = {"source": "phone", "phone": "+49 30 23125 001"}
    first = (await story.send("leads", call)).json()
    better = (await story.send("leads", {**call, "email": "kim@kim.example"})).json()
    colleague = (await story.send("leads", {**call, "email": "lee@kim.example"})).json()
    again = (await story.send("leads", call)).json()

    assert first["lead_id"] == better["lead_id"] == again["lead_id"]
    assert colleague["lead_id"] != first["lead_id"]
    assert again["duplicate"]


async def test_two_presses_at_the_same_instant_have_one_winner(story: Story) -> None:
    handoff_id = (await story.lead())["handoff_id"]

    presses = [story.forge(person, "accept", handoff_id) for person in (RITA, MARTA)]
    await asyncio.gather(*presses)

    assert len(story.answers.said) == 1
    assert "accepted this lead" in story.answers.said[0]["text"]
    assert len(await story.slack.messages(MAYA, MARKETING)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<!channel> *bold* <https://evil.example|Acme> <@U0RITA0001>",
        "\u202eemcA\u202c \u200bInc\u0007",
        "& < > &amp; &lt;!here&gt;",
        "A" * 5000,
        "`code` _it_ ~s~ > quote :tada:",
    ],
)
async def test_text_from_outside_is_only_ever_text(story: Story, text: str) -> None:
    company = {**ANA["company"], "name": text[:200]}
    signals = [*ANA["signals"], {"id": "x", "kind": "form", "at": "2026-11-20T08:30:00Z", "label": text[:500]}]
    await story.lead(first_name=text[:100], title=f"VP {text}"[:200], company=company, signals=signals)

    assert [call.error for call in await story.slack.calls("chat.postMessage")] == [None, None]
    for card in [await story.card(RITA), *await story.slack.messages(RITA, EMEA)]:
        for markup in ("<!channel>", "<https://evil.example", "<!here>", "\u202e", "\u200b"):
            assert markup not in card.text
            assert markup not in "".join(mrkdwn(card.blocks))
    await story.press_in_dm(RITA, "Reject")
    assert (await story.submit(RITA, reason="other", detail=text[:2000])).closed
    assert {call.error for call in await story.slack.calls()} == {None}


def mrkdwn(node: object) -> list[str]:
    """Every text that Slack reads as markup."""
    if isinstance(node, list):
        return [text for item in node for text in mrkdwn(item)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if node.get("type") == "mrkdwn" else []
    return own + [text for value in node.values() for text in mrkdwn(value)]


async def test_a_lead_recycled_three_times_stays_with_marketing(story: Story) -> None:
    for n in range(3):
        await story.lead(signals=[{"id": f"s-{n}-{i}", **signal} for i, signal in enumerate(fresh(story))])
        rep = RITA if any("Reject" in message.buttons() for message in await story.dm(RITA)) else RAVI
        await story.reject(rep, "other", detail="no")
        await story.pass_time(hours=1)
    posted = await story.posted()

    taken = await story.lead(signals=[{"id": f"s-9-{i}", **signal} for i, signal in enumerate(fresh(story))])

    assert taken["stage"] == "prospect"
    assert await story.posted() == posted


def fresh(story: Story) -> list[dict[str, str]]:
    """Enough to qualify, done just now."""
    at = (story.clock.at - timedelta(minutes=1)).isoformat()
    pricing = {"kind": "page_view", "at": at, "url": "https://acme.example/pricing"}
    return [pricing, pricing, pricing, {"kind": "webinar_attended", "at": at, "label": "Invoicing"}]
