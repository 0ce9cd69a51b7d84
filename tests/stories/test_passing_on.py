"""A rep does not simply accept: passes on, asks marketing, rejects where no window opens, or takes what is for all."""

import asyncio
from typing import Any

import pytest

from bot.usecases.deciding import forms
from tests.stories.conftest import (
    ALEX,
    ANSWERS,
    EMEA,
    ESCALATIONS,
    MARKETING,
    MARTA,
    MAYA,
    RAVI,
    RITA,
    ROOT,
    Story,
)
from tests.support.workspace import Message

AMERICAS = "{id: americas, manager: miguel@acme.example, calendar: berlin, reps: [{email: alex@acme.example}]}"
SIGNED_BY = "sign_off: {sales: [marta@acme.example], marketing: [maya@acme.example]}\n"
ONE_TEAM = (ROOT / "tests/stories/policy.yml").read_text().replace(SIGNED_BY, "")
TWO_TEAMS = ONE_TEAM.replace("routing:\n", f"  - {AMERICAS}\nrouting:\n", 1)
BOSTON = 'boston: {zone: America/New_York, hours: {mon-fri: ["09:00-17:00"]}}'
ASLEEP = TWO_TEAMS.replace("channels:", f"  {BOSTON}\nchannels:", 1).replace(
    "miguel@acme.example, calendar: berlin", "miguel@acme.example, calendar: boston"
)
POOL = ONE_TEAM.replace("- {id: emea,", "- {id: emea, hands_out: claim,")


async def choices(story: Story, person: str) -> dict[str, str]:
    """What the open form offers to choose from, by value, with the smaller line below it."""
    modal = await story.slack.modal(person)
    assert modal
    (block,) = (one for one in modal.blocks if one["type"] == "input" and one["block_id"] == "rep")
    return {
        option["value"]: ". ".join(option[part]["text"] for part in ("text", "description") if part in option)
        for option in block["element"]["options"]
    }


async def test_a_lead_passed_on_is_the_colleagues_with_the_words_that_go_with_it(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(ASLEEP)
    taken = await story.lead()
    assert (await story.card(RITA)).buttons() == ANSWERS

    await story.press_in_dm(RITA, "Pass on")
    names = await choices(story, RITA)
    assert list(names) == [RAVI, ALEX]
    assert names[RAVI] == "Ravi Menon"
    assert names[ALEX].endswith(" (americas), off shift. Next shift Fri 20 Nov, 09:00 their time")
    assert list((await story.submit(RITA)).errors) == ["rep"]
    done = await story.submit(RITA, rep=RAVI, note="Speaks <!channel> German only, ana.silva@acme.example")

    assert done.closed
    gone, got = await story.card(RITA), await story.card(RAVI)
    assert f"Passed on to <@{RAVI}>." in gone.plain()
    assert gone.buttons() == []
    assert got.buttons() == ANSWERS
    assert f"<@{RITA}> passed this on to you: “Speaks <!channel> German only" in got.plain()
    assert "<!channel>" not in got.text
    (channel_card,) = await story.slack.messages(RAVI, EMEA)
    assert "ana.silva" not in channel_card.plain()
    assert f"<@{RAVI}> answers by" in channel_card.plain()

    await story.press_in_dm(RAVI, "Pass on")
    assert list(await choices(story, RAVI)) == [ALEX]  # Rita gets it again on new evidence only
    await story.submit(RAVI, rep=ALEX)
    assert f"<@{RAVI}> passed this on to you." in (await story.card(ALEX)).plain()
    told = await story.forge(ALEX, "pass_on", taken["handoff_id"])
    assert "There is nobody else" in told
    await story.press_in_dm(ALEX, "Accept")
    assert f"<@{RAVI}> passed this on to you." in (await story.card(ALEX)).plain()
    assert "accepted this lead" in await story.forge(ALEX, "pass_on", taken["handoff_id"])


async def test_of_two_answers_at_once_one_counts_and_the_other_reads_why(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Pass on")
    modal, dm = await story.slack.modal(RITA), await story.slack.dm(RITA)
    assert modal
    assert dm
    card = await story.card(RITA)

    passed, accepted = await asyncio.gather(
        story.slack.submit(RITA, modal.id, {"rep": {"rep": RAVI}}), story.slack.press(RITA, dm, card, "Accept")
    )
    await story.settle()

    assert accepted.status == 200
    said = [message.text for message in await story.dm(RITA) if message.ephemeral]
    if passed.closed:  # then the other press found it with Ravi
        assert said == [f"<@{RAVI}> has this lead. Only they, their manager and admins can do this."]
        assert (await story.card(RAVI)).buttons() == ANSWERS
    else:
        assert said == []
        assert passed.view
        assert "accepted this lead" in passed.view.plain()
        assert await story.dm(RAVI) == []


async def test_managers_word_and_a_reps_word_go_with_the_lead(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(TWO_TEAMS.replace("- {id: rest, team: emea}", "- {id: rest, team: americas}"))
    await story.lead()
    await story.until(story.clock.at.replace(hour=13))
    ping = next(message for message in await story.dm(MARTA) if "Reassign" in message.buttons())
    await story.press(MARTA, await story.slack.dm(MARTA) or "", ping, "Reassign")
    assert (await story.submit(MARTA, rep=RAVI, note="You know them from the fair.")).closed

    assert f"<@{MARTA}> assigned this to you: “You know them from the fair.”" in (await story.card(RAVI)).plain()
    await story.press_in_dm(RAVI, "Reject")
    modal = await story.slack.modal(RAVI)
    assert modal
    await story.slack.click_view(RAVI, modal.id, "choose_reason", value="not-mine")
    assert (await story.submit(RAVI, reason="not-mine", detail="They sit in Boston.")).closed

    assert f"<@{RAVI}> sent this on to you: “They sit in Boston.”" in (await story.card(ALEX)).plain()


async def test_a_question_reaches_marketing_and_stops_no_clock(story: Story) -> None:
    await story.lead()
    before = await story.card(RITA)
    await story.press_in_dm(RITA, "Ask marketing")
    modal = await story.slack.modal(RITA)
    assert modal
    assert "Your clock goes on meanwhile." in modal.plain()
    assert list((await story.submit(RITA)).errors) == ["question"]
    assert (await story.submit(RITA, question="Who invited <!channel> them?")).closed

    asked = next(one for one in await story.slack.messages(MAYA, MARKETING) if "Who invited" in one.plain())
    assert "<!channel>" not in asked.text
    assert any("Who invited" in one.plain() for one in await story.slack.dm_messages(RITA, before.ts))
    assert (await story.card(RITA)).buttons() == ANSWERS
    await story.pass_time(hours=2)
    replies = await story.slack.dm_messages(RITA, before.ts)
    assert any("Your answer for" in one.plain() for one in replies)  # reminded at half of the time, as ever


async def whispered(story: Story, person: str) -> Message:
    """What only this person sees last in their DM."""
    return [message for message in await story.dm(person) if message.ephemeral][-1]


async def choose(story: Story, person: str, value: str) -> Any:
    dm, message = await story.slack.dm(person), await whispered(story, person)
    done = await story.slack.click(person, dm or "", message.ts, "reject_because", value)
    await story.settle()
    return done


async def test_where_no_window_opens_a_lead_is_rejected_in_the_message(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = await story.lead()
    handoff = taken["handoff_id"]

    async def slowly(*asked: Any) -> Any:
        found = await opening(*asked)
        await story.slack.advance(3.1)  # the trigger lives three seconds
        return found

    opening = forms.opening
    with monkeypatch.context() as patched:
        patched.setattr(forms, "opening", slowly)
        await story.press_in_dm(RITA, "Reject")

    shown = await whispered(story, RITA)
    assert "Ana Silva at Acme Logistics\nSlack was too slow to open the window" in shown.plain()
    assert "Not now" in shown.plain()
    assert shown.buttons() == ["Open the form"]
    await choose(story, RITA, f"{handoff}:bad-data")
    asked = await whispered(story, RITA)
    assert "“Contact data is wrong” needs a word from you" in asked.plain()
    assert (asked.ts, asked.buttons()) == (shown.ts, ["Open the form"])
    await story.press(RITA, await story.slack.dm(RITA) or "", asked, "Open the form")
    modal = await story.slack.modal(RITA)
    assert modal
    assert modal.title == "Reject this lead"
    await story.slack.close(RITA, modal.id)

    await story.slack.fault("views.open", "error", error="exchanged_trigger_id")
    card = next(message for message in await story.dm(RITA) if "Accept" in message.buttons())
    await story.press(RITA, await story.slack.dm(RITA) or "", card, "Reject")
    await choose(story, RITA, f"{handoff}:wrong-person")
    assert "Has authority: VP Operations" in (await whispered(story, RITA)).plain()
    assert (await story.dm(RITA))[0].buttons() == ANSWERS
    await choose(story, RITA, f"{handoff}:wrong-person:authority")

    assert "Not a decision maker" in (await story.dm(RITA))[0].plain()
    (returned,) = await story.slack.messages(MAYA, MARKETING)
    assert "Has authority: VP Operations (disputed)" in returned.plain()


async def test_every_other_button_comes_again_when_its_window_did_not_open(story: Story) -> None:
    await story.lead()
    for label, title in (("Pass on", "Pass on this lead"), ("Ask marketing", "Ask marketing")):
        await story.slack.fault("views.open", "error", error="expired_trigger_id")
        card = (await story.dm(RITA))[0]
        await story.press(RITA, await story.slack.dm(RITA) or "", card, label)
        assert await story.slack.modal(RITA) is None
        again = await whispered(story, RITA)
        assert again.buttons() == [label]
        await story.press(RITA, await story.slack.dm(RITA) or "", again, label)
        modal = await story.slack.modal(RITA)
        assert modal
        assert modal.title == title
        await story.slack.close(RITA, modal.id)


async def test_what_is_open_to_a_whole_team_is_whose_accept_comes_first(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(POOL)
    taken = await story.lead()
    (card,) = await story.slack.messages(RAVI, EMEA)
    assert card.buttons() == ["Accept", "Assign"]
    assert "Open to everyone in emea: whoever accepts first has it." in card.plain()
    assert await story.dm(RITA) == await story.dm(RAVI) == []
    assert "Only reps of this team" in await story.forge(ALEX, "accept", taken["handoff_id"])

    await asyncio.gather(*(story.slack.press(rep, EMEA, card, "Accept") for rep in (RITA, RAVI)))
    await story.settle()

    (winner,) = [rep for rep in (RITA, RAVI) if await story.dm(rep)]
    loser = RAVI if winner == RITA else RITA
    said = (await story.slack.messages(loser, EMEA))[-1]
    assert (said.ephemeral, f"<@{winner}> accepted this lead" in said.text) == (True, True)
    assert "Log follow-up" in (await story.card(winner)).buttons()
    (card, *_) = await story.slack.messages(loser, EMEA)
    assert card.buttons() == []

    await story.press_in_dm(winner, "Undo")
    (card, *_) = await story.slack.messages(loser, EMEA)
    assert card.buttons() == ["Accept", "Assign"]
    await story.press(loser, EMEA, card, "Accept")
    assert "Log follow-up" in (await story.card(loser)).buttons()
    assert (await story.card(winner)).buttons() == []
    assert await story.slack.messages(MARTA, ESCALATIONS) == []
