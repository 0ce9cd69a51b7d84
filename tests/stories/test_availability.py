"""Who is at work and who is away: said in Slack, heard from Slack, and what follows for leads."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.usecases.assigning import slack_word
from bot.usecases.operating import fallbacks
from storage.tables import HandoffRow, HistoryRow
from tests.stories.conftest import ALEX, DANA, EMEA, MARTA, MAYA, OLA, RAVI, RITA, ROOT, Story
from tests.stories.test_accounts import bring_in
from tests.support.workspace import Message

POLICY = (ROOT / "tests/stories/policy.yml").read_text()
MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def a_lead(story: Story, number: int, *, urgent: bool = False) -> str:
    """Somebody else like Ana comes in, or somebody who asks for sales, to be answered in minutes; the handoff's id."""
    company = {"name": f"Company {number}", "country": "DE", "industry": "Logistics", "employees": 500}
    asks = {"company": {"name": f"Company {number}"}, "contact_requested": True, "signals": []} if urgent else {}
    told = {"email": f"somebody@company{number}.example", "external_id": f"B-{number}", "company": company}
    return str((await story.lead(**{**told, **asks}))["handoff_id"])


async def types(story: Story, person: str, written: str) -> Message:
    done = await story.slack.command(person, EMEA, "/lead", written)
    assert done.reply, done
    await story.settle()
    return done.reply


async def now(story: Story) -> dict[str, tuple[str, str | None]]:
    """Every handoff as it stands: its state and owner."""
    async with story.database.read() as session:
        return {row.id: (row.state, row.owner) for row in (await session.exec(select(HandoffRow))).all()}


async def told(story: Story, what: str) -> list[dict[str, Any]]:
    """What history says of why, for every such thing that happened."""
    async with story.database.read() as session:
        rows = await session.exec(select(HistoryRow).where(HistoryRow.what == what).order_by(col(HistoryRow.id)))
        return [dict(row.why) for row in rows]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> "asyncio.Queue[None]":
    """One item for each event of Slack's that Baton has taken in whole."""
    queue = asyncio.Queue[None]()
    for module, name in ((slack_word, "status_changed"), (slack_word, "do_not_disturb_changed")):
        usual = getattr(module, name)

        async def listened(*given: Any, usual: Any = usual) -> None:
            await usual(*given)
            queue.put_nowait(None)

        monkeypatch.setattr(module, name, listened)
    return queue


async def test_whoever_is_away_gets_no_leads_and_what_waits_is_offered_when_they_are_back(story: Story) -> None:
    said = await types(story, RITA, "away until fri")
    assert said.plain().split("\n")[0] == "You are away until 23 Nov 08:00 UTC. New leads go to colleagues."
    first = await a_lead(story, 1)
    assert await now(story) == {first: ("offered", RAVI)}
    assert await story.dm(RITA) == []

    await types(story, RAVI, "away")
    second = await a_lead(story, 2)
    assert (await now(story))[second] == ("waiting", MARTA)
    assert (await told(story, "away"))[0] == {
        "person": RITA,
        "from": "2026-11-20T09:00:00+00:00",
        "until": "2026-11-23T08:00:00+00:00",
    }

    said = await types(story, RAVI, "back")
    assert said.text == "Welcome back. 1 lead that waited is on the way."
    assert (await now(story))[second] == ("offered", RAVI)
    assert (await types(story, RAVI, "back")).text == "You are not away."

    await story.until(MONDAY_9)
    third = await a_lead(story, 3, urgent=True)
    assert (await now(story))[third] == ("offered", RITA)
    assert await told(story, "back") == [{"person": RAVI}]


async def test_whoever_goes_away_can_give_what_they_hold_to_colleagues(story: Story) -> None:
    offered, accepted = await a_lead(story, 1), await a_lead(story, 2)
    assert {owner for _, owner in (await now(story)).values()} == {RITA, RAVI}
    mine = offered if (await now(story))[offered][1] == RITA else accepted
    said = await types(story, MARTA, "away @Rita Keller until 14:00")
    assert said.plain().startswith(f"<@{RITA}> is away until 20 Nov 13:00 UTC.")
    said = await types(story, RITA, "away")
    assert "You hold 1 lead: 1 not answered yet. Their clocks go on." in said.plain()

    await story.press(RITA, EMEA, said, "Give 1 lead to colleagues")
    assert (await now(story))[mine] == ("offered", RAVI)
    assert any("because you were away and gave it to colleagues" in one.plain() for one in await story.dm(RITA))
    assert all(message.buttons() == [] for message in await story.dm(RITA))

    await story.press_in_dm(RAVI, "Accept")
    taken = next(one for one, (state, _) in (await now(story)).items() if state == "accepted")
    said = await types(story, MARTA, "away ravi@acme.example 3 days")
    assert said.plain().startswith(f"<@{RAVI}> is away until 23 Nov 08:00 UTC.")
    await types(story, RITA, "back")
    await story.press(MARTA, EMEA, said, "Give the 1 lead accepted too")
    assert (await now(story))[taken] == ("offered", RITA)
    (given, again) = await told(story, "leads given to colleagues")
    assert (given["person"], again["person"]) == (RITA, RAVI)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing is written
async def test_words_that_cannot_be_read_and_people_who_may_not_are_told_what_to_do(story: Story) -> None:
    for person, written, words in (
        (RITA, "away until banana", "I cannot read that. Write `/lead away until fri`"),
        (RITA, "away until 8:00", "08:00 is over for today."),
        (RITA, "away until 2029-01-01", "That is more than a year from now."),
        (RITA, "away until 2026-11-19", "That is over already."),
        (RITA, "away @ravi", "Only they, their manager and admins say when somebody is away."),
        (RITA, "back @Ravi Menon", "Only they, their manager and admins say when somebody is away."),
        (RITA, "away @nobody until fri", "I know nobody of that name who gets leads."),
        (MARTA, f"away <@{ALEX}|alex> until fri", "Only they, their manager and admins say when somebody is away."),
        (MARTA, "away until fri", "You are in no team that gets leads. For a rep of yours, write"),
        (MARTA, "back @Rita Keller", f"<@{RITA}> is not away."),
    ):
        assert (await types(story, person, written)).text.startswith(words), written
    assert await told(story, "away") == []


async def test_app_home_takes_an_absence_and_gives_it_back(story: Story) -> None:
    await story.slack.open_home(RITA)
    await story.slack.open_home(MARTA)
    await story.settle()
    home = await story.slack.home(RITA)
    assert home
    await story.slack.click_view(RITA, home.id, "away")
    done = await story.submit(RITA, from_day="2026-11-25", until_day="2026-11-24")
    assert done.errors == {"until_day": "That would end before it begins. Write the first day first."}
    done = await story.submit(RITA, from_day="2026-11-23", from_time="12:00", until_day="2026-11-24", why="Dentist")
    assert done.view
    assert "You are away from 23 Nov 11:00 UTC until 25 Nov 08:00 UTC" in done.view.plain()

    home = await story.slack.home(RITA)
    assert home
    assert "Away from 23 Nov 11:00 UTC until 25 Nov 08:00 UTC: “Dentist”." in home.plain()
    remove = next(
        one for block in home.blocks for one in block.get("elements", ()) if one.get("action_id") == "remove_absence"
    )
    await story.until(datetime(2026, 11, 23, 13, 0, tzinfo=UTC))
    await story.slack.open_home(MARTA)
    await story.settle()
    managers = await story.slack.home(MARTA)
    assert managers
    assert f"<@{RITA}>: away until 25 Nov 08:00 UTC, “Dentist”" in managers.plain()
    assert "1 of 2 on shift" in managers.plain()

    assert await story.forge(RAVI, "remove_absence", remove["value"]) == (
        "Only they, their manager and admins say when somebody is away."
    )
    assert await story.forge(RITA, "remove_absence", remove["value"]) == (
        "Welcome back. New leads come in your working hours."
    )
    assert await story.forge(RITA, "remove_absence", remove["value"]) == "This is over already."
    managers = await story.slack.home(MARTA)
    assert managers
    assert "2 of 2 on shift" in managers.plain()


async def test_leads_that_wait_are_released_one_after_another_and_urgent_ones_at_once(story: Story) -> None:
    await types(story, RITA, "away")
    await types(story, RAVI, "away")
    slow = []
    for number in (1, 2, 3):
        slow.append(await a_lead(story, number))
        await story.pass_time(seconds=1)
    fast = await a_lead(story, 4, urgent=True)
    assert {state for state, _ in (await now(story)).values()} == {"waiting"}

    began = story.clock.at
    assert (await types(story, RITA, "back")).text == "Welcome back. 4 leads that waited are on the way."
    offered = []
    for _ in range(3):
        offered.append({one for one, (state, _) in (await now(story)).items() if state == "offered"})
        await story.until(story.clock.at + timedelta(minutes=1))
    assert offered == [{fast, slow[0]}, {fast, *slow[:2]}, {fast, *slow}]
    assert story.clock.at - began < timedelta(minutes=4)


async def test_a_status_that_says_away_keeps_leads_away_until_it_is_cleared(
    story: Story, heard: "asyncio.Queue[None]"
) -> None:
    async def status(**changes: Any) -> None:
        await story.slack.change_person(RITA, **changes)
        await asyncio.wait_for(heard.get(), 10)
        await story.settle()

    await status(status_text="In a meeting", status_emoji=":spiral_calendar_pad:")
    await types(story, RAVI, "away")
    first = await a_lead(story, 1)
    assert await now(story) == {first: ("offered", RITA)}

    await status(status_text="Krank", status_emoji=":face_with_thermometer:")
    second = await a_lead(story, 2)
    assert (await now(story))[second] == ("waiting", MARTA)
    await types(story, RITA, "back")
    assert (await now(story))[second] == ("offered", RITA)
    await status(title="Senior Account Executive")
    third = await a_lead(story, 3)
    assert (await now(story))[third] == ("offered", RITA)

    until = int((story.clock.at + timedelta(hours=2)).timestamp())
    await status(status_text="Vacationing", status_emoji=":palm_tree:", status_expiration=until)
    fourth = await a_lead(story, 4)
    assert (await now(story))[fourth] == ("waiting", MARTA)
    await status(status_text="", status_emoji="", status_expiration=0)
    assert (await now(story))[fourth] == ("offered", RITA)
    assert all("rank" not in str(why) for why in await told(story, "away"))


async def test_leads_wait_while_a_rep_does_not_want_to_be_disturbed(story: Story, heard: "asyncio.Queue[None]") -> None:
    await types(story, RAVI, "away")
    await story.slack.be_quiet(RITA, story.clock.at, story.clock.at + timedelta(minutes=30))
    await asyncio.wait_for(heard.get(), 10)
    first = await a_lead(story, 1)
    assert await now(story) == {first: ("waiting", MARTA)}
    await story.until(story.clock.at + timedelta(minutes=31))
    assert await now(story) == {first: ("offered", RITA)}

    await story.slack.be_quiet(RITA, story.clock.at, story.clock.at + timedelta(hours=2))
    await asyncio.wait_for(heard.get(), 10)
    second = await a_lead(story, 2)
    assert (await now(story))[second] == ("waiting", MARTA)
    await story.slack.be_quiet(RITA)
    await asyncio.wait_for(heard.get(), 10)
    await story.settle()
    assert (await now(story))[second] == ("offered", RITA)


async def test_where_the_policy_does_not_heed_them_status_and_pauses_mean_nothing(
    lawless: Story, heard: "asyncio.Queue[None]"
) -> None:
    await lawless.apply_policy(f"{POLICY}assignment: {{slack_status: false, do_not_disturb: false}}\n")
    await lawless.slack.change_person(RITA, status_text="Vacationing", status_emoji=":palm_tree:")
    await lawless.slack.be_quiet(RITA, lawless.clock.at, lawless.clock.at + timedelta(hours=1))
    for _ in range(2):
        await asyncio.wait_for(heard.get(), 10)
    await types(lawless, RAVI, "away")
    first = await a_lead(lawless, 1)
    assert await now(lawless) == {first: ("offered", RITA)}


async def test_whoever_misses_lead_after_lead_is_switched_off_duty_but_never_the_last(lawless: Story) -> None:
    story = lawless
    fast = "fast: {acceptance: {within: 15 minutes, ladder: [{at: 100%, do: recycle}]}}"
    lines = [f"  {fast}" if line.startswith("  fast:") else line for line in POLICY.splitlines()]
    await story.apply_policy("\n".join([*lines, "assignment: {off_duty_after: 2}", ""]))
    for number in range(3):
        await a_lead(story, number, urgent=True)
    await story.until(story.clock.at + timedelta(minutes=16))

    assert await told(story, "off duty") == [{"person": RITA, "missed": 2}]
    (card,) = [one for one in await story.dm(RITA) if "in a row" in one.plain()]
    assert card.plain().startswith("You did not answer 2 leads in a row, so new ones go to colleagues for now.")
    assert any(f"<@{RITA}> did not answer 2 leads in a row" in one.plain() for one in await story.dm(MARTA))

    missed = [await a_lead(story, number, urgent=True) for number in range(3, 6)]
    assert {(await now(story))[one] for one in missed} == {("offered", RAVI)}
    await story.until(story.clock.at + timedelta(minutes=16))
    assert len(await told(story, "off duty")) == 1  # he is the last

    await story.press_in_dm(RITA, "I'm back")
    assert any(one.plain().startswith("You are back since ") for one in await story.dm(RITA))
    again = [await a_lead(story, number, urgent=True) for number in range(6, 9)]
    assert {owner for _, owner in [(await now(story))[one] for one in again]} == {RITA, RAVI}


async def test_waiting_leads_are_looked_at_again_when_an_account_is_back_and_when_a_policy_names_more_reps(
    story: Story, deaf: None
) -> None:
    async def account(person: str, active: bool) -> None:
        async with story.database.write() as session:
            await fallbacks.person_seen(session, person, active, story.clock.now())
        await story.settle()

    await types(story, RAVI, "away")
    await account(RITA, active=False)
    first = await a_lead(story, 1)
    assert await now(story) == {first: ("waiting", MARTA)}
    await account(RITA, active=True)
    assert await now(story) == {first: ("offered", RITA)}

    await types(story, RITA, "away")
    second = await a_lead(story, 2)
    assert (await now(story))[second] == ("waiting", MARTA)
    await story.apply_policy(f"{POLICY.replace('{email: ravi@acme.example}', '{email: ruth@acme.example}')}")
    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")
    assert (await now(story))[second][0] == "offered"


async def test_a_status_of_which_no_event_told_is_seen_when_slack_is_asked_about_the_account(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = asyncio.Queue[str]()

    async def lose(_database: Any, person: str, *_: Any) -> None:
        lost.put_nowait(person)

    monkeypatch.setattr(slack_word, "status_changed", lose)
    await story.slack.change_person(RITA, status_text="Vacationing", status_emoji=":palm_tree:")
    assert await asyncio.wait_for(lost.get(), 10) == RITA
    await story.pass_time(days=1, seconds=1)
    while await story.baton.courier.look_at_one():
        pass
    await story.until(MONDAY_9)
    first, second = await a_lead(story, 1), await a_lead(story, 2)
    assert await now(story) == {first: ("offered", RAVI), second: ("offered", RAVI)}


async def test_an_account_owner_who_left_keeps_no_lead_and_gets_none(story: Story, deaf: None, tmp_path: Path) -> None:
    await bring_in(story, tmp_path, "Kunde;Webseite;Land;Kundenbetreuer\nAcme;acme.example;DE;ravi@acme.example\n")
    first = str((await story.lead())["handoff_id"])
    assert await now(story) == {first: ("offered", RAVI)}

    async with story.database.write() as session:
        await fallbacks.person_seen(session, RAVI, False, story.clock.now())
    await story.settle()
    assert await now(story) == {first: ("offered", RITA)}
    second = await story.lead(external_id="A-2", email="bo@acme.example", first_name="Bo", phone=None)
    assert (await now(story))[str(second["handoff_id"])] == ("offered", RITA)


async def test_what_waits_with_a_manager_who_left_is_told_to_the_admins_and_moves_to_the_next_one(
    story: Story, deaf: None
) -> None:
    await types(story, RITA, "away")
    await types(story, RAVI, "away")
    first = await a_lead(story, 1)
    async with story.database.write() as session:
        await fallbacks.person_seen(session, MARTA, False, story.clock.now())
    await story.settle()
    assert await now(story) == {first: ("waiting", MARTA)}
    assert any("manager of emea" in one.text for one in await story.dm(OLA))

    unsigned = [line for line in POLICY.splitlines() if not line.startswith("sign_off")]
    await story.apply_policy("\n".join(unsigned).replace("manager: marta@", "manager: dana@"))
    await story.settle()
    assert (await now(story))[first] == ("waiting", DANA)

    await types(story, RITA, "back")
    assert (await now(story))[first] == ("offered", RITA)
