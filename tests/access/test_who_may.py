"""The table of who may do what, written here by hand and tried cell by cell over Slack's HTTP."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from bot import ticker
from tests.access import hands
from tests.access.hands import Answer, Rows, Somebody, changed, put_back, rows, send
from tests.stories.conftest import ALEX, ANA, DANA, FRIDAY_10, MARTA, MAYA, OLA, RAVI, RITA, ROOT, Story

AMERICAS = "{id: americas, manager: miguel@acme.example, calendar: berlin, reps: [{email: alex@acme.example}]}"
ONE_TEAM = (ROOT / "tests/stories/policy.yml").read_text()
TWO_TEAMS = ONE_TEAM.replace("routing:\n", f"  - {AMERICAS}\nrouting:\n", 1)
SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

WHO = {
    "owner": Somebody(RITA),
    "other rep": Somebody(RAVI),
    "rep of another team": Somebody(ALEX),
    "manager": Somebody(MARTA),
    "other manager": Somebody("U0MIGUEL01"),
    "director": Somebody(DANA),
    "marketing": Somebody(MAYA),
    "admin": Somebody(OLA),
    "member": Somebody("U0MEI00001"),
    "guest": Somebody("U0GUS00001"),
    "deactivated": Somebody("U0DREW0001"),
    "stranger": Somebody("U0STRANGER", "T0PARTNER1"),
    "bot": Somebody("U0000000BOT"),
}
LEADERS = {"manager", "director", "admin"}
HOLDERS = {"owner", *LEADERS}
REASSIGNED, TAKEN = ("offered", RAVI), ("accepted", "whoever pressed")
LOGS = ("log_follow_up", "log_reached", "won")
LOGGED = dict.fromkeys(LOGS, (HOLDERS, ("accepted", RITA)))
MAY: Mapping[str, Mapping[str, tuple[set[str], tuple[str, str]]]] = {
    "waiting": {
        "reassign": (LEADERS, REASSIGNED),
        "take_over": (LEADERS, TAKEN),
        "ask_marketing": (LEADERS, ("waiting", MARTA)),
    },
    "offered": {
        "accept": (HOLDERS, ("accepted", RITA)),
        "reject": (HOLDERS, ("recycled", RITA)),
        "pass_on": (HOLDERS, REASSIGNED),
        "ask_marketing": (HOLDERS, ("offered", RITA)),
        "reassign": (LEADERS, REASSIGNED),
        "extend": (LEADERS, ("offered", RITA)),
        "take_over": (LEADERS, TAKEN),
    },
    "accepted": {
        "undo": (HOLDERS, ("offered", RITA)),
        "pause": (HOLDERS, ("accepted", RITA)),
        **LOGGED,
        "ask_marketing": (HOLDERS, ("accepted", RITA)),
        "reassign": (LEADERS, REASSIGNED),
        "extend": (LEADERS, ("accepted", RITA)),
        "take_over": (LEADERS, TAKEN),
    },
    "paused": {
        "resume": (HOLDERS, ("accepted", RITA)),
        "reassign": (LEADERS, REASSIGNED),
        "take_over": (LEADERS, TAKEN),
        "ask_marketing": (HOLDERS, ("accepted", RITA)),
        **LOGGED,
    },
    "followed up": {
        **LOGGED,
        "ask_marketing": (HOLDERS, ("accepted", RITA)),
    },
    "recycled": {"undo": (HOLDERS, ("offered", RITA))},
    "disqualified": {"undo": (HOLDERS, ("offered", RITA))},
    "withdrawn": {},
}
"""State, then act: who may, and the state and owner of the handoff after it."""
NOBODY: tuple[set[str], tuple[str, str]] = (set(), ("", ""))
AT_ONCE = ("accept", "undo", "take_over", "log_reached", "resume")
BY_FORM = {
    "reject": ("reject_form", {"reason": "bad-timing"}),
    "pass_on": ("pass_on_form", {"rep": RAVI, "note": "Speaks German"}),
    "ask_marketing": ("ask_marketing_form", {"question": "Who invited them?"}),
    "log_follow_up": ("follow_up_form", {"how": "call", "outcome": "reached", "note": "Wants a demo"}),
    "reassign": ("reassign_form", {"rep": RAVI}),
    "extend": ("extend_form", {"more": "1 business hour", "why": "They are at a fair"}),
    "pause": ("pause_form", {"until": "2026-11-23"}),
    "won": ("won_form", {"day": "2026-11-19"}),
}
FOLLOWS = {"handoff", "lead", "offer", "team_turns", "follow_up", "outcome", "marketing_clock"}
FOLLOWS |= {"card", "email", "webhook", "history", "receipt"}
"""The tables in which a decision may leave anything."""


async def arranged(story: Story, state: str) -> str:
    """Brings one lead into this state, by its people and nobody else; the handoff's id."""
    story.clock.at = SATURDAY if state == "waiting" else FRIDAY_10
    taken = await story.send("leads", ANA)
    await ticker.do_due(story.database, story.clock.now)
    handoff = str((await rows(story.database))["handoff"][0]["id"]) if taken.status_code == 202 else ""
    rita, note = WHO["owner"], BY_FORM["log_follow_up"]
    await send(story, hands.press(rita, "undo", handoff))  # refused, but she has touched the card
    reject = {"recycled": "bad-timing", "disqualified": "customer"}
    if state in {"accepted", "paused", "followed up"}:
        await send(story, hands.press(rita, "accept", handoff))
    if state == "followed up":
        await send(story, hands.submission(rita, note[0], handoff, note[1]))
    if state == "paused":
        await send(story, hands.submission(rita, "pause_form", handoff, {"until": "2026-11-23"}))
    if state in reject:
        await send(story, hands.submission(rita, "reject_form", handoff, {"reason": reject[state]}))
    if state == "withdrawn":
        await story.send("leads", {**ANA, "consent": False})
        await ticker.do_due(story.database, story.clock.now)
    (row,) = (await rows(story.database))["handoff"]
    stands = {"followed up": "accepted", "paused": "accepted"}.get(state, state)
    assert (row["state"], bool(row["followed_up_at"])) == (stands, state == "followed up")
    assert bool(row["paused_at"]) == (state == "paused")
    return handoff


async def opened(story: Story, method: str) -> list[str]:
    """The forms that the app asked Slack to show since last asked."""
    calls = await story.slack.calls(method)
    await story.slack.forget_calls()
    return [call.params["view"]["callback_id"] for call in calls if call.params["view"].get("callback_id")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is decided here no database decides
@pytest.mark.parametrize("state", MAY)
async def test_nobody_does_what_they_may_not_and_everybody_what_they_may(story: Story, state: str) -> None:
    await sign_two_teams(story)
    acts, handoff = MAY[state], await arranged(story, state)
    before, wrong = await rows(story.database), list[str]()
    for act in AT_ONCE:
        pressed = partial(hands.press, action=act, value=handoff)
        wrong += await tried(story, before, f"{state}: {act}", *acts.get(act, NOBODY), pressed)
    for act, (form, values) in BY_FORM.items():
        may, after = acts.get(act, NOBODY)
        submitted = partial(hands.submission, form=form, about=handoff, values=values)
        wrong += await tried(story, before, f"{state}: {form}", may, after, submitted)
        pressed = partial(hands.press, action=act, value=handoff)
        wrong += await only_shown(story, before, f"{state}: {act}", may, form, pressed)
    may, after = acts.get("reject", NOBODY)
    in_message = partial(hands.option, action="reject_because", chosen=f"{handoff}:bad-timing")
    wrong += await tried(story, before, f"{state}: reject_because", may, after, in_message)
    chosen = partial(hands.choice, about=handoff, reason="other")
    wrong += await only_shown(story, before, f"{state}: choose_reason", may, "reject_form", chosen)
    assert wrong == []


async def sign_two_teams(story: Story) -> None:
    """Two teams, in force by the votes of those who must sign; what is shown of that is of no matter here."""
    assert (await story.apply_policy(TWO_TEAMS)).state == "pending"
    for signer in (MARTA, MAYA):
        await send(story, hands.press(Somebody(signer), "sign_policy", "2"))
    await ticker.do_due(story.database, story.clock.now)


Payload = Callable[[Somebody], dict[str, Any]]


async def tried(
    story: Story, before: Rows, what: str, may: set[str], expected: tuple[str, str], payload: Payload
) -> list[str]:
    """All who may not try first, then one by one those who may, each from the same beginning; what went wrong."""
    wrong = []
    for name, answer in await all_at_once(story, WHO.keys() - may, payload):
        if answer.status != 200 or not told_well(name, answer.told):
            wrong.append(f"{what} by {name}: {answer}")
    if changed(before, await rows(story.database)):
        wrong.append(f"{what}: changed something for somebody who may not")
        await put_back(story.database, before)
    for name in sorted(may):
        answer = await send(story, payload(WHO[name]))
        after = await rows(story.database)
        (handoff,) = after["handoff"]
        owner = WHO[name].id if expected[1] == "whoever pressed" else expected[1]
        by = [row["who"] for row in after["history"][len(before["history"]) :]]
        done = (answer.status, answer.told, handoff["state"], handoff["owner"], by)
        if done != (200, "", expected[0], owner, [WHO[name].id]) or not changed(before, after) <= FOLLOWS:
            wrong.append(f"{what} by {name}: {done}, {changed(before, after)}")
        await put_back(story.database, before)
    return wrong


async def all_at_once(story: Story, names: Iterable[str], payload: Payload) -> list[tuple[str, Answer]]:
    asked = sorted(names)
    return list(zip(asked, await asyncio.gather(*(send(story, payload(WHO[name])) for name in asked)), strict=True))


async def only_shown(story: Story, before: Rows, what: str, may: set[str], form: str, payload: Payload) -> list[str]:
    """Who may is shown the form, nobody else, and nothing is decided by that."""
    wrong = []
    method = "views.update" if "choose" in what else "views.open"
    await story.slack.forget_calls()
    for group, expected in ((WHO.keys() - may, []), (may, [form] * len(may))):
        for name, answer in await all_at_once(story, group, payload):
            in_place = method == "views.update"  # then words are shown in the form, and not to be had from here
            if answer.status != 200 or (name not in may and not in_place and not told_well(name, answer.told)):
                wrong.append(f"{what} by {name}: {answer}")
        shown = await opened(story, method)
        if shown != expected:
            wrong.append(f"{what} by {sorted(group)}: shown {shown}")
    if changed(before, await rows(story.database)):
        wrong.append(f"{what}: changed something")
    return wrong


def told_well(name: str, words: str) -> bool:
    return ("for people of the workspace" in words) if name == "stranger" else bool(words) and "went wrong" not in words
