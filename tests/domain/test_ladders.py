"""Ladders of any number of rungs: what each rung does, in which order they come, and that none rings out of hours."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import Calendar
from bot.domain.deciding import answers, deadlines, managing, working
from bot.domain.durations import Duration
from bot.domain.escalation import Anchors, after_firing, rung_after
from bot.domain.handoff import Agreement, Change, Handoff, Notice, Refusal, State, Target
from bot.domain.lead import Stage
from bot.domain.policy import Policy
from bot.domain.promises import Clock, Rung
from bot.domain.reckoning import reckoned
from tests.domain.test_handoff import DANA, MARTA, POLICY, RAVI, RITA, TO_RITA, changed, fresh

BERLIN = Calendar(zone="Europe/Berlin", hours={"mon-thu": ("09:00-12:30", "13:30-18:00"), "fri": ("09:00-15:00",)})
OPEN = {
    **dict.fromkeys(range(4), ((time(9), time(12, 30)), (time(13, 30), time(18)))),
    4: ((time(9), time(15)),),
    5: (),
    6: (),
}
"""The same hours, for an eye of its own: from Monday, both ends included."""
MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def in_hours(at: datetime) -> bool:
    local = at.astimezone(ZoneInfo("Europe/Berlin"))
    return any(opens <= local.time() <= closes for opens, closes in OPEN[local.weekday()])


def clock(within: str, *ladder: tuple[int, str], **more: Any) -> Clock:
    rungs = [{"at": at, "do": do} for at, do in ladder]
    return Clock.model_validate({"within": within, "ladder": rungs, **more})


def agreed(acceptance: Clock | None = None, follow_up: Clock | None = None, **changes: Any) -> Agreement:
    """Two teams, of which `emea` promises this."""
    given_clocks = {"acceptance": acceptance, "follow_up": follow_up}
    sla = {name: one.model_dump(mode="json") for name, one in given_clocks.items() if one}
    policy = Policy.model_validate({**POLICY.model_dump(mode="json"), "sla": {"default": sla}, **changes})
    return Agreement(policy, policy)


def begun(agreement: Agreement, at: datetime = MONDAY_9, target: Target | None = TO_RITA) -> Handoff:
    return deadlines.start(fresh(), target, agreement, at, {}).handoff


def fired(
    handoff: Handoff, agreement: Agreement, target: Target | None = None, steps: int = 1
) -> tuple[list[Change], Handoff]:
    """So many rungs, each at the moment it is due."""
    told = []
    for _ in range(steps):
        assert handoff.due_at
        told.append(deadlines.deadline(handoff, target, agreement, handoff.due_at))
        handoff = told[-1].handoff
    return told, handoff


def test_a_ladder_of_every_rung_climbs_them_in_order() -> None:
    ladder = ((25, "remind"), (50, "mention"), (100, "escalate"), (150, "pool"), (200, "reassign"), (400, "recycle"))
    agreement = agreed(clock("4 hours", *ladder), channels={"leads": "CLEADS", "escalations": "CESCALATE"})

    told, handoff = fired(begun(agreement), agreement, steps=4)

    assert [one.what for one in told] == ["reminded", "mentioned", "escalated", "pooled"]
    assert [(notice.kind, notice.recipient) for one in told for notice in one.notices] == [
        ("reminder", RITA),
        ("nudge", "CLEADS"),
        ("escalation", MARTA),
        ("escalation_line", "CESCALATE"),
        ("nudge", "CLEADS"),
    ]
    assert [one.offer_ended for one in told] == [None, None, None, "pooled"]
    assert (handoff.state, handoff.owner, handoff.is_pooled) == (State.WAITING, MARTA, True)
    assert handoff.due_at == MONDAY_9 + timedelta(hours=8)
    assert handoff.deadline_at == MONDAY_9 + timedelta(hours=4)
    (offered,), again = fired(handoff, agreement, Target("emea", RAVI))
    assert (offered.what, offered.offered_to, again.owner, again.is_pooled) == ("reassigned", RAVI, RAVI, False)
    (nobody,), still = fired(handoff, agreement)
    assert (nobody.what, nobody.notices[0].recipient, still.is_pooled) == ("escalated", MARTA, True)
    (recycled,), ended = fired(still, agreement)
    assert (recycled.what, recycled.stage, ended.state) == ("recycled", Stage.RECYCLED, State.RECYCLED)
    assert ended.closed_at == MONDAY_9 + timedelta(hours=16)


def test_what_is_open_to_all_is_mentioned_to_all_where_its_ladder_would_remind_or_open_it() -> None:
    agreement = agreed(clock("1 hour", (50, "remind"), (100, "pool")), channels={"leads": "CLEADS"})
    pooled = begun(agreement, target=Target("emea", None, pooled=True))
    assert (pooled.owner, pooled.due_at) == (MARTA, MONDAY_9 + timedelta(minutes=30))

    told, handoff = fired(pooled, agreement, steps=3)

    assert [one.what for one in told] == ["mentioned"] * 3
    assert [notice.recipient for one in told for notice in one.notices] == ["CLEADS"] * 3
    assert handoff.is_pooled


def test_without_a_channel_a_mention_reminds() -> None:
    agreement = agreed(clock("1 hour", (100, "mention")))

    (change,), _ = fired(begun(agreement), agreement)

    assert (change.what, change.notices) == ("mentioned", (Notice("reminder", RITA, {"turn": 1, "step": 0}),))


def test_a_rung_names_the_director_and_above_a_managers_own_lead_is_the_director() -> None:
    rungs = (Rung(at=100, do="escalate"), Rung(at=200, do="escalate", to="director"))
    agreement = agreed(Clock(within=Duration.parse("1 hour"), ladder=rungs))

    told, _ = fired(begun(agreement), agreement, steps=2)

    assert [one.notices[0].recipient for one in told] == [MARTA, DANA]


def test_a_lead_that_was_accepted_and_left_alone_is_opened_to_all_and_answered_anew() -> None:
    agreement = agreed(clock("4 hours", (50, "remind"), (100, "escalate")), clock("1 hour", (100, "pool")))
    accepted = changed(answers.accept(begun(agreement), RITA, agreement, MONDAY_9))

    (change,), pooled = fired(accepted, agreement)

    assert (change.what, change.stage, pooled.is_pooled, pooled.accepted_at) == ("pooled", Stage.MQL, True, None)
    assert pooled.deadline_at == MONDAY_9 + timedelta(hours=5)
    assert pooled.due_at == MONDAY_9 + timedelta(hours=3)
    counted = reckoned(pooled, agreement, ())
    assert counted
    assert (counted.start, counted.still_holds) == (MONDAY_9 + timedelta(hours=1), True)


def test_a_lead_that_was_accepted_and_left_alone_goes_back_to_marketing_by_nobodys_decision() -> None:
    agreement = agreed(None, clock("1 hour", (100, "recycle")))
    accepted = changed(answers.accept(begun(agreement), RITA, agreement, MONDAY_9))

    (change,), ended = fired(accepted, agreement)

    assert (change.what, ended.state, ended.decided_by, ended.undo) == ("recycled", State.RECYCLED, None, None)
    assert isinstance(answers.undo(ended, RITA, agreement, MONDAY_9 + timedelta(hours=1)), Refusal)


@pytest.mark.parametrize(
    ("repeats", "told", "next_at"),
    [
        (None, [1, 1, 1, 1, 1], MONDAY_9 + timedelta(hours=6)),
        (2, [1, 1, 1, 0, 0], datetime(2026, 11, 26, tzinfo=UTC)),
        (0, [1, 0, 0, 0, 0], datetime(2026, 11, 28, tzinfo=UTC)),
    ],
)
def test_the_last_rung_is_repeated_with_a_message_as_often_as_was_agreed(
    repeats: int | None, told: list[int], next_at: datetime
) -> None:
    agreement = agreed(clock("1 hour", (100, "remind"), repeats=repeats))

    changes, handoff = fired(begun(agreement), agreement, steps=5)

    assert [len(one.notices) for one in changes] == told
    assert [one.what for one in changes] == ["reminded" if sent else "still late" for sent in told]
    assert handoff.due_at == next_at
    assert handoff.deadline_at == MONDAY_9 + timedelta(hours=1)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


IN_BERLIN: dict[str, Any] = {"calendars": {"always": BERLIN.model_dump()}}


def test_what_nobody_hears_of_any_more_is_written_down_once_a_working_day() -> None:
    agreement = agreed(clock("15 minutes", (50, "remind"), (100, "escalate"), repeats=1), **IN_BERLIN)

    _, handoff = fired(begun(agreement), agreement, steps=3)
    days = []
    for _ in range(5):
        days.append(handoff.due_at)
        (change,), handoff = fired(handoff, agreement)
        assert (change.what, change.notices) == ("still late", ())

    assert days == [berlin(24, 9), berlin(25, 9), berlin(26, 9), berlin(27, 9), berlin(30, 9)]


def test_a_manager_of_whose_team_nobody_is_left_is_asked_again_at_the_opening_of_each_working_day() -> None:
    agreement = agreed(**IN_BERLIN)
    nobody = Target("emea", None, nobody_left=True)
    handoff = begun(agreement, berlin(27, 10), nobody)

    mornings = []
    for _ in range(3):
        mornings.append(handoff.due_at)
        (change,), handoff = fired(handoff, agreement, nobody)
        assert ("escalation", MARTA) in [(one.kind, one.recipient) for one in change.notices]
    assert mornings == [berlin(30, 9), berlin(30, 9) + timedelta(days=1), berlin(30, 9) + timedelta(days=2)]

    looked_at = deadlines.deadline(
        handoff.model_copy(update={"due_at": berlin(30, 11)}), nobody, agreement, berlin(30, 11)
    )
    assert (looked_at.notices, looked_at.handoff.due_at) == ((), mornings[1])


def test_a_promise_in_minutes_rings_no_rung_after_hours_and_keeps_their_distance_at_the_opening() -> None:
    promised = clock("30 minutes", (50, "remind"), (100, "reassign"), (200, "escalate"))
    start = datetime(2026, 11, 23, 16, 50, tzinfo=UTC)  # ten minutes before closing
    anchors, at, rings = Anchors(start, start), rung_after(promised, BERLIN, Anchors(start, start), 0).at, []
    for step in range(1, 4):
        rings.append(at)
        anchors, coming = after_firing(promised, BERLIN, anchors, step, at, at)
        at = coming.at

    opening = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert rings == [opening, opening + timedelta(minutes=15), opening + timedelta(minutes=45)]


def test_a_rung_at_closing_rings_at_closing() -> None:
    closing = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)

    assert (
        rung_after(clock("1 hour", (100, "remind")), BERLIN, Anchors(*[closing - timedelta(hours=1)] * 2), 0).at
        == closing
    )


def test_always_rings_at_any_hour() -> None:
    agreement = agreed(
        clock("1 hour", (100, "remind"), hours="always"),
        calendars={"always": {"zone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}}},
    )
    sunday = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    assert begun(agreement, sunday).due_at == sunday + timedelta(hours=1)
    assert begun(
        agreed(clock("1 hour", (100, "remind")), calendars=agreement.own.calendars), sunday
    ).due_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


STEPS = ("remind", "mention", "escalate", "reassign", "pool", "recycle")
WITHIN = ["90 seconds", "15 minutes", "4 hours", "3 days", "4 business hours", "1 business day", "same business day"]
LADDERS = st.lists(
    st.tuples(st.integers(1, 500), st.sampled_from(STEPS)), min_size=1, max_size=7, unique_by=lambda rung: rung[0]
)
LATE = st.sampled_from([0, 0, 0, 1, 59, 600, 100_000])
"""Seconds by which a tick comes late: hardly ever, or by downtime."""


@given(
    st.sampled_from(WITHIN),
    LADDERS,
    st.integers(0, 21 * 24 * 3600),
    st.integers(0, 5 * 24 * 3600),
    st.lists(LATE, min_size=12, max_size=12),
)
def test_no_rung_rings_out_of_hours_whatever_the_ladder_and_they_keep_their_order(
    within: str, ladder: list[tuple[int, str]], began: int, first_before: int, late: list[int]
) -> None:
    promised = clock(within, *ladder)
    start = MONDAY_9 + timedelta(seconds=began)
    anchors = Anchors(start, start - timedelta(seconds=first_before))
    at, now, seen = rung_after(promised, BERLIN, anchors, 0), start, []
    for step, seconds in enumerate(late, 1):
        seen.append(at.rung)
        assert in_hours(at.at)
        if at.rung.do == "recycle":
            break
        now = max(now, at.at) + timedelta(seconds=seconds)
        anchors, at = after_firing(promised, BERLIN, anchors, step, at.at, now)
        assert at.at >= now
    in_order = sorted(share for share, do in ladder if do != "recycle")
    last = max(share for share, _ in ladder)
    rung_by_rung = [one.at for one in seen if one.do != "recycle"]
    assert rung_by_rung == [*in_order, *[last] * len(late)][: len(rung_by_rung)]
    assert ("recycle" in [one.do for one in seen]) or len(seen) == len(late)


def extended(handoff: Handoff, by: str, more: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    return managing.extend(handoff, by, Duration.parse(more), "They are at a fair", agreement, now)


HALVES = clock("4 hours", (50, "remind"), (100, "escalate"), (150, "reassign"), (300, "recycle"))


@pytest.mark.parametrize(
    ("hours_gone", "fired_already", "more", "until", "next_rung"),
    [
        (1, 0, "1 business hour", 5, 3),
        (3, 1, "4 business hours", 8, 8),
        (5, 2, "2 business hours", 7, 9),  # three hours more than were promised
    ],
)
def test_more_time_moves_all_that_is_to_come_and_nothing_that_has_rung(
    hours_gone: int, fired_already: int, more: str, until: int, next_rung: int
) -> None:
    agreement = agreed(HALVES)
    _, handoff = fired(begun(agreement), agreement, steps=fired_already)

    change = extended(handoff, MARTA, more, agreement, MONDAY_9 + timedelta(hours=hours_gone))

    assert isinstance(change, Change)
    moved = change.handoff
    assert moved.deadline_at == MONDAY_9 + timedelta(hours=until)
    assert (moved.due_at, moved.step) == (MONDAY_9 + timedelta(hours=next_rung), fired_already)
    assert moved.recycle_from == MONDAY_9 + timedelta(hours=until - 4)
    assert [(one.kind, one.recipient) for one in change.notices] == [("extended", RITA)]


def test_more_time_than_a_day_was_promised_rings_nothing_before_it_is_over() -> None:
    agreement = agreed(None, clock("same business day", (100, "remind")), calendars={"always": BERLIN.model_dump()})
    accepted = changed(answers.accept(begun(agreement), RITA, agreement, MONDAY_9))

    moved = changed(extended(accepted, MARTA, "1 business hour", agreement, MONDAY_9))

    tuesday_10 = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert (moved.deadline_at, moved.due_at) == (tuesday_10, tuesday_10)


ONCE_AND_A_HALF = ((100, "remind"), (150, "escalate"))


@pytest.mark.parametrize(
    ("within", "first", "second"),
    [
        ("same business day", berlin(24, 15), berlin(25, 10)),
        ("1 business day", berlin(24, 15), berlin(25, 10)),
        ("5 business hours", berlin(24, 11), berlin(24, 14, 30)),
        ("6 hours", berlin(24, 9), berlin(24, 12)),  # three hours were left, and they end at six in the morning
    ],
)
def test_after_a_wait_each_rung_to_come_is_as_far_away_as_it_was(
    within: str, first: datetime, second: datetime
) -> None:
    agreement = agreed(None, clock(within, *ONCE_AND_A_HALF), **IN_BERLIN)
    accepted = changed(answers.accept(begun(agreement), RITA, agreement, MONDAY_9))
    waits = changed(working.pause(accepted, RITA, berlin(24, 3), agreement, berlin(23, 12)))

    (resumed, reminded), handoff = fired(waits, agreement, steps=2)

    assert (resumed.what, resumed.handoff.due_at) == ("resumed", first)
    assert (reminded.what, handoff.due_at) == ("reminded", second)


def test_after_more_time_each_rung_of_a_promised_day_is_as_far_away_as_it_was() -> None:
    agreement = agreed(None, clock("same business day", *ONCE_AND_A_HALF), **IN_BERLIN)
    accepted = changed(answers.accept(begun(agreement), RITA, agreement, MONDAY_9))

    moved = changed(extended(accepted, MARTA, "1 business day", agreement, berlin(23, 10)))
    _, handoff = fired(moved, agreement)

    assert (moved.due_at, handoff.due_at) == (berlin(24, 18), berlin(25, 14))


MINUTES_OF_TWO_WEEKS = st.integers(0, 20_000)


@given(
    st.sampled_from(("same business day", "2 business days", "3 business hours", "20 minutes")),
    MINUTES_OF_TWO_WEEKS,
    MINUTES_OF_TWO_WEEKS,
)
def test_whatever_was_waited_for_nothing_rings_out_of_hours_or_before_its_time(
    within: str, before: int, length: int
) -> None:
    agreement = agreed(None, clock(within, *ONCE_AND_A_HALF), **IN_BERLIN)
    accepted = changed(answers.accept(begun(agreement), RITA, agreement, MONDAY_9))
    stopped = MONDAY_9 + timedelta(minutes=before)
    goes_on = stopped + timedelta(minutes=length)
    waits = accepted.model_copy(update={"paused_at": stopped, "paused_until": goes_on})

    resumed = changed(working.resume(waits, RITA, agreement, goes_on))

    assert resumed.due_at
    assert resumed.deadline_at
    assert in_hours(resumed.due_at)
    assert resumed.due_at >= max(goes_on, resumed.deadline_at)


def test_nobody_gives_themselves_time_nor_too_much_nor_where_no_clock_runs() -> None:
    agreement = agreed(HALVES)
    taken = changed(managing.take_over(begun(agreement), MARTA, agreement, MONDAY_9))
    gone = begun(agreement).model_copy(update={"owner_gone": True})
    paused = changed(answers.accept(begun(agreement), RITA, agreement, MONDAY_9)).model_copy(
        update={"paused_at": MONDAY_9, "paused_until": MONDAY_9 + timedelta(days=1)}
    )
    waiting = begun(agreement, target=Target("emea", None))

    for handoff, more, words in (
        (taken, "1 business hour", "nobody gives themselves more time"),
        (begun(agreement), "11 business days", "At most 10 business days at once"),
        (gone, "1 business hour", "is about to go to somebody else"),
        (paused, "1 business hour", "stands still"),
        (waiting, "1 business hour", "Nobody is on shift for this lead yet"),
    ):
        refused = extended(handoff, MARTA, more, agreement, MONDAY_9)
        assert isinstance(refused, Refusal)
        assert words in refused.words
    assert isinstance(extended(taken, DANA, "1 business hour", agreement, MONDAY_9), Change)
