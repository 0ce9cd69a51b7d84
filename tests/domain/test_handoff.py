"""The state machine of a handoff: every state times every event, and whatever order events come in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.deciding import answers, deadlines, managing, working
from bot.domain.durations import Duration
from bot.domain.handoff import (
    BATON,
    TRANSITIONS,
    Agreement,
    Change,
    Event,
    Handoff,
    Notice,
    Refusal,
    State,
    Target,
)
from bot.domain.lead import Scoring, Stage
from bot.domain.policy import Policy, Reason

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RITA, RAVI, RUTH, MARTA, DANA, OLA, STRANGER = "URITA", "URAVI", "URUTH", "UMARTA", "UDANA", "UOLA", "USTRANGER"

ALWAYS = {"calendar": "always"}
POLICY = Policy.model_validate({
    "company": "Acme",
    "calendars": {"always": {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
    "channels": {"marketing": "CMARKETING", "escalations": "CESCALATE"},
    "roles": {"admins": [OLA]},
    "definition": {
        "criteria": [{"id": "any", "label": "Any", "reading": "fit", "points": 1, "when": {"signal": "x"}}],
        "paths": [{"id": "p", "label": "P", "fit": 1}],
    },
    "teams": [
        {**ALWAYS, "id": "emea", "manager": MARTA, "director": DANA, "reps": [{"email": RITA}, {"email": RAVI}]},
        {**ALWAYS, "id": "apac", "manager": MARTA, "reps": [{"email": RUTH}]},
    ],
    "sla": {
        "default": {
            "acceptance": {
                "within": "4 hours",
                "ladder": [
                    {"at": "50%", "do": "remind"},
                    {"at": "100%", "do": "escalate", "to": "director"},
                    {"at": "150%", "do": "reassign"},
                    {"at": "300%", "do": "recycle"},
                ],
            },
            "follow_up": {
                "within": "8 hours",
                "ladder": [{"at": "100%", "do": "remind"}, {"at": "150%", "do": "reassign"}],
            },
        }
    },
})  # fmt: skip
AGREEMENT = Agreement(POLICY, POLICY)
REASONS: dict[str, Reason] = {reason.means: reason for reason in POLICY.reasons}


def fresh() -> Handoff:
    return Handoff(
        id="h1", lead_id="l1", number=1, state=State.WAITING, policy_version=1, path="p", sla="default", team="emea",
        scoring=Scoring(path="p"), created_at=NOW,
    )  # fmt: skip


TO_RITA = Target("emea", RITA)


def started(target: Target | None = TO_RITA) -> Handoff:
    return deadlines.start(fresh(), target, AGREEMENT, NOW, {}).handoff


def changed(decided: Change | Refusal | None) -> Handoff:
    assert isinstance(decided, Change)
    return decided.handoff


def rejected(means: str, at: datetime = NOW) -> Handoff:
    return changed(answers.reject(started(), RITA, REASONS[means], AGREEMENT, at))


HOUR = Duration.parse("1 hour")


def pooled() -> Handoff:
    return started(Target("emea", None)).model_copy(update={"pooled_at": NOW})


def stopped(handoff: Handoff) -> Handoff:
    return handoff.model_copy(update={"paused_at": NOW, "paused_until": NOW + timedelta(days=1)})


IN_STATE = {
    State.WAITING: started(Target("emea", None)),
    State.OFFERED: started(),
    State.ACCEPTED: changed(answers.accept(started(), RITA, AGREEMENT, NOW)),
    State.RECYCLED: rejected("recycle"),
    State.DISQUALIFIED: rejected("disqualify"),
    State.WITHDRAWN: changed(managing.withdraw(started(), BATON, {}, NOW)),
}
BY_PEOPLE = {
    Event.ACCEPT: lambda h, who: answers.accept(h, who, AGREEMENT, NOW),
    Event.REJECT: lambda h, who: answers.reject(h, who, REASONS["recycle"], AGREEMENT, NOW),
    Event.ASSIGN: lambda h, who: managing.assign(h, RAVI, who, AGREEMENT, NOW),
    Event.TAKE_OVER: lambda h, who: managing.take_over(h, who, AGREEMENT, NOW),
    Event.FOLLOW_UP: lambda h, who: working.follow_up(h, who, AGREEMENT, NOW),
    Event.UNDO: lambda h, who: answers.undo(h, who, AGREEMENT, NOW),
    Event.PASS_ON: lambda h, who: answers.pass_on(h, RUTH, who, AGREEMENT, NOW),
    Event.EXTEND: lambda h, who: managing.extend(h, who, HOUR, "They are at a fair", AGREEMENT, NOW),
    Event.PAUSE: lambda h, who: working.pause(h, who, NOW + timedelta(days=1), AGREEMENT, NOW),
    Event.RESUME: lambda h, who: working.resume(stopped(h), who, AGREEMENT, NOW + timedelta(hours=1)),
}


@pytest.mark.parametrize(("state", "event"), list(product(State, BY_PEOPLE)))
def test_an_event_leads_where_the_table_says_or_is_refused_in_words(state: State, event: Event) -> None:
    opened_to_all = state is State.WAITING and event is Event.ACCEPT
    decided = BY_PEOPLE[event](pooled() if opened_to_all else IN_STATE[state], OLA)

    if event in TRANSITIONS[state]:
        assert isinstance(decided, Change)
        assert decided.handoff.state in TRANSITIONS[state][event]
    else:
        assert isinstance(decided, Refusal)
        assert len(decided.words) > 10


@pytest.mark.parametrize(("state", "event"), list(product(State, BY_PEOPLE)))
def test_a_stranger_changes_nothing_in_any_state(state: State, event: Event) -> None:
    assert isinstance(BY_PEOPLE[event](IN_STATE[state], STRANGER), Refusal)


def test_what_waits_is_accepted_only_once_it_is_open_to_all_reps_of_its_team() -> None:
    assert isinstance(answers.accept(IN_STATE[State.WAITING], RAVI, AGREEMENT, NOW), Refusal)
    assert isinstance(answers.accept(pooled(), RUTH, AGREEMENT, NOW), Refusal)
    taken = changed(answers.accept(pooled(), RAVI, AGREEMENT, NOW))
    assert (taken.state, taken.owner, taken.pooled_at) == (State.ACCEPTED, RAVI, None)
    back = changed(answers.undo(taken, RAVI, AGREEMENT, NOW))
    assert (back.state, back.owner, back.pooled_at) == (State.WAITING, MARTA, NOW)


@pytest.mark.parametrize("event", [Event.ASSIGN, Event.TAKE_OVER, Event.EXTEND])
def test_a_rep_cannot_do_what_is_the_managers(event: Event) -> None:
    assert isinstance(BY_PEOPLE[event](IN_STATE[State.OFFERED], RITA), Refusal)


def test_the_ladder_climbs_rung_by_rung() -> None:
    handoff, seen = started(), []
    while handoff.is_open and handoff.owner == RITA:
        due_at = handoff.due_at
        assert due_at
        change = deadlines.deadline(handoff, Target("emea", RAVI), AGREEMENT, due_at)
        seen.append((change.what, due_at - NOW, [(n.kind, n.recipient) for n in change.notices]))
        handoff = change.handoff

    assert seen == [
        ("reminded", timedelta(hours=2), [("reminder", RITA)]),
        ("escalated", timedelta(hours=4), [("escalation", DANA), ("escalation_line", "CESCALATE")]),
        ("reassigned", timedelta(hours=6), []),
    ]
    assert (handoff.owner, handoff.due_at) == (RAVI, NOW + timedelta(hours=8))
    assert handoff.deadline_at == NOW + timedelta(hours=10)


def test_recycling_counts_from_the_first_offer_whoever_has_the_lead() -> None:
    handoff, at = started(), NOW
    for _ in range(20):
        assert handoff.due_at
        at = handoff.due_at
        other = RAVI if handoff.owner == RITA else RITA
        handoff = deadlines.deadline(handoff, Target("emea", other), AGREEMENT, at).handoff
        if not handoff.is_open:
            break

    assert (handoff.state, at) == (State.RECYCLED, NOW + timedelta(hours=12))


def test_with_nobody_left_reassigning_asks_the_manager() -> None:
    handoff = started()
    for _ in range(2):
        handoff = deadlines.deadline(handoff, None, AGREEMENT, handoff.due_at or NOW).handoff

    change = deadlines.deadline(handoff, Target("emea", None), AGREEMENT, NOW + timedelta(hours=6))

    assert change.handoff.owner == RITA
    assert [notice.kind for notice in change.notices] == ["escalation", "escalation_line"]


def test_of_a_managers_own_lead_the_director_hears() -> None:
    ladder = [{"at": "100%", "do": "escalate"}]
    rules = POLICY.model_dump(mode="json") | {"sla": {"default": {"follow_up": {"within": "1 hour", "ladder": ladder}}}}
    agreement = Agreement(Policy.model_validate(rules), POLICY)
    taken = changed(managing.take_over(started(), MARTA, agreement, NOW))

    change = deadlines.deadline(taken, None, agreement, taken.due_at or NOW)

    assert change.notices[0].recipient == DANA


def test_a_ladder_that_does_not_recycle_repeats_its_last_rung() -> None:
    handoff, at = IN_STATE[State.ACCEPTED], []
    for _ in range(4):
        assert handoff.due_at
        at.append(handoff.due_at - NOW)
        handoff = deadlines.deadline(handoff, None, AGREEMENT, handoff.due_at).handoff

    assert at == [timedelta(hours=hours) for hours in (8, 12, 20, 28)]


def test_after_downtime_one_step_is_taken_and_the_next_counts_from_now() -> None:
    late = NOW + timedelta(hours=11)

    change = deadlines.deadline(started(), None, AGREEMENT, late)

    assert change.what == "reminded"
    assert change.handoff.due_at == late + timedelta(hours=2)
    assert change.handoff.deadline_at == NOW + timedelta(hours=4)


def test_a_tick_that_comes_a_second_late_moves_no_deadline() -> None:
    change = deadlines.deadline(started(), None, AGREEMENT, NOW + timedelta(hours=2, seconds=1))

    assert change.handoff.due_at == NOW + timedelta(hours=4)


def test_undo_brings_back_the_clock_that_was_running() -> None:
    before = deadlines.deadline(started(), None, AGREEMENT, NOW + timedelta(hours=2)).handoff
    accepted = changed(answers.accept(before, RITA, AGREEMENT, NOW + timedelta(hours=3)))

    undone = changed(answers.undo(accepted, RITA, AGREEMENT, NOW + timedelta(hours=3, minutes=5)))

    assert undone == before


def test_a_lead_taken_back_after_an_acceptance_gives_the_next_rep_the_whole_time() -> None:
    accepted = changed(answers.accept(started(), RITA, AGREEMENT, NOW + timedelta(hours=3)))
    at = NOW + timedelta(days=3)

    offered = changed(managing.assign(accepted, RAVI, MARTA, AGREEMENT, at))

    assert (offered.due_at, offered.deadline_at) == (at + timedelta(hours=2), at + timedelta(hours=4))


@pytest.mark.parametrize("means", ["recycle", "disqualify"])
def test_undo_is_over_after_five_minutes(means: str) -> None:
    ended = rejected(means)

    assert isinstance(answers.undo(ended, RITA, AGREEMENT, NOW + timedelta(minutes=5)), Change)
    assert isinstance(answers.undo(ended, RITA, AGREEMENT, NOW + timedelta(minutes=5, seconds=1)), Refusal)


def test_a_follow_up_ends_the_undo() -> None:
    followed_up = changed(working.follow_up(IN_STATE[State.ACCEPTED], RITA, AGREEMENT, NOW))

    assert isinstance(answers.undo(followed_up, RITA, AGREEMENT, NOW), Refusal)


def test_a_lead_that_is_not_theirs_goes_to_another_teams_rep() -> None:
    change = answers.reject(started(), RITA, REASONS["reroute"], AGREEMENT, NOW, elsewhere=Target("apac", RUTH))

    assert isinstance(change, Change)
    assert (change.handoff.state, change.handoff.owner, change.handoff.team) == (State.OFFERED, RUTH, "apac")
    assert change.handoff.without_teams == ("emea",)
    assert change.handoff.undo is None


def test_without_another_rule_the_manager_is_asked_once_a_day() -> None:
    change = answers.reject(started(), RITA, REASONS["reroute"], AGREEMENT, NOW)
    assert isinstance(change, Change)
    assert (change.handoff.state, change.handoff.owner) == (State.WAITING, MARTA)
    assert Notice("escalation", MARTA, {"turn": 1, "step": 1}) in change.notices

    at_noon = change.handoff.model_copy(update={"due_at": NOW + timedelta(hours=3)})
    again = deadlines.deadline(at_noon, None, AGREEMENT, NOW + timedelta(hours=3))
    tomorrow = deadlines.deadline(again.handoff, None, AGREEMENT, again.handoff.due_at or NOW)

    assert again.notices == ()
    assert again.handoff.due_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert Notice("escalation", MARTA, {"turn": 1, "step": 3}) in tomorrow.notices
    assert tomorrow.handoff.due_at == datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "state", "ended"),
    [
        ("won", State.ACCEPTED, "accepted"),
        ("opportunity", State.ACCEPTED, "accepted"),
        ("lost", State.WITHDRAWN, "withdrawn"),
    ],
)
def test_an_outcome_is_the_answer_to_an_offer(kind: str, state: State, ended: str) -> None:
    change = working.outcome(started(), kind, NOW)

    assert change
    assert (change.handoff.state, change.offer_ended) == (state, ended)
    assert not change.handoff.is_open


Happens = Callable[[Handoff, str, Target | None, datetime], Change | Refusal | None]
EVENTS: dict[str, Happens] = {
    "accept": lambda h, who, _, now: answers.accept(h, who, AGREEMENT, now),
    "reject": lambda h, who, _, now: answers.reject(h, who, REASONS["recycle"], AGREEMENT, now),
    "reroute": lambda h, who, to, now: answers.reject(h, who, REASONS["reroute"], AGREEMENT, now, elsewhere=to),
    "undo": lambda h, who, _, now: answers.undo(h, who, AGREEMENT, now),
    "assign": lambda h, who, _, now: managing.assign(h, RAVI, who, AGREEMENT, now),
    "take over": lambda h, who, _, now: managing.take_over(h, who, AGREEMENT, now),
    "follow up": lambda h, who, _, now: working.follow_up(h, who, AGREEMENT, now),
    "won": lambda h, _, __, now: working.outcome(h, "won", now),
    "lose owner": lambda h, _, to, now: managing.lose_owner(h, to, AGREEMENT, now) if h.is_open else None,
}
PEOPLE = st.sampled_from([RITA, RAVI, RUTH, MARTA, OLA, STRANGER])
TARGETS = st.sampled_from([None, Target("emea", None), Target("emea", RAVI), TO_RITA, Target("apac", RUTH)])
TURNS = st.lists(st.tuples(st.sampled_from(list(EVENTS)), PEOPLE, TARGETS, st.integers(1, 100_000)), max_size=40)


@settings(deadline=None)
@given(TURNS, TARGETS)
def test_whatever_happens_an_open_handoff_has_one_owner_and_one_deadline(
    turns: list[tuple[str, str, Target | None, int]], first: Target | None
) -> None:
    handoff, now, offer = started(first), NOW, bool(first and first.rep)
    for event, who, target, seconds in turns:
        now += timedelta(seconds=seconds)
        decided: Change | Refusal | None = None
        if handoff.due_at and handoff.due_at <= now:
            decided = deadlines.deadline(handoff, target, AGREEMENT, now)
        else:
            decided = EVENTS[event](handoff, who, target, now)
        if not isinstance(decided, Change):
            continue
        before, handoff = handoff, decided.handoff
        offer = (offer and decided.offer_ended is None) or bool(decided.offered_to) or decided.offer_resumed
        assert handoff.is_open == (handoff.due_at is not None)
        assert handoff.owner is not None
        assert offer == (handoff.state is State.OFFERED)
        assert handoff.turn >= before.turn or event == "undo"
        assert not handoff.due_at or handoff.due_at > now or event == "undo"
        assert decided.stage is not Stage.SQL or handoff.state is State.ACCEPTED
