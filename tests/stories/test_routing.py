"""Who gets a lead: rules, segments, skills, languages, caps, backups, pools and turns, from intake to the card."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from storage.tables import HandoffRow, OfferRow, TurnsRow
from tests.access import hands
from tests.access.hands import Somebody, send
from tests.stories.conftest import ALEX, ANA, MARTA, NEW, OLA, RAVI, RITA, ROOT, Story
from tests.support.offers import turns_used

POLICY = (ROOT / "tests/stories/policy.yml").read_text()
EMEA_REPS = "reps: [{email: rita@acme.example, weight: 2, daily_cap: 10}, {email: ravi@acme.example}]}"
SIGNED = "sign_off: {sales: [marta@acme.example], marketing: [maya@acme.example]}\n"
RUTH, PRIYA = "U0RUTH0001", "U0PRIYA001"
MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ALWAYS = 'apac: {zone: Asia/Singapore, hours: {mon-sun: ["00:00-24:00"]}}\n'


def rules(*, emea: str = EMEA_REPS, more: str = "", teams: str = "", routing: str = "", calendars: str = "") -> str:
    """The stories' policy with other reps, teams and rules."""
    assert all(POLICY.count(old) == 1 for old in (EMEA_REPS, "teams:\n", "routing:\n", "channels:", SIGNED))
    text = POLICY.replace(SIGNED, "")
    text = text.replace("channels:", f"{calendars}channels:", 1).replace("teams:\n", f"{more}teams:\n", 1)
    return text.replace(EMEA_REPS, emea).replace("routing:\n", f"{teams}routing:\n{routing}", 1)


def somebody(number: int, **changes: Any) -> dict[str, Any]:
    """Somebody of a company of their own who qualifies."""
    company = {**ANA["company"], "name": f"Company {number}", "domain": f"c{number}.example"}
    told = {"external_id": f"B-{number}", "email": f"b{number}@c{number}.example", "phone": None, "company": company}
    return {**told, "first_name": f"Bea{number}", "last_name": f"B{number}son", **changes}


async def owner(story: Story, number: int, **changes: Any) -> str | None:
    taken = await story.lead(**somebody(number, **changes))
    async with story.database.read() as session:
        return (await session.get_one(HandoffRow, taken["handoff_id"])).owner


async def offers(story: Story) -> list[OfferRow]:
    async with story.database.read() as session:
        return list((await session.exec(select(OfferRow).order_by(col(OfferRow.id)))).all())


async def behind(story: Story, team: str = "emea") -> dict[str, float]:
    """What everybody of a team is owed, in turns."""
    async with story.database.read() as session:
        owed = (await session.get_one(TurnsRow, team)).turns["owed"]
    return {rep: round(parts / owed[""], 3) for rep, parts in owed.items() if rep}


async def asks(story: Story, person: str, text: str) -> str:
    done = await story.slack.command(person, NEW, "/lead", text)
    assert done.reply, done
    return done.reply.plain()


async def test_segments_skills_and_languages_lead_to_the_rep_who_suits_and_all_can_ask_why(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(
        rules(
            more="segments:\n"
            "  - {id: big, label: Big companies, when: {field: company.employees, at_least: 1000}, value: 3}\n",
            emea="reps: [{email: rita@acme.example, weight: 2, skills: [cloud]}, "
            "{email: ravi@acme.example, speaks: [de-AT, en]}, "
            "{email: ruth@acme.example, takes: {field: source, equals: fair}}]}",
            routing="  - {id: big, segment: big, team: emea, skills: [cloud]}\n",
        )
    )
    big = somebody(1)
    big["company"]["employees"] = 5000
    assert await owner(story, 1, **big) == RITA
    assert (
        "Why you: you know cloud, and it was your turn in emea (rule big, counts as 3 turns)."
        in (await story.card(RITA)).plain()
    )
    assert await behind(story) == {RITA: 0, RAVI: 0, RUTH: 0}  # who alone can have a lead takes it from nobody

    assert await owner(story, 2, language="de-CH") == RAVI
    assert "you speak German, and it was your turn in emea (rule dach)" in (await story.card(RAVI)).plain()
    assert await owner(story, 3, source="fair") == RITA
    assert await owner(story, 4, source="fair") in {RAVI, RUTH}

    async with story.database.read() as session:
        rows = (await session.exec(select(HandoffRow).order_by(col(HandoffRow.created_at)))).all()
    assert [(row.segment, row.value) for row in rows][:2] == [("big", 3), (None, 1)]
    assert [turns_used(offer) for offer in await offers(story)][:2] == [3, 1]
    told = await asks(story, OLA, f"why {rows[1].id}")
    assert "<@U0RAVI0001> got it" in told or "Ravi" in told
    for line in ("does not speak German, and others do", "takes other leads only (source is fair)", "Rule dach:"):
        assert line in told, told
    assert "does not know cloud, and others do" in await asks(story, RAVI, "why bea1")


async def test_at_the_cap_and_away_are_told_apart_and_who_would_have_had_it(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(
        rules(emea="reps: [{email: rita@acme.example, weight: 9, open_cap: 1}, {email: ravi@acme.example}]}")
    )
    assert await owner(story, 1) == RITA
    assert await owner(story, 2) == RAVI
    told = await asks(story, MARTA, "why bea2")
    assert "was at their cap: 1 of 1 open at once" in told
    assert f"It would have gone to <@{RITA}> had they been below their cap.\n" in told
    assert told.count("would have") == 1

    await story.press_in_dm(RITA, "Accept")
    await story.press_in_dm(RITA, "Called, reached")
    await asks(story, RITA, "away until tomorrow")
    assert await owner(story, 3) == RAVI
    told = await asks(story, RAVI, "why bea3")
    assert "was away until" in told
    assert f"It would have gone to <@{RITA}> had they been on shift.\n" in told
    fair = await asks(story, RAVI, "fair")
    for line in ("Turns in emea\n", "2 in turn", "1 in turn", "on shift", "away until", "(weight 9)"):
        assert line in fair, fair


async def test_a_bad_lead_keeps_the_turn_a_lead_that_was_good_does_not_and_undo_takes_it_again(
    story: Story,
) -> None:
    assert await owner(story, 1) == RITA
    used = await behind(story)
    assert used == {RITA: -0.333, RAVI: 0.333}

    await story.reject(RITA, "bad-data", detail="The number is a fax")
    assert await behind(story) == {RITA: 0, RAVI: 0}
    assert [turns_used(offer) for offer in await offers(story)] == [0]
    assert "1 given back" in await asks(story, MARTA, "fair emea")
    await story.press_in_dm(RITA, "Undo")
    assert await behind(story) == used
    assert [turns_used(offer) for offer in await offers(story)] == [1]

    await story.reject(RITA, "bad-timing")
    assert await behind(story) == used
    assert await owner(story, 2) == RAVI


async def test_who_hands_leads_on_keeps_their_turns_and_who_gets_them_is_one_lead_ahead_at_most(story: Story) -> None:
    for number, ledger in enumerate(((0.667, -0.667), (1, -1), (1, -1))):
        assert await owner(story, number) == RITA
        await story.press_in_dm(RITA, "Pass on")
        assert (await story.submit(RITA, rep=RAVI)).closed
        assert await behind(story) == dict(zip((RITA, RAVI), ledger, strict=True))
    assert [turns_used(offer) for offer in await offers(story)] == [0] * 6
    assert "a colleague passed it on to them" in await asks(story, MARTA, "why bea2")
    assert "3 out of turn; 1 turn ahead; on shift" in await asks(story, MARTA, "fair")


async def test_nobody_on_shift_means_waiting_until_somebody_is_and_one_after_the_other(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(rules())
    await story.pass_time(hours=6)  # Friday 16:00: the team has gone home
    late = [await story.lead(**somebody(number)) for number in range(3)]
    small = {**somebody(9)["company"], "employees": 5}
    urgent = await story.lead(**somebody(9, contact_requested=True, signals=[], company=small))

    async with story.database.read() as session:
        due = [(await session.get_one(HandoffRow, one["handoff_id"])).due_at for one in [*late, urgent]]
    assert due == [MONDAY_9, MONDAY_9 + timedelta(minutes=1), MONDAY_9 + timedelta(minutes=2), MONDAY_9]
    told = await asks(story, MARTA, f"why {late[0]['handoff_id']}")
    assert "Nobody of emea has it yet, it is tried again" in told
    assert told.count("was off shift until") == 2

    await story.until(MONDAY_9 + timedelta(minutes=5))
    first = await offers(story)
    assert {offer.handoff_id for offer in first[:2]} == {late[0]["handoff_id"], urgent["handoff_id"]}
    assert [offer.handoff_id for offer in first[2:]] == [one["handoff_id"] for one in late[1:]]


BACKED = rules(
    calendars="",
    emea="backup: apac, " + EMEA_REPS,
    more="assignment: {catch_all: alex@acme.example}\n",
    teams="  - {id: apac, manager: mei@acme.example, calendar: apac, reps: [{email: priya@acme.example}]}\n",
).replace("calendars:\n", "calendars:\n  " + ALWAYS, 1)


async def test_when_nobody_of_a_team_can_its_backup_is_asked_and_then_whoever_catches_all(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(BACKED)
    for person in (RITA, RAVI):
        await asks(story, person, "away")

    taken = await story.lead(**somebody(1))
    card = await story.card(PRIYA)
    assert "Why you: nobody in emea can take it, and it was your turn in apac (rule dach)." in card.plain()
    async with story.database.read() as session:
        assert (await session.get_one(HandoffRow, taken["handoff_id"])).team == "apac"

    await asks(story, PRIYA, "away")
    assert await owner(story, 2) == ALEX
    assert "Why you: nobody else was left to take it." in (await story.card(ALEX)).plain()
    await story.press_in_dm(ALEX, "Accept")
    await story.apply_policy(BACKED.replace("fit: 40", "fit: 35", 1))
    async with story.database.read() as session:
        rows = (await session.exec(select(HandoffRow).where(HandoffRow.owner == ALEX))).all()
    assert [(row.state, row.owner_gone) for row in rows] == [("accepted", False)]


async def test_a_pool_is_open_to_all_of_the_team_and_the_first_has_it(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(rules(emea="hands_out: claim, " + EMEA_REPS))
    taken = await story.lead(**somebody(1))
    async with story.database.read() as session:
        row = await session.get_one(HandoffRow, taken["handoff_id"])
    assert (row.state, row.owner, row.pooled_at) == ("waiting", MARTA, story.clock.now())
    assert "Open to everybody in emea" in await asks(story, RAVI, "why bea1")

    await story.forge(RAVI, "accept", taken["handoff_id"])
    assert "<@U0RAVI0001> accepted this lead" in await story.forge(RITA, "accept", taken["handoff_id"])
    assert "somebody took it themselves" in await asks(story, RITA, "why bea1")


async def test_why_names_who_took_a_lead_after_it_was_another_ones_turn(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(rules())
    taken = await story.lead(**somebody(1))
    assert "has it now" not in await asks(story, MARTA, "why bea1")

    await story.forge(MARTA, "take_over", taken["handoff_id"])
    said = await asks(story, MARTA, "why bea1")
    assert "got it" in said
    assert f"<@{MARTA}> took it later, and has it now." in said


async def test_by_load_the_rep_with_the_least_open_work_for_their_weight_is_next(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(rules(emea="hands_out: load, " + EMEA_REPS))
    assert [await owner(story, number) for number in range(6)].count(RITA) == 4
    assert "Why you: you have the least open work in emea (rule dach)." in (await story.card(RITA)).plain()
    assert "open leads" in await asks(story, RITA, "why bea5")


async def test_who_accepted_a_lead_gets_it_again_when_it_comes_back(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(rules())
    taken = await story.lead()
    await story.press_in_dm(RITA, "Accept")
    await send(story, hands.submission(Somebody(MARTA), "reassign_form", taken["handoff_id"], {"rep": RAVI}))
    await story.settle()
    await story.reject(RAVI, "bad-data", detail="Wrong number")
    assert await behind(story) == {RITA: -0.333, RAVI: 0.333}  # so it is Ravi's turn now

    back = {"id": "s-9", "kind": "webinar_attended", "at": "2026-11-20T08:30:00Z", "label": "Invoicing 102"}
    await story.pass_time(minutes=10)
    await story.lead(signals=[*ANA["signals"], back])

    assert "Why you: you accepted this lead the last time." in (await story.card(RITA)).plain()
    assert await behind(story) == {RITA: -0.667, RAVI: 0.667}
    await story.reject(RITA, "bad-data", detail="Still wrong")
    await story.apply_policy(rules(more="assignment: {sticky: {earlier_rep: false}}\n"))
    await story.pass_time(minutes=10)
    await story.lead(signals=[*ANA["signals"], back, {**back, "id": "s-10", "at": "2026-11-20T09:00:00Z"}])
    assert "it was your turn in emea" in (await story.card(RAVI)).plain()


async def test_no_rule_leads_anywhere_and_the_manager_is_asked_as_long_as_nobody_catches_all(lawless: Story) -> None:
    story = lawless
    alone = rules().replace("  - {id: rest, team: emea}\n", "", 1)
    await story.apply_policy(alone)
    abroad = {**somebody(1)["company"], "country": "BR"}
    assert await owner(story, 1, company=abroad) == MARTA
    assert "No rule leads to a team for it" in await asks(story, MARTA, "why bea1")
