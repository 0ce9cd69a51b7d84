"""What a lead lacks that meets a path is marketing's to add, and no rep hears of it before."""

import asyncio

import pytest
from sqlmodel import select

from bot import ticker
from storage.tables import HistoryRow, LeadRow
from tests.access import hands
from tests.access.hands import Somebody, changed, rows
from tests.stories.conftest import ALEX, ANA, EMEA, MARKETING, MAYA, NEW, OLA, RAVI, RITA, ROOT, Story
from tests.stories.test_erasure import PERSON, SHOWN, STORED, erase, seen, stored, traces
from tests.support.workspace import Done, Message

POLICY = (ROOT / "tests/stories/policy.yml").read_text()
GATE = "evidence: {required: [email, company.name], verified: [email]}"
ADD = "Add what is missing"


def gate(required: str = "email, company.name", verified: str = "email") -> str:
    return POLICY.replace(GATE, f"evidence: {{required: [{required}], verified: [{verified}]}}")


async def tasks(story: Story, channel: str = MARKETING) -> list[Message]:
    """What marketing has been asked, in the words that stand there now."""
    starts = ("Nearly with sales:", "Done:", "Not needed any more:")
    return [one for one in await story.slack.messages(MAYA, channel) if one.text.startswith(starts)]


async def nobody_in_sales_heard(story: Story) -> None:
    assert await story.dm(RITA) == await story.dm(RAVI) == []
    assert await story.slack.messages(RITA, EMEA) == await story.slack.messages(RITA, NEW) == []


async def open_form(story: Story, person: str = MAYA) -> None:
    (task,) = [one for one in await tasks(story) if one.buttons()]
    await story.press(person, MARKETING, task, ADD)


async def fill(story: Story, person: str = MAYA, **values: str) -> Done:
    await open_form(story, person)
    return await story.submit(person, **values)


def words(done: Done) -> str:
    """What stands in the window in place of the form."""
    assert done.view
    return done.view.plain()


async def test_a_missing_number_is_asked_of_marketing_and_once_it_is_there_a_rep_gets_the_lead(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(gate("email, company.name, phone"))
    taken = await story.lead(phone=None)
    assert (taken["stage"], taken["path"], taken["handoff_id"]) == ("prospect", None, None)

    (task,) = await tasks(story)
    assert task.text == "Nearly with sales: Ana Silva at Acme Logistics. Missing: phone number."
    assert "Phone number: missing" in task.plain()
    assert "Fit and engaged" in task.plain()
    assert task.buttons() == [ADD]
    assert "ana.silva@" not in task.plain() + task.text
    await nobody_in_sales_heard(story)
    await story.lead(phone=None, title="Chief Operations")  # news of the lead is no second task
    assert len(await tasks(story)) == 1

    form = await fill(story, phone="call me")
    assert "no phone number" in form.errors["phone"]
    assert words(await story.submit(MAYA, phone="030 23125 001")).startswith("Saved.")

    (task,) = await tasks(story)
    assert task.text.startswith("Done: Ana Silva at Acme Logistics went to sales ")
    assert task.buttons() == []
    assert f"<@{RITA}>" in task.text
    assert "+493023125001" in (await story.card(RITA)).plain().replace(" ", "")
    async with story.database.read() as session:
        told = (await session.exec(select(HistoryRow).where(HistoryRow.lead_id == taken["lead_id"]))).all()
    assert [one.what for one in told][:2] == ["held back", "completed"]
    assert told[1].why == {"by": MAYA, "fields": ["phone"], "checked": []}
    assert "nothing is asked" in (await story.forge(MAYA, "add_missing", taken["lead_id"])).lower()


async def test_an_address_that_anybody_can_have_is_checked_by_hand_and_that_ends_when_it_changes(story: Story) -> None:
    taken = await story.lead(email="ana.silva@gmail.com")
    (task,) = await tasks(story)
    assert "E-mail address: not sure enough, at a provider that gives addresses to anybody" in task.plain()
    assert "gmail" not in task.plain() + task.text
    await nobody_in_sales_heard(story)
    await open_form(story)
    modal = await story.slack.modal(MAYA)
    assert modal
    assert modal.values["email"]["email"]["value"] == "ana.silva@gmail.com"

    nothing = await story.submit(MAYA, email="ana.silva@gmail.com")
    assert "still needs: e-mail address (not sure enough)" in words(nothing)
    await nobody_in_sales_heard(story)
    await fill(story, **{"email:checked": "checked"})
    assert "Accept" in (await story.card(RITA)).buttons()

    await story.reject(RITA, "other", detail="Not now")
    await story.pass_time(minutes=1)
    await story.lead(email="ana@gmail.com", signals=[{**ANA["signals"][0], "id": "s-9", "at": "2026-11-20T08:30:00Z"}])
    old, new = await tasks(story)
    assert old.text.startswith("Done: ")
    assert new.buttons() == [ADD]
    async with story.database.read() as session:
        row = await session.get_one(LeadRow, taken["lead_id"])
        assert (row.gated, row.lacking, row.stage) == ("scored", ["email"], "prospect")
    corrected = await fill(story, email="Ana.Silva@Acme.example")
    assert f"<@{RITA}> has the lead now" in words(corrected)  # a reason with a word on it kept her turn


async def test_only_marketing_and_admins_may_add_and_only_what_is_asked(story: Story) -> None:
    taken = await story.lead(email="ana.silva@gmail.com")
    before = await rows(story.database)
    form = {"email": "ana.silva@acme.example", "title": "Nobody", "email:checked": "checked"}
    for who in (RITA, ALEX, "U0MARTA001", "U0GUS00001"):
        assert "Only marketing and admins" in await story.forge(who, "add_missing", taken["lead_id"])
        answer = await hands.send(story, hands.submission(Somebody(who), "missing_form", taken["lead_id"], form))
        assert "Only marketing and admins" in answer.told
    unknown = await hands.send(story, hands.submission(Somebody(OLA), "missing_form", "0" * 16, form))
    assert "no longer here" in unknown.told
    assert changed(before, await rows(story.database)) <= {"person"}

    twice = hands.submission(Somebody(OLA), "missing_form", taken["lead_id"], form)
    answers = await asyncio.gather(hands.send(story, twice), hands.send(story, twice))
    await story.settle()

    assert sorted(one.told.split(".")[0].split("<")[0] for one in answers) == [
        "Saved",
        "This came twice, and was done once",
    ]
    assert "Nobody" not in (await story.card(RITA)).plain()
    assert len(await story.dm(RITA)) == 1


@pytest.mark.parametrize("text", ["<!channel> *bold* <https://evil.example|Acme>", "\u202eemcA\u202c\u0007"])
async def test_whatever_is_typed_is_only_ever_text(lawless: Story, text: str) -> None:
    story = lawless
    await story.apply_policy(gate("company.name, company.region, company.employees"))
    await story.lead(company={**ANA["company"], "employees": None}, bant=None, title="VP", contact_requested=True)

    wrong = await fill(story, **{"company.region": text, "company.employees": text[:12]})
    assert set(wrong.errors) == {"company.employees"}
    assert "whole number" in wrong.errors["company.employees"]
    done = await story.submit(MAYA, **{"company.region": text, "company.employees": "4,500"})

    assert words(done) == f"Saved. <@{RITA}> has the lead now."
    card = await story.card(RITA)
    assert "<!channel>" not in card.text + str([block for block in card.blocks if "mrkdwn" in str(block)])
    assert {call.error for call in await story.slack.calls()} == {None}


async def test_what_is_not_filled_in_or_belongs_to_another_lead_is_said_at_its_input(story: Story) -> None:
    await story.send("leads", {"source": "web", "email": "bo@acme.example"})
    await story.lead(email="ana.silva@gmail.com")
    await open_form(story)

    empty = await story.submit(MAYA, email="")
    assert empty.errors == {"email": "Fill something in, or say that you checked it."}
    nonsense = await story.submit(MAYA, email="ana at acme")
    assert "is no e-mail address" in nonsense.errors["email"]
    theirs = await story.submit(MAYA, email="bo@acme.example")
    assert theirs.errors == {"email": "Another lead is known by this address."}
    await nobody_in_sales_heard(story)


async def test_a_task_says_when_it_is_of_no_use_any_more(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(gate("phone"))
    await story.lead(phone=None)
    await story.lead(
        phone=None,
        external_id="B-2",
        email="bo@bo.example",
        company={"industry": "Logistics"},
        first_name="Bo",
        contact_requested=True,
    )
    await story.lead(phone=None, external_id="C-3", email="cy@cy.example", first_name="Cy")
    assert len(await tasks(story)) == 3

    await story.send("leads", {"source": "webinar", "external_id": "A-1001", "consent": False})
    lost = {"lead": {"email": "cy@cy.example"}, "outcome": "lost", "at": story.clock.at.isoformat()}
    assert (await story.send("outcomes", lost)).status_code == 202
    await story.settle()
    ana, bo, cy = await tasks(story)

    assert ana.text.startswith("Not needed any more: Ana Silva at Acme Logistics does not want to be contacted")
    assert bo.buttons() == [ADD]
    assert cy.text.startswith("Not needed any more: Cy Silva at Acme Logistics is lost")
    assert ana.buttons() == cy.buttons() == []
    await story.send("leads", {"source": "webinar", "external_id": "B-2", "contact_requested": False, "title": "Clerk"})
    await story.settle()
    bo = (await tasks(story))[1]
    assert "does not meet “Asked for sales” any more" in bo.text


async def test_a_decayed_lead_ends_its_task_and_a_second_time_asks_anew(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(gate("phone"))
    await story.lead(phone=None)
    assert [one.buttons() for one in await tasks(story)] == [[ADD]]

    await story.pass_time(days=20)
    (gone,) = await tasks(story)
    assert gone.text.startswith(
        "Not needed any more: Ana Silva at Acme Logistics does not meet “Fit and engaged” any more"
    )
    await story.lead(phone=None, contact_requested=True)

    first, second = await tasks(story)
    assert (first.buttons(), second.buttons()) == ([], [ADD])
    assert first.text == gone.text


async def test_without_a_channel_each_marketer_is_asked_and_all_are_told(lawless: Story) -> None:
    story = lawless
    channels = 'channels: {leads: "#new-leads", marketing: "#marketing-leads", escalations: "#lead-escalations"}'
    await story.apply_policy(
        gate("phone")
        .replace(channels, "channels: {}")
        .replace("[maya@acme.example], admins", "[maya@acme.example, alex@acme.example], admins")
    )
    taken = await story.lead(phone=None)
    assert [(await story.card(who)).buttons() for who in (MAYA, ALEX)] == [[ADD], [ADD]]

    await story.press_in_dm(ALEX, ADD)
    await story.submit(ALEX, phone="+49 30 23125 001")

    assert [(await story.card(who)).text[:5] for who in (MAYA, ALEX)] == ["Done:", "Done:"]
    assert taken["handoff_id"] is None
    assert "Accept" in (await story.card(RITA)).buttons()


async def test_leads_that_wait_for_their_turn_are_asked_about_in_their_turn(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(gate("phone"))
    taken = await story.lead(phone=None, contact_requested=None, signals=[])
    async with story.database.write() as session:
        row = await session.get_one(LeadRow, taken["lead_id"])
        row.hand_over_at = story.clock.at.replace(hour=12)
        session.add(row)
    await story.lead(phone=None)
    assert await tasks(story) == []

    await story.until(story.clock.at.replace(hour=13))

    assert [one.buttons() for one in await tasks(story)] == [[ADD]]
    await ticker.do_due(story.database, story.clock.now)


async def test_erasing_somebody_erases_what_marketing_was_asked_and_what_was_vouched_for(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(gate(verified="phone, company.domain"))
    free = {**PERSON["company"], "domain": "gmail.com"}
    taken = await story.lead(**{**PERSON, "company": free, "contact_requested": True})
    await fill(story, **{"phone:checked": "checked"})
    async with story.database.read() as session:
        row = await session.get_one(LeadRow, taken["lead_id"])
        assert ([one["field"] for one in row.proofs], row.lacking) == (["phone"], ["company.domain"])
    assert traces(SHOWN, await seen(story)) == {"quokkafirst", "quokkalast", "quokkacompany", "quokkaregion"}

    assert (await erase(story))[0] == 0
    await story.settle()

    assert traces(STORED, await stored(story.database) + await seen(story)) == set()
    (message,) = await story.slack.messages(MAYA, MARKETING)
    assert message.text.startswith("This person's data was erased on")
