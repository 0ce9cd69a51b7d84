"""Attempts to reach a lead, waiting for the prospect, and what became of it, whatever order they come in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import Calendar
from bot.domain.deciding import answers, deadlines, managing, working
from bot.domain.durations import Duration
from bot.domain.handoff import Agreement, Change, Handoff, Refusal, State, Target
from bot.domain.lead import Scoring
from bot.domain.policy import Policy
from bot.domain.touches import COUNTS_AS, next_attempt_by
from bot.views.wording import OUTCOMES

FRIDAY_9 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RITA, RAVI, MARTA, STRANGER = "URITA", "URAVI", "UMARTA", "USTRANGER"
HOURS = {"mon-fri": ["09:00-17:00"]}


def agreed(attempts: dict[str, object] | None, pause: str = "10 business days") -> Agreement:
    ladder = [{"at": "50%", "do": "remind"}, {"at": "100%", "do": "escalate"}, {"at": "200%", "do": "reassign"}]
    promises = {"follow_up": {"within": "4 business hours", "ladder": ladder}, "attempts": attempts, "pause": pause}
    policy = Policy.model_validate({
        "company": "Acme",
        "calendars": {"office": {"zone": "UTC", "hours": HOURS}},
        "definition": {
            "criteria": [{"id": "any", "label": "Any", "reading": "fit", "points": 1, "when": {"signal": "x"}}],
            "paths": [{"id": "p", "label": "P", "fit": 1}],
        },
        "teams": [
            {"id": "emea", "manager": MARTA, "calendar": "office", "reps": [{"email": RITA}, {"email": RAVI}]},
        ],
        "sla": {"default": {name: promise for name, promise in promises.items() if promise}},
    })  # fmt: skip
    return Agreement(policy, policy)


FOUR = agreed({"count": 4, "within": "16 business hours"})


def accepted(agreement: Agreement = FOUR, at: datetime = FRIDAY_9) -> Handoff:
    fresh = Handoff(
        id="h1", lead_id="l1", number=1, state=State.WAITING, policy_version=1, path="p", sla="default", team="emea",
        scoring=Scoring(path="p"), created_at=at,
    )  # fmt: skip
    offered = deadlines.start(fresh, Target("emea", RITA), agreement, at, {}).handoff
    return changed(answers.accept(offered, RITA, agreement, at))


def changed(decided: Change | Refusal | None) -> Handoff:
    assert isinstance(decided, Change)
    return decided.handoff


def touched(handoff: Handoff, came: str, at: datetime, agreement: Agreement = FOUR) -> Handoff:
    return changed(working.follow_up(handoff, RITA, agreement, at, came=came))


def test_everything_that_can_be_logged_counts_as_something() -> None:
    assert OUTCOMES.keys() == COUNTS_AS.keys()


def test_the_first_touch_starts_the_clock_of_the_attempts_which_began_at_accepting() -> None:
    first = touched(accepted(), "no_answer", FRIDAY_9 + timedelta(hours=1))

    assert (first.attempts, first.touched_at) == (1, FRIDAY_9 + timedelta(hours=1))
    assert first.deadline_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert first.due_at == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    assert next_attempt_by(first, FOUR) == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    second = touched(first, "no_answer", FRIDAY_9 + timedelta(hours=2))
    assert (second.deadline_at, second.due_at, second.step) == (first.deadline_at, first.due_at, first.step)
    assert next_attempt_by(second, FOUR) == datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


def test_rungs_that_lie_behind_the_first_touch_do_not_ring() -> None:
    monday_noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    late = touched(accepted(), "no_answer", monday_noon)

    assert (late.step, late.due_at, late.deadline_at) == (1, late.deadline_at, monday_noon.replace(hour=17))


def test_a_first_touch_after_all_attempts_were_due_stays_overdue_and_begins_a_fresh_ladder() -> None:
    thursday = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    late = touched(accepted(), "no_answer", thursday)

    assert late.deadline_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert (late.step, late.due_at) == (0, thursday.replace(hour=17))


def test_a_follow_up_ladder_that_sends_back_never_does_so_at_a_touch() -> None:
    ladder = {"ladder": [{"at": "100%", "do": "remind"}, {"at": "150%", "do": "recycle"}]}
    own = FOUR.own.model_dump(mode="json")
    own["sla"]["default"]["follow_up"] |= ladder | {"within": "100 business hours"}
    own["sla"]["default"]["attempts"] = {"count": 2, "within": "30 business hours"}
    policy, december = Policy.model_validate(own), datetime(2026, 12, 1, tzinfo=UTC)
    short = Agreement(policy, policy)
    late = touched(accepted(short), "no_answer", december, short)

    assert late.due_at
    assert late.due_at > december


def test_without_attempts_in_the_policy_the_first_touch_is_enough() -> None:
    agreement = agreed(None)
    assert not touched(accepted(agreement), "no_answer", FRIDAY_9, agreement).is_open
    replied = touched(accepted(agreement), "automatic_reply", FRIDAY_9, agreement)
    assert replied == accepted(agreement)


@given(st.lists(st.tuples(st.sampled_from(sorted(COUNTS_AS)), st.integers(0, 400_000)), min_size=1, max_size=9))
def test_the_clock_ends_when_the_lead_is_reached_or_all_attempts_are_made_and_not_before(
    touches: list[tuple[str, int]],
) -> None:
    handoff, now, made = accepted(), FRIDAY_9, 0
    for came, seconds in touches:
        now += timedelta(seconds=seconds)
        before, handoff = handoff, touched(handoff, came, now)
        if COUNTS_AS[came] == "nothing":
            assert handoff == before
            continue
        made += 1
        if COUNTS_AS[came] == "reached" or made == 4:
            assert (handoff.is_open, handoff.due_at, handoff.followed_up_at) == (False, None, now)
            return
        assert handoff.is_open
        assert handoff.deadline_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
        assert handoff.due_at
        assert handoff.due_at > now or handoff.due_at == before.due_at


def test_what_was_left_when_the_clock_stopped_is_left_when_it_goes_on() -> None:
    friday_11, tuesday = FRIDAY_9 + timedelta(hours=2), datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    stopped = changed(working.pause(accepted(), RITA, tuesday, FOUR, friday_11))
    assert (stopped.due_at, stopped.paused_until) == (tuesday, tuesday)

    change = deadlines.deadline(stopped, None, FOUR, tuesday)

    assert change.what == "resumed"
    assert [(notice.kind, notice.recipient) for notice in change.notices] == [("resumed", RITA)]
    assert change.handoff.deadline_at == tuesday + timedelta(hours=2)
    assert change.handoff.paused_at is None
    by_hand = changed(working.resume(stopped, RITA, FOUR, tuesday))
    assert by_hand == change.handoff


@pytest.mark.parametrize("came", ["no_answer", "reached"])
def test_whoever_logs_a_touch_waits_no_longer(came: str) -> None:
    tuesday = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    stopped = changed(working.pause(accepted(), RITA, tuesday, FOUR, FRIDAY_9))
    assert touched(stopped, came, FRIDAY_9 + timedelta(hours=3)).paused_at is None
    assert touched(stopped, "automatic_reply", FRIDAY_9 + timedelta(hours=3)) == stopped


def test_whoever_gets_the_lead_next_waits_for_nobody() -> None:
    tuesday = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    stopped = changed(working.pause(accepted(), RITA, tuesday, FOUR, FRIDAY_9))
    moved = (
        changed(managing.assign(stopped, RAVI, MARTA, FOUR, FRIDAY_9)),
        changed(managing.take_over(stopped, MARTA, FOUR, FRIDAY_9)),
        managing.lose_owner(stopped, None, FOUR, FRIDAY_9).handoff,
    )
    assert [(one.paused_at, one.paused_until, one.attempts) for one in moved] == [(None, None, 0)] * 3


WAITS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), max_size=8)


@given(WAITS, st.sampled_from(["2 business days", "20 business hours", "50 hours"]))
def test_all_waits_together_are_never_longer_than_was_agreed(waits: list[tuple[int, int]], limit: str) -> None:
    """Counted hour by hour, by the clock on the wall or in the office."""
    agreement = agreed({"count": 4, "within": "16 business hours"}, limit)
    handoff, now, hours = accepted(agreement), FRIDAY_9, 0
    waited: list[tuple[datetime, datetime]] = []
    for apart, length in waits:
        now += timedelta(hours=apart)
        until = now + timedelta(hours=length)
        decided = working.pause(handoff, RITA, until, agreement, now, waited=waited)
        passed = [now + timedelta(hours=hour) for hour in range(length)]
        spent = sum((limit.endswith("hours") and "business" not in limit) or _in_office(at) for at in passed)
        if isinstance(decided, Change):
            hours += spent
            waited.append((now, until))
            now = until
        else:
            assert "agreed" in decided.words
    assert hours <= {"2 business days": 16, "20 business hours": 20, "50 hours": 50}[limit]


def _in_office(at: datetime) -> bool:
    return at.weekday() < 5 and 9 <= at.hour < 17


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 11, 23), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        (date(2026, 11, 21), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
    ],
)
def test_a_wait_until_a_day_ends_when_work_begins(day: date, begins: datetime) -> None:
    assert working.morning_of(day, FOUR.calendar("emea")) == begins


def test_a_wait_until_a_day_ends_when_the_shift_of_that_day_begins_and_not_in_the_one_before() -> None:
    nights = Calendar(zone="Europe/Berlin", hours={"mon-fri": ("22:00-06:00",)})
    assert working.morning_of(date(2026, 11, 24), nights) == datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
    assert working.morning_of(date(2026, 11, 28), nights) == datetime(2026, 11, 30, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["opportunity", "won", "lost"])
def test_what_became_of_a_lead_is_told_once_it_was_accepted_and_ever_after(kind: str) -> None:
    open_one = changed(working.report(accepted(), kind, RITA, FOUR, FRIDAY_9))
    assert not open_one.is_open
    later = working.report(open_one, kind, RITA, FOUR, FRIDAY_9 + timedelta(days=400))
    assert isinstance(later, Change)
    assert (later.handoff, later.what, later.who) == (open_one, "outcome", RITA)
    assert isinstance(working.report(open_one, kind, STRANGER, FOUR, FRIDAY_9), Refusal)
    offered = changed(answers.undo(accepted(), RITA, FOUR, FRIDAY_9))
    assert isinstance(working.report(offered, kind, RITA, FOUR, FRIDAY_9), Refusal)


def test_nobody_waits_with_a_lead_that_is_done() -> None:
    done, tuesday = touched(accepted(), "reached", FRIDAY_9), datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert isinstance(working.pause(done, RITA, tuesday, FOUR, FRIDAY_9), Refusal)
    assert isinstance(working.resume(accepted(), RITA, FOUR, FRIDAY_9), Refusal)
    stopped = changed(working.pause(accepted(), RITA, tuesday, FOUR, FRIDAY_9))
    assert isinstance(working.pause(stopped, RITA, tuesday, FOUR, FRIDAY_9), Refusal)
    assert isinstance(managing.extend(stopped, MARTA, Duration.parse("1 hour"), "Fair", FOUR, FRIDAY_9), Refusal)


def test_an_accepted_lead_left_alone_goes_to_the_next_rep_and_the_first_is_told() -> None:
    handoff = touched(accepted(), "no_answer", FRIDAY_9)
    told = []
    for _ in range(2):
        change = deadlines.deadline(handoff, None, FOUR, handoff.due_at or FRIDAY_9)
        handoff = change.handoff
        told.append(change.what)
    assert told == ["reminded", "escalated"]

    moved = deadlines.deadline(handoff, Target("emea", RAVI), FOUR, handoff.due_at or FRIDAY_9)

    assert (moved.handoff.state, moved.handoff.owner, moved.handoff.attempts) == (State.OFFERED, RAVI, 0)
    assert [(notice.kind, notice.recipient) for notice in moved.notices] == [("taken_back", RITA)]
    nobody = deadlines.deadline(handoff, None, FOUR, handoff.due_at or FRIDAY_9)
    assert (nobody.handoff.state, nobody.handoff.owner, nobody.what) == (State.ACCEPTED, RITA, "escalated")
