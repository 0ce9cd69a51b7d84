"""Each minute of a lead's life is booked to exactly one side, and the sum is the whole."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.numbers.bookings import Between, Life, Side, bookings, sides, totals

START = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)
MINUTES = st.integers(-50, 250)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


@st.composite
def between(draw: st.DrawFn) -> Between:
    since = draw(MINUTES)
    return Between(at(since), draw(st.none() | st.integers(since, 260).map(at)))


SPANS = st.lists(between(), max_size=4)
LIVES = st.builds(
    Life,
    since=st.just(START),
    until=st.integers(0, 200).map(at),
    ruled_from=st.none() | MINUTES.map(at),
    with_sales=SPANS,
    paused=SPANS,
    held_up=SPANS,
)


def minute_by_minute(life: Life, minute: int) -> Side:
    """Whose this minute is, by the table alone."""
    now = at(minute)

    def within(spans: list[Between]) -> bool:
        return any(one.since <= now and (one.until is None or now < one.until) for one in spans)

    if life.ruled_from is None or now < life.ruled_from or within(list(life.held_up)):
        return Side.SYSTEM
    if within(list(life.with_sales)):
        return Side.PROSPECT if within(list(life.paused)) else Side.SALES
    return Side.MARKETING


@given(LIVES)
def test_every_minute_is_booked_to_one_side_and_the_sum_is_the_time_that_passed(life: Life) -> None:
    booked = bookings(life)
    whole = life.until - life.since
    assert sum((one.length for one in booked), timedelta()) == whole
    assert sum(totals(booked).values(), timedelta()) == whole
    assert all(one.length > timedelta() for one in booked)
    assert all(one.until == other.since and one.side != other.side for one, other in pairwise(booked))
    if booked:
        assert (booked[0].since, booked[-1].until) == (life.since, life.until)
    for minute in range(whole // timedelta(minutes=1)):
        assert [one.side for one in booked if one.since <= at(minute) < one.until] == [minute_by_minute(life, minute)]


@given(st.lists(LIVES, max_size=5))
def test_the_sides_of_many_lives_add_up_to_all_of_them(lives: list[Life]) -> None:
    told = sides([totals(bookings(life)) for life in lives])
    assert sum((one.total for one in told.sides), timedelta()) == told.total
    assert told.total == sum((life.until - life.since for life in lives), timedelta())
    assert abs(sum(one.share for one in told.sides) - (1.0 if told.total else 0.0)) < 1e-9
    assert all(one.leads <= told.leads == len(lives) for one in told.sides)


def test_an_ordinary_life() -> None:
    life = Life(
        since=at(0),
        until=at(100),
        ruled_from=at(5),
        with_sales=[Between(at(10), at(60)), Between(at(80))],
        paused=[Between(at(30), at(40)), Between(at(65), at(70))],
        held_up=[Between(at(50), at(55))],
    )
    assert [(one.side.value, one.since, one.until) for one in bookings(life)] == [
        ("system", at(0), at(5)),
        ("marketing", at(5), at(10)),
        ("sales", at(10), at(30)),
        ("prospect", at(30), at(40)),
        ("sales", at(40), at(50)),
        ("system", at(50), at(55)),
        ("sales", at(55), at(60)),
        ("marketing", at(60), at(80)),
        ("sales", at(80), at(100)),
    ]
