"""Marketing hands a lead over by hand: by command, by shortcut, from a message, and with good reason only."""

import asyncio
from typing import Any

from sqlmodel import select

from bot.usecases.operating import erasure
from storage.tables import HandoffRow, HistoryRow, LeadRow
from tests.access import hands
from tests.access.hands import Somebody, changed, rows, send
from tests.stories.conftest import ANA, EMEA, MARKETING, MAYA, NEW, OLA, RAVI, RITA, Story
from tests.support.workspace import Done, View

WHY = "Asked me for a price at the fair, and named a budget."
BOB = {
    "first_name": "Bob",
    "last_name": "Meyer",
    "email": "bob.meyer@initech.example",
    "company.name": "Initech",
    "why": WHY,
}
ANA_AGAIN = {"email": "ana.silva@acme.example", "why": WHY}


async def opened(story: Story, person: str = MAYA) -> View:
    done = await story.slack.command(person, EMEA, "/lead", "new")
    assert done.view, done
    return done.view


async def by_hand(story: Story, **values: str) -> Done:
    """Maya opens the form, fills it in and submits it."""
    await opened(story)
    return await story.submit(MAYA, **values)


async def only(story: Story, table: type[Any]) -> Any:
    async with story.database.read() as session:
        return (await session.exec(select(table))).one()


def told(done: Done) -> str:
    assert done.view, done
    return done.view.plain()


async def test_a_marketer_hands_a_lead_over_that_meets_no_path(story: Story) -> None:
    form = await opened(story)
    assert "Sales needs: e-mail address and company name." in form.plain()
    assert "Within 4 business hours: Fit and engaged" in form.plain()

    done = await story.submit(MAYA, **BOB, **{"bant.budget": "20,000 a year", "pain_points": "late payments\n\nfraud"})

    assert "Bob Meyer at Initech goes to <@U0RITA0001>, who answers by 20 Nov 13:00 UTC." in told(done)
    card = await story.card(RITA)
    assert card.text.startswith("New lead: Bob Meyer at Initech. Qualified by hand.")
    assert WHY in card.plain()
    assert "late payments; fraud" in card.plain()
    assert "20,000 a year" in card.plain()
    assert BOB["email"] in card.plain()
    channel = (await story.slack.messages(RAVI, EMEA))[-1]
    assert WHY in channel.plain()
    assert BOB["email"] not in channel.plain()
    handoff, lead = await only(story, HandoffRow), await only(story, LeadRow)
    assert (handoff.origin, handoff.qualified_by, handoff.note, handoff.path) == ("hand", MAYA, WHY, "scored")
    assert (lead.stage, lead.facts["source"]) == ("mql", "slack")
    async with story.database.read() as session:
        told_of = select(HistoryRow.why).where(HistoryRow.what == "handed over")
        why = (await session.exec(told_of)).one()
    assert why == {"path": "scored", "fit": 0, "engagement": 0, "origin": "hand", "by": MAYA}


async def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_stored(story: Story) -> None:
    before = await rows(story.database)
    wrong = {"email": "bob at initech", "phone": "12", "company.employees": "many", "company.country": "Narnia"}
    done = await by_hand(story, **wrong, why=" - ")
    assert {block: words.partition(".")[0] for block, words in done.errors.items()} == {
        "email": "“bob at initech” is no e-mail address",
        "company.country": "“Narnia” is no country",
        "company.employees": "Write a whole number, such as 450",
    }
    form = await story.slack.modal(MAYA)
    assert form
    assert form.values["email"]["email"]["value"] == "bob at initech"

    done = await story.submit(MAYA, **{**dict.fromkeys(wrong, ""), "company.name": "Initech"})
    assert done.errors == {"email": "Write an e-mail address or a phone number."}
    done = await story.submit(MAYA, email="", phone="0171 5550100")
    assert done.errors == {
        "phone": "The country is unknown: write the number such as +1 415 555 0100, or fill in the country."
    }
    assert changed(before, await rows(story.database)) == set()


async def test_no_word_of_anybody_replaces_what_the_evidence_gate_asks(story: Story) -> None:
    await story.lead(signals=[], contact_requested=False, company={"name": None, "country": "DE"}, consent=True)
    before = await rows(story.database)

    done = await by_hand(story, **ANA_AGAIN, title="CFO")

    assert done.errors == {"company.name": "No lead goes to sales without this."}
    assert changed(before, await rows(story.database)) == set()
    assert await story.dm(RITA) == []

    done = await story.submit(MAYA, **{"company.name": "Acme"})
    assert "Ana Silva at Acme goes to <@U0RITA0001>" in told(done)
    assert "Baton knew Ana Silva already; what you wrote is added." in told(done)


async def test_an_address_that_anybody_can_have_takes_somebody_who_checked_it(story: Story) -> None:
    done = await by_hand(story, **{**BOB, "email": "bob.meyer@gmail.com"})
    assert list(done.errors) == ["email"]
    assert done.errors["email"].startswith("Not sure enough for sales: ")

    done = await story.submit(MAYA, checked="checked")

    assert "Bob Meyer at Initech goes to <@U0RITA0001>" in told(done)
    (proof,) = (await only(story, LeadRow)).proofs
    assert (proof["field"], proof["value"], proof["by"]) == ("email", "bob.meyer@gmail.com", MAYA)


async def test_a_shortcut_on_a_message_fills_the_form_in_with_what_stands_there(story: Story) -> None:
    words = "*Hot!* Please call Bob Meyer <bob.meyer@initech.example> at +49 30 901820 <!channel>"
    ts = (await story.slack.say(MAYA, MARKETING, words)).ts

    done = await story.slack.shortcut(MAYA, "hand_over_this", channel=MARKETING, ts=ts)

    assert done.view
    filled = {block: value for block, inner in done.view.values.items() if (value := inner[block].get("value"))}
    assert filled == {
        "first_name": "Bob",
        "last_name": "Meyer",
        "email": "bob.meyer@initech.example",
        "phone": "+4930901820",
    }
    done = await story.submit(MAYA, **{"company.name": "Initech", "why": WHY})
    assert "Bob Meyer at Initech goes to <@U0RITA0001>" in told(done)


async def test_only_marketing_and_admins_are_shown_the_form(story: Story) -> None:
    ts = (await story.slack.say(MAYA, NEW, "bob.meyer@initech.example")).ts
    typed = (await story.slack.command(MAYA, EMEA, "/lead", "new bob.meyer@initech.example")).view
    assert typed
    assert typed.values["email"]["email"]["value"] == "bob.meyer@initech.example"
    await story.slack.close(MAYA, typed.id)
    before = await rows(story.database)
    assert (await story.slack.shortcut(MAYA, "hand_over")).view

    answer = (await story.slack.command(RITA, EMEA, "/lead", "new")).reply
    assert answer
    assert answer.text == "Only marketing and admins hand over leads themselves."
    window = (await story.slack.shortcut(RITA, "hand_over")).view
    assert window
    assert window.plain() == "Only marketing and admins hand over leads themselves."
    await story.slack.close(RITA, window.id)
    done = await story.slack.shortcut(RITA, "hand_over_this", channel=NEW, ts=ts)
    assert done.view is None
    assert "Only marketing" in (await story.slack.messages(RITA, NEW))[-1].text
    forged = hands.submission(Somebody(RITA), "new_lead_form", "", {**BOB, "path": "scored"})
    assert "Only marketing" in (await send(story, forged)).told
    assert changed(before, await rows(story.database)) == set()


async def test_who_has_an_open_lead_is_told_and_nothing_changes(story: Story) -> None:
    await story.lead()
    before = await rows(story.database)

    done = await by_hand(story, **ANA_AGAIN, title="CFO")

    assert told(done) == "<@U0RITA0001> has this lead and has not answered yet. Nothing was changed."
    assert changed(before, await rows(story.database)) == set()


async def test_whoever_has_somebody_known_by_two_addresses_keeps_them(story: Story) -> None:
    await story.lead()
    await story.lead(source="fair", external_id="F-7", email="ana@private.example", phone=None, signals=[])
    await story.lead(source="fair", external_id="F-7")
    before = await rows(story.database)
    assert [row["undone_at"] for row in before["lead_merge"]] == [None]

    for address in ("ana@private.example", "ana.silva@acme.example"):
        done = await by_hand(story, email=address, why=WHY, title="CFO")
        assert "> has this lead and has not answered yet. Nothing was changed." in told(done)
        assert done.view
        await story.slack.close(MAYA, done.view.id)

    assert changed(before, await rows(story.database)) == set()


async def test_a_persons_word_ends_every_wait_but_not_a_missing_consent(story: Story) -> None:
    await story.lead()
    for rep, reason in ((RITA, "bad-timing"), (RAVI, "customer")):
        await story.reject(rep, reason)
        assert "Ana Silva at Acme Logistics goes to" in told(await by_hand(story, **ANA_AGAIN))
    lead = await only(story, LeadRow)
    assert (lead.stage, lead.recycled_count, lead.cool_off_until) == ("mql", 0, None)

    await story.lead(consent=False)
    done = await by_hand(story, **ANA_AGAIN)
    assert told(done) == "This person does not agree to be contacted."


async def test_a_lead_that_meets_a_path_keeps_the_words_that_came_with_it(story: Story) -> None:
    await story.send("leads", {**ANA, "company": {**ANA["company"], "name": None}})
    assert await story.dm(RITA) == []

    done = await by_hand(story, **ANA_AGAIN, **{"company.name": "Acme"})

    assert "Ana Silva at Acme goes to <@U0RITA0001>" in told(done)
    handoff = await only(story, HandoffRow)
    assert (handoff.origin, handoff.path, handoff.qualified_by, handoff.note) == ("path", "scored", MAYA, WHY)
    assert f"<@{MAYA}> adds: “{WHY}”" in (await story.card(RITA)).plain()


async def test_the_same_form_sent_twice_hands_over_once(story: Story) -> None:
    form = hands.submission(Somebody(MAYA), "new_lead_form", "", {**BOB, "path": "asked"})

    answers = await asyncio.gather(*(send(story, form) for _ in range(3)))

    said = sorted(answer.told or "handed over" for answer in answers)
    assert said == ["This came twice, and was done once."] * 2 + ["handed over"]
    another = hands.submission(Somebody(OLA), "new_lead_form", "", {**BOB, "path": "scored"})
    assert "<@U0RITA0001> has this lead" in (await send(story, another)).told
    assert (await only(story, HandoffRow)).sla == "fast"


async def test_nothing_that_was_typed_outlives_an_erasure(story: Story) -> None:
    quokka = {
        "first_name": "Quokkafirst",
        "last_name": "Quokkalast",
        "email": "quokka@quokkahome.example",
        "phone": "+49 30 901820",
        "company.name": "Quokkacompany",
        "title": "Quokkatitle",
        "pain_points": "quokkapain",
        "bant.need": "quokkaneed",
        "why": "Quokkawhy, told to me by quokka@quokkahome.example",
    }
    await by_hand(story, **quokka, checked="checked")
    assert "quokka" in str(await rows(story.database)).lower()

    report = await erasure.erase(story.database, quokka["email"], "ola", story.clock.now())
    await story.settle()

    assert report.lead
    held = str(await rows(story.database)).lower()
    assert "quokka" not in held
    assert "901820" not in held


async def test_what_is_typed_into_the_form_is_only_ever_text(story: Story) -> None:
    nasty = "<!channel> *x* <https://evil.example|click> &lt;@U0RITA0001&gt;"
    done = await by_hand(story, **{**BOB, "first_name": nasty, "title": nasty, "why": nasty, "company.name": nasty})
    assert done.view
    for message in (await story.card(RITA), (await story.slack.messages(RAVI, EMEA))[-1]):
        assert "<!channel>" not in message.text
        assert "<https:" not in message.text
        leaves = [leaf for block in message.blocks for leaf in leaves_of(block)]
        assert all(leaf.get("url", "mailto:").startswith("mailto:") for leaf in leaves)
        assert any("<!channel> *x*" in leaf.get("text", "") for leaf in leaves if leaf["type"] == "text")


def leaves_of(node: Any) -> list[dict[str, Any]]:
    """The pieces of rich text in a block."""
    if isinstance(node, list):
        return [leaf for one in node for leaf in leaves_of(one)]
    if not isinstance(node, dict):
        return []
    inner = [leaf for one in node.get("elements", []) for leaf in leaves_of(one)]
    return inner if "elements" in node else [node]
