"""A clock that runs is counted anew by the promises of a later policy: what moves, what rings, what stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.deciding import answers, deadlines, managing, working
from bot.domain.deciding.recounting import direction, recount
from bot.domain.durations import Duration
from bot.domain.handoff import Agreement, Change, Handoff, Refusal, State, Target
from bot.domain.lead import Scoring
from bot.domain.policy import Policy

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RITA, MARTA = "URITA", "UMARTA"
LADDER = [{"at": "50%", "do": "remind"}, {"at": "100%", "do": "escalate"}, {"at": "150%", "do": "reassign"}]
NIGHTS_OFF = {"zone": "UTC", "hours": {"mon-sun": ["08:00-18:00"]}}


def at(hours: float) -> datetime:
    """So many hours after midnight of that Friday."""
    return NINE + timedelta(hours=hours - 9)


def policy(within: str = "4 hours", ladder: Any = None, *, calendar: Any = None, **sla: Any) -> Policy:
    clock = {"within": within, "ladder": ladder or LADDER}
    return Policy.model_validate({
        "company": "Acme",
        "calendars": {"default": calendar or {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
        "definition": {
            "criteria": [{"id": "any", "label": "Any", "reading": "fit", "points": 1, "when": {"signal": "x"}}],
            "paths": [{"id": "p", "label": "P", "fit": 1}],
        },
        "teams": [{"id": "emea", "manager": MARTA, "reps": [{"email": RITA}]}],
        "sla": {"default": {"acceptance": clock, "follow_up": {"within": "8 hours", "ladder": LADDER}, **sla}},
    })  # fmt: skip


OLD = policy()
BEFORE = Agreement(OLD, OLD)


def offered(before: Agreement = BEFORE, rep: str | None = RITA) -> Handoff:
    new = Handoff(
        id="h1", lead_id="l1", number=1, state=State.WAITING, policy_version=1, path="p", sla="default", team="emea",
        scoring=Scoring(path="p"), created_at=NINE,
    )  # fmt: skip
    return deadlines.start(new, Target("emea", rep), before, NINE, {}).handoff


def done(change: Change | Refusal | None) -> Handoff:
    assert isinstance(change, Change), change
    return change.handoff


def rung(handoff: Handoff, before: Agreement = BEFORE) -> Handoff:
    assert handoff.due_at
    return done(deadlines.deadline(handoff, None, before, handoff.due_at))


def counted(handoff: Handoff, new: Policy, now: datetime, before: Agreement = BEFORE) -> Handoff:
    return recount(handoff, before, Agreement(before.own, new, new), 2, now).handoff


def times(handoff: Handoff) -> tuple[datetime | None, datetime | None, int]:
    return handoff.deadline_at, handoff.due_at, handoff.step


@pytest.mark.parametrize(
    ("within", "now", "deadline", "due_at", "which"),
    [
        ("2 hours", 9.5, 11, 10, "earlier"),
        ("8 hours", 9.5, 17, 13, "later"),
        ("4 hours", 9.5, 13, 11, "same"),
        ("1 hours", 9.8, 10, 9.8, "earlier"),
    ],
)
def test_a_clock_goes_on_from_where_it_began_for_as_long_as_is_promised_now(
    within: str, now: float, deadline: float, due_at: float, which: str
) -> None:
    was = offered()
    assert times(was) == (at(13), at(11), 0)

    moved = counted(was, policy(within), at(now))

    assert times(moved) == (at(deadline), at(due_at), 0)
    assert (moved.clock_version, moved.owner, moved.offered_at, direction(was, moved)) == (2, RITA, NINE, which)


def test_history_keeps_both() -> None:
    change = recount(offered(), BEFORE, Agreement(OLD, policy("2 hours"), policy("2 hours")), 2, at(9.5))

    assert (change.what, change.who) == ("clock recomputed", "baton")
    assert change.why == {
        "from_version": 1,
        "to_version": 2,
        "deadline_was": "2026-11-20T13:00:00+00:00",
        "deadline": "2026-11-20T11:00:00+00:00",
        "due_was": "2026-11-20T11:00:00+00:00",
        "due_at": "2026-11-20T10:00:00+00:00",
    }


REMIND, ESCALATE = {"do": "remind"}, {"do": "escalate"}


@pytest.mark.parametrize(
    ("rings", "ladder", "step", "due_at"),
    [
        (1, None, 1, 17),
        (1, [{"at": "60%", **REMIND}, {"at": "100%", **ESCALATE}], 1, 17),
        (1, [{"at": "25%", **REMIND}, {"at": "75%", **REMIND}, {"at": "100%", **ESCALATE}], 1, 15),
        (1, [{"at": "100%", **ESCALATE}], 0, 17),
        (2, [{"at": "50%", **ESCALATE}, {"at": "100%", **ESCALATE}], 1, 17),
        (2, [{"at": "100%", **ESCALATE}, {"at": "150%", **REMIND}, {"at": "200%", **ESCALATE}], 2, 25),
        (2, [{"at": "100%", "do": "escalate", "to": "director"}], 0, 17),
        (4, [{"at": "50%", **REMIND}, {"at": "100%", "do": "reassign"}], 3, 33),
        (1, [{"at": "20%", "do": "mention"}, {"at": "50%", **REMIND}, {"at": "100%", **ESCALATE}], 2, 17),
    ],
)
def test_what_has_rung_does_not_ring_again(rings: int, ladder: Any, step: int, due_at: float) -> None:
    handoff = offered()
    for _ in range(rings):
        handoff = rung(handoff)

    moved = counted(handoff, policy("8 hours", ladder), at(13.5))

    assert (moved.step, moved.due_at) == (step, at(due_at))


def test_what_is_overdue_takes_one_step_and_the_next_keeps_its_distance() -> None:
    reminded = rung(offered())
    new = policy("1 hours")
    after = Agreement(OLD, new, new)

    moved = counted(reminded, new, at(12.5))
    assert times(moved) == (at(10), at(12.5), 1)

    told = deadlines.deadline(moved, None, after, at(12.5))
    assert (told.what, told.handoff.due_at) == ("escalated", at(13))


def test_nothing_rings_at_night_because_a_policy_came_into_force_then() -> None:
    before, new = policy(calendar=NIGHTS_OFF), policy("1 hours", calendar=NIGHTS_OFF)

    moved = counted(offered(Agreement(before, before)), new, at(23), Agreement(before, before))

    assert times(moved) == (at(10), at(24 + 8), 0)


def test_a_deadline_that_was_extended_keeps_what_it_was_given() -> None:
    extended = done(managing.extend(offered(), MARTA, Duration.parse("2 hours"), "travels", BEFORE, at(10)))
    assert extended.deadline_at == at(15)

    assert counted(extended, policy("5 hours"), at(10)).deadline_at == at(16)


def test_downtime_moves_no_promise() -> None:
    assert offered().due_at == at(11)
    late = done(deadlines.deadline(offered(), None, BEFORE, at(12)))
    assert times(late) == (at(13), at(14), 1)

    assert times(counted(late, policy("5 hours"), at(12))) == (at(14), at(15), 1)


def test_where_no_clock_runs_only_the_next_one_is_another() -> None:
    waiting = offered(rep=None)

    moved = counted(waiting, policy("1 hours"), at(9.5))

    assert moved == waiting.model_copy(update={"clock_version": 2})


def test_promises_that_are_named_no_more_are_those_of_everybody() -> None:
    named = policy().model_copy(update={"sla": {**OLD.sla, "vip": policy("1 hours").sla["default"]}})
    before = Agreement(named, named)
    vip = offered(before).model_copy(update={"sla": "vip", "deadline_at": at(10), "due_at": at(9.5)})

    assert times(counted(vip, policy("6 hours"), at(9.2), before)) == (at(15), at(12), 0)


def accepted() -> Handoff:
    return done(answers.accept(offered(), RITA, BEFORE, at(10)))


def test_what_waits_for_the_prospect_goes_on_waiting() -> None:
    stopped = done(working.pause(accepted(), RITA, at(34), BEFORE, at(11)))
    new = policy(follow_up={"within": "4 hours", "ladder": LADDER})

    moved = counted(stopped, new, at(12))
    assert times(moved) == (at(14), at(34), 0)

    resumed = done(deadlines.deadline(moved, None, Agreement(OLD, new, new), at(34)))
    assert times(resumed) == (at(37), at(35), 0)


TRIES = policy(attempts={"count": 3, "within": "24 hours"})


@pytest.mark.parametrize(
    ("new", "followed_up_at", "deadline"),
    [
        (policy(), at(12), at(18)),
        (policy(attempts={"count": 2, "within": "12 hours"}), at(15), at(22)),
        (policy(attempts={"count": 4, "within": "12 hours"}), None, at(22)),
    ],
)
def test_who_has_done_all_that_is_promised_now_is_done(
    new: Policy, followed_up_at: datetime | None, deadline: datetime
) -> None:
    before = Agreement(TRIES, TRIES)
    tried = done(working.follow_up(accepted(), RITA, before, at(12), came="no answer"))
    tried = done(working.follow_up(tried, RITA, before, at(13), came="no answer"))
    assert tried.is_open

    moved = counted(tried, new, at(15), before)

    assert (moved.followed_up_at, moved.deadline_at, moved.is_open) == (followed_up_at, deadline, not followed_up_at)
    assert (moved.due_at is None) == bool(followed_up_at)


def test_an_undo_brings_back_the_offer_by_the_new_promise() -> None:
    moved = counted(accepted(), policy("6 hours"), at(10))
    after = Agreement(OLD, policy("6 hours"), policy("6 hours"))

    back = done(answers.undo(moved, RITA, after, at(10.05)))

    assert (back.state, times(back)) == (State.OFFERED, (at(15), at(12), 0))
