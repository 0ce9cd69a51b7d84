"""Signed payloads of another shape than Slack's: never a failure of ours, never a change."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from handlers.slack.payloads import read
from tests.access import hands
from tests.access.hands import Json, Somebody, changed, rows, send
from tests.stories.conftest import RAVI, RITA, Story

OWNER, OTHER = Somebody(RITA), Somebody(RAVI)
Path = tuple[str | int, ...]
READ = ("all_evidence", "definition", "deadline", "write_brief")
LISTENED = (
    *READ,
    "accept",
    "reject",
    "reject_because",
    "pass_on",
    "ask_marketing",
    "undo",
    "log_follow_up",
    "log_reached",
    "log_no_answer",
    "pause",
    "resume",
    "opportunity",
    "won",
    "lost",
    "reassign",
    "extend",
    "take_over",
    "claim",
    "same_person",
    "two_people",
    "undo_merge",
    "add_missing",
    "answer_question",
    "got_it",
    "will_fix",
    "disagree",
    "sign_policy",
    "object_policy",
    "withdraw_policy",
    "propose",
    "keep_policy",
    "backtest",
    "away",
    "back",
    "remove_absence",
    "give_offered",
    "give_accepted",
)
CHOSEN = ("choose_reason", "choose_change", "choose_question")
"""Fields of forms that are listened to."""
FORMS = (
    "reject_form",
    "pass_on_form",
    "ask_marketing_form",
    "follow_up_form",
    "pause_form",
    "opportunity_form",
    "won_form",
    "lost_form",
    "reassign_form",
    "extend_form",
    "object_form",
    "new_lead_form",
    "missing_form",
    "answer_form",
    "disagree_form",
    "brief_form",
    "propose_form",
    "away_form",
)
FILLED = {
    "what": "threshold",
    "threshold": "scored:fit",
    "least": "35",
    "proposal_why": "Too few",
    "brief_name": "spring-webinar",
    "brief_words": "Invoicing",
    "reason": "other",
    "more": "1 business hour",
    "why": "x",
    "detail": "x",
    "how": "call",
    "outcome": "reached",
    "note": "x",
    "until": "2026-11-23",
    "day": "2026-11-19",
    "amount": "12000",
    "currency": "EUR",
    "because": "price",
    "rep": RAVI,
    "question": "x",
}
STRANGER = "U0SOMEBODY"
"""Whom nobody here depends on."""
STATUS = {"status_text": "Vacationing", "status_emoji": ":palm_tree:", "status_expiration": 0}
PAUSE = {"dnd_enabled": True, "next_dnd_start_ts": 1795200000, "next_dnd_end_ts": 1795203600}
JUNK: tuple[Any, ...] = (
    None, 5, -1.5, True, "", "x" * 100_000, [], [None], {}, {"id": None}, {"value": []}, "\0", "\ud800", "<!channel>",
)  # fmt: skip


def payloads(who: Somebody, about: str) -> list[Json]:
    """Everything that anybody here listens to, whole."""
    return [
        *(hands.press(who, action, about) for action in LISTENED),
        hands.choice(who, about, "other"),
        hands.option(who, "reject_because", f"{about}:bad-timing"),
        *(hands.choice_of(who, action, "propose_form", "1", "points") for action in CHOSEN[1:]),
        *(hands.submission(who, form, about, FILLED) for form in FORMS),
        hands.shortcut(who, "hand_over"),
        hands.shortcut(who, "hand_over_this", "Ana Silva <mailto:ana.silva@acme.example|ana.silva@acme.example>"),
        hands.home_opened(who),
        hands.happened(who, "user_change", user={"id": STRANGER, "deleted": False, "profile": STATUS}),
        hands.happened(who, "dnd_updated_user", user=STRANGER, dnd_status=PAUSE),
    ]


def places(node: Any, at: Path = ()) -> Iterator[Path]:
    """Every place of a payload at which something stands."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*at, key)
        yield from places(value, (*at, key))


def mutated(payload: Json, at: Path, junk: Any, gone: bool) -> Json:
    broken = copy.deepcopy(payload)
    node: Any = broken
    for step in at[:-1]:
        node = node[step]
    if gone:
        del node[at[-1]]
    else:
        node[at[-1]] = junk
    return broken


WHOLE = payloads(OTHER, "HANDOFF")
"""Of somebody who may do nothing here."""
CHOICES = st.tuples(
    st.sampled_from([(number, at) for number, payload in enumerate(WHOLE) for at in places(payload)]),
    st.sampled_from([None, *range(len(JUNK))]),
)
"""Which place of which payload is gone (None), or holds which junk."""


def broken(choice: tuple[tuple[int, Path], int | None]) -> Json:
    (number, at), junk = choice
    return mutated(WHOLE[number], at, JUNK[junk or 0], gone=junk is None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@given(choices=st.lists(CHOICES, min_size=40, max_size=40))
@settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
async def test_no_payload_fails_or_changes_anything_however_it_is_broken(
    story: Story, choices: list[tuple[tuple[int, Path], int | None]]
) -> None:
    handoff = (await story.lead())["handoff_id"]
    before = await rows(story.database)
    with capture_logs() as logs:
        for choice in choices:
            payload = broken(choice)
            if payload.get("response_url") == hands.NOWHERE:
                payload["response_url"] = story.response_url
            answer = await hands.post(story.http, hands.body_of(payload).replace("HANDOFF", handoff))
            assert answer.status_code in {200, 400, 404}, choice
        await story.baton.bolt.rested()
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    assert changed(before, await rows(story.database)) <= {"card"}  # of App Home, which opens well however it is broken


UNREAL: tuple[Any, ...] = (None, 5, [], "\0", "x" * 5000)
ESSENTIAL: tuple[tuple[str, Path], ...] = (
    ("press", ("user",)),
    ("press", ("user", "id")),
    ("press", ("trigger_id",)),
    ("press", ("actions",)),
    ("press", ("actions", 0)),
    ("press", ("actions", 0, "action_id")),
    ("submission", ("user", "id")),
    ("submission", ("trigger_id",)),
    ("submission", ("view",)),
    ("submission", ("view", "callback_id")),
    ("submission", ("view", "private_metadata")),
    ("submission", ("view", "state")),
    ("submission", ("view", "state", "values")),
    ("submission", ("view", "state", "values", "reason")),
    ("submission", ("view", "state", "values", "reason", "x")),
    ("submission", ("view", "state", "values", "reason", "x", "selected_option")),
)


async def test_the_owner_decides_nothing_by_a_payload_that_lacks_what_it_needs(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    whole = {
        "press": hands.press(OWNER, "accept", handoff),
        "submission": hands.submission(OWNER, "reject_form", handoff, {"reason": "bad-timing"}),
    }
    before = await rows(story.database)
    with capture_logs() as logs:
        for kind, at in ESSENTIAL:
            others = [mutated(whole[kind], at, junk, gone=False) for junk in UNREAL]
            for payload in (mutated(whole[kind], at, None, gone=True), *others):
                answer = await send(story, payload)
                assert answer.status in {200, 400, 404}, (kind, at)
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    after = await rows(story.database)
    assert changed(before, after) <= {"offer", "card"}  # she touched the card; nothing was decided
    assert after["handoff"] == before["handoff"]

    assert (await send(story, whole["press"])).told == ""
    assert (await rows(story.database))["handoff"] != before["handoff"]


def test_whole_payloads_are_read() -> None:
    for payload in payloads(OWNER, "h1"):
        assert read(payload) is not None, payload
    assert read(hands.command(OWNER, "/lead", "help")) is not None
    event = {"type": "event_callback", "team_id": "T1", "event": {"type": "user_change", "user": {"id": "U1"}}}
    assert read(event) is not None


OURS, THEIRS, ORGANISATION = "T0ACME0001", "T0PARTNER1", "E0ACMEORG1"


@pytest.mark.parametrize(
    ("team", "user_team", "enterprise", "on_grid", "let_in"),
    [
        (OURS, OURS, None, False, True),
        (None, OURS, None, False, True),
        (OURS, None, None, False, True),
        (THEIRS, THEIRS, None, False, False),
        (OURS, THEIRS, None, False, False),
        (THEIRS, OURS, None, False, False),
        (None, None, None, False, False),
        (None, None, ORGANISATION, False, False),
        (OURS, OURS, None, True, True),
        (None, "T0SISTER01", ORGANISATION, True, True),
        (OURS, ORGANISATION, None, True, True),
        (None, None, ORGANISATION, True, True),
        (OURS, THEIRS, "E0OTHERORG", True, False),
        (None, None, None, True, False),
    ],
)
def test_a_payload_is_of_our_workspace_or_of_our_organisation(
    team: str | None, user_team: str | None, enterprise: str | None, on_grid: bool, let_in: bool
) -> None:
    payload = hands.press(OWNER, "accept", "h1") | {
        "team": team and {"id": team},
        "enterprise": enterprise and {"id": enterprise},
    }
    payload["user"]["team_id"] = user_team
    found = read(payload)
    assert found
    assert found.origin().is_of(OURS, ORGANISATION if on_grid else None) is let_in


def test_where_slack_has_not_said_who_we_are_its_signature_is_enough() -> None:
    found = read(hands.press(OWNER, "accept", "h1"))
    assert found
    assert found.origin().is_of(None, None)
