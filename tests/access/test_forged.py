"""Signed, well formed, and never sent by a client: values of other things, old cards, the same thing twice."""

import asyncio
from typing import Any

from storage.assigning import people
from tests.access import hands
from tests.access.hands import Somebody, changed, put_back, rows, send
from tests.access.test_who_may import ONE_TEAM, sign_two_teams
from tests.stories.conftest import ALEX, ANA, MARTA, RAVI, RITA, Story

OWNER, MANAGER, FORMER = Somebody(RITA), Somebody(MARTA), Somebody(RAVI)
FOLLOWED_UP = {"how": "call", "outcome": "reached"}
NEVER_IDS = ("no-such-handoff", "", "0" * 16, "1", "'; DROP TABLE handoff; --", "🙂", "x" * 2000)


async def test_an_id_that_never_was_changes_nothing_and_is_answered_in_words(story: Story) -> None:
    await story.lead()
    before = await rows(story.database)
    decided = ("accept", "undo", "take_over", "reject", "reassign", "claim")
    buttons = (*decided, "log_follow_up", "log_reached", "won", "pause", "resume")
    forms = {"reject_form": {"reason": "other"}, "follow_up_form": FOLLOWED_UP, "reassign_form": {"rep": RAVI}}
    forms |= {"won_form": {}, "pause_form": {"until": "2026-11-23"}}
    sent = [
        payload
        for value in NEVER_IDS
        for payload in (
            *(hands.press(MANAGER, button, value) for button in buttons),
            *(hands.submission(MANAGER, form, value, values) for form, values in forms.items()),
        )
    ]
    told = [answer.told for answer in await asyncio.gather(*(send(story, payload) for payload in sent))]
    assert set(told) == {"This lead is no longer here."}
    assert changed(before, await rows(story.database)) == set()


async def test_versions_of_the_policy_that_do_not_wait_take_no_signature(story: Story) -> None:
    await story.apply_policy(ONE_TEAM.replace("fit: 40", "fit: 35", 1))
    before = await rows(story.database)
    for version in ("1", "3", "-2", "2.0", "٢", "²", "", "x", "9" * 30, "2147483648"):
        for payload in (
            hands.press(MANAGER, "sign_policy", version),
            hands.press(MANAGER, "object_policy", version),
            hands.submission(MANAGER, "object_form", version, {"detail": "No"}),
        ):
            assert "not waiting for signatures" in (await send(story, payload)).told, version
    assert changed(before, await rows(story.database)) == set()


NEVER_OFFERED: list[tuple[str, dict[str, str], str]] = [
    ("reject_form", {}, "reason"),
    ("reject_form", {"reason": "never-offered"}, "reason"),
    ("reject_form", {"reason": "bad-data", "detail": "  "}, "detail"),
    ("reject_form", {"reason": "wrong-person"}, "reason"),
    ("reject_form", {"reason": "wrong-person", "evidence": "never-offered"}, "evidence"),
    ("reject_form", {"reason": "bad-timing", "evidence": "never-offered"}, "evidence"),
    ("follow_up_form", {**FOLLOWED_UP, "how": "telepathy"}, "how"),
    ("follow_up_form", {**FOLLOWED_UP, "outcome": "<!channel>"}, "outcome"),
    ("reassign_form", {}, "rep"),
    ("won_form", {"amount": "12", "currency": "€"}, "currency"),
    ("won_form", {"amount": "12"}, "currency"),
    ("won_form", {"amount": "-1", "currency": "EUR"}, "amount"),
    ("opportunity_form", {"amount": "nan", "currency": "EUR"}, "amount"),
    ("won_form", {"day": "1999-12-31"}, "day"),
    ("won_form", {"day": "2026-11-21"}, "day"),
    ("lost_form", {"because": "never-offered"}, "because"),
    ("pause_form", {}, "until"),
]
"""Form, what is filled in, and the field that is asked again."""


async def test_what_a_form_never_offered_is_asked_again(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    before = await rows(story.database)
    for form, values, field in NEVER_OFFERED:
        answer = await send(story, hands.submission(MANAGER, form, handoff, values))
        assert answer.body["response_action"] == "errors", (form, values)
        assert list(answer.body["errors"]) == [field], (form, values)
    assert changed(before, await rows(story.database)) == set()


async def test_a_lead_is_reassigned_to_active_reps_of_its_team_alone(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    async with story.database.write() as session:
        row = await people.get(session, RAVI)
        assert row
        row.active = False
        session.add(row)
    before = await rows(story.database)
    for rep, words in (
        (ALEX, "is not in this team"),
        (RITA, "already has this lead"),
        ("U0NOBODY00", "is not in this team"),
        ("<!channel>", "is not in this team"),
        (RAVI, "deactivated"),
    ):
        told = (await send(story, hands.submission(MANAGER, "reassign_form", handoff, {"rep": rep}))).told
        assert words in told, rep
        assert "<!channel>" not in told
    assert changed(before, await rows(story.database)) == set()


async def test_the_card_of_a_former_owner_decides_nothing(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    await send(story, hands.submission(MANAGER, "reassign_form", handoff, {"rep": RAVI}))
    before = await rows(story.database)
    for payload in (
        hands.press(OWNER, "accept", handoff),
        hands.press(OWNER, "undo", handoff),
        hands.submission(OWNER, "reject_form", handoff, {"reason": "bad-timing"}),
        hands.submission(OWNER, "follow_up_form", handoff, FOLLOWED_UP),
    ):
        assert f"<@{RAVI}> has this lead" in (await send(story, payload)).told
    assert changed(before, await rows(story.database)) == set()


async def test_a_card_of_an_earlier_handoff_of_the_lead_does_not_touch_the_later_one(story: Story) -> None:
    first = (await story.lead())["handoff_id"]
    await send(story, hands.submission(OWNER, "reject_form", first, {"reason": "other", "detail": "Wrong list"}))
    await story.pass_time(minutes=1)
    second = (await story.lead(signals=[{**ANA["signals"][0], "id": "s-9", "at": "2026-11-20T09:00:30Z"}]))[
        "handoff_id"
    ]
    assert second != first
    before = await rows(story.database)
    told = (await send(story, hands.press(MANAGER, "undo", first))).told
    assert "handed over again" in told
    assert changed(before, await rows(story.database)) == set()


def once_and_again(handoff: str) -> dict[str, list[dict[str, Any]]]:
    """What would work a second time when somebody has done the opposite in between."""
    accept, undo = hands.press(OWNER, "accept", handoff), hands.press(OWNER, "undo", handoff)
    reject = hands.submission(OWNER, "reject_form", handoff, {"reason": "bad-timing"})
    taken = hands.press(MANAGER, "take_over", handoff)
    given = hands.submission(MANAGER, "reassign_form", handoff, {"rep": RAVI})
    logged = hands.submission(OWNER, "follow_up_form", handoff, FOLLOWED_UP)
    return {
        "accept": [accept, undo, accept],
        "undo": [hands.press(OWNER, "accept", handoff), undo, hands.press(OWNER, "accept", handoff), undo],
        "reject": [reject, hands.press(OWNER, "undo", handoff), reject],
        "take over": [taken, hands.submission(MANAGER, "reassign_form", handoff, {"rep": RAVI}), taken],
        "reassign": [given, hands.submission(MANAGER, "reassign_form", handoff, {"rep": RITA}), given],
        "follow up": [accept, logged, logged],
    }


async def test_the_same_thing_sent_again_is_not_done_again(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    await send(story, hands.press(OWNER, "undo", handoff))  # refused, but she has touched the card
    beginning = await rows(story.database)
    for what, (*first, again) in once_and_again(handoff).items():
        for payload in first:
            assert (await send(story, payload)).told == "", what
        before = await rows(story.database)
        answer = await send(story, again)
        assert (answer.status, answer.told) == (200, "This came twice, and was done once."), what
        assert changed(before, await rows(story.database)) == set(), what
        await put_back(story.database, beginning)


async def test_what_would_be_refused_anyway_is_refused_in_those_words(story: Story) -> None:
    accept = hands.press(OWNER, "accept", (await story.lead())["handoff_id"])
    assert (await send(story, accept)).told == ""
    assert f"<@{RITA}> accepted this lead" in (await send(story, accept)).told


async def test_two_things_with_one_trigger_are_two(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    accept = hands.press(OWNER, "accept", handoff)
    assert (await send(story, accept)).told == ""
    assert (await send(story, {**hands.press(OWNER, "undo", handoff), "trigger_id": accept["trigger_id"]})).told == ""


async def test_a_follow_up_that_arrives_twice_at_once_is_logged_once(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    await send(story, hands.press(OWNER, "accept", handoff))
    submitted = hands.submission(OWNER, "follow_up_form", handoff, FOLLOWED_UP)
    answers = await asyncio.gather(*(send(story, submitted) for _ in range(4)))
    assert sorted(answer.told for answer in answers)[:2] == ["", "This came twice, and was done once."]
    assert len((await rows(story.database))["follow_up"]) == 1


async def test_a_signature_sent_again_does_not_undo_an_objection(story: Story) -> None:
    await story.apply_policy(ONE_TEAM.replace("fit: 40", "fit: 35", 1))
    signed = hands.press(MANAGER, "sign_policy", "2")
    await send(story, signed)
    await send(story, hands.submission(MANAGER, "object_form", "2", {"detail": "35 lets in too many"}))
    assert "came twice" in (await send(story, signed)).told
    (verdict,) = (await rows(story.database))["policy_signature"]
    assert verdict["verdict"] == "objected"


async def test_numbers_are_shared_with_a_channel_once(story: Story) -> None:
    typed = hands.command(MANAGER, "/leadstats", "share")
    body = hands.body_of({**typed, "response_url": story.response_url})
    for _ in range(3):
        assert (await hands.post(story.http, body)).status_code == 200
    await story.baton.bolt.rested()
    assert [one["response_type"] for one in story.answers.said] == ["in_channel"]


async def test_people_of_a_team_that_is_new_in_the_policy_may_at_once(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    miguel = Somebody("U0MIGUEL01")
    assert "Ask <@U0OLA00001>" in (await send(story, hands.command(miguel, "/lead", "find silva"))).told
    await sign_two_teams(story)
    assert "Ana Silva" in (await send(story, hands.command(miguel, "/lead", "find silva"))).told
    assert f"<@{RITA}> has this lead" in (await send(story, hands.press(miguel, "accept", handoff))).told
