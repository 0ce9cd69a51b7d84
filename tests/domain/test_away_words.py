"""From when until when somebody is away, in their own words and their own zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.away_words import Away, Named, Picked, Speaker, between, read, whom
from bot.domain.calendars import Calendar
from bot.domain.handoff import Refusal

ZONE = ZoneInfo("Europe/Berlin")
HOURS = Calendar.model_validate(
    {
        "zone": "Europe/Berlin",
        "hours": {"mon-thu": ["09:00-18:00"], "fri": ["09:00-15:00"]},
        "holidays": {"country": "DE", "subdivision": "BE"},
    }
)
FRIDAY_10 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SPEAKER = Speaker(ZONE, HOURS, FRIDAY_10)


def local(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("until fri", "2026-11-23 09:00"),
        ("fri", "2026-11-23 09:00"),
        ("UNTIL Friday!", "2026-11-23 09:00"),
        ("until next fri", "2026-11-30 09:00"),
        ("until mon", "2026-11-24 09:00"),
        ("until monday 9:00", "2026-11-23 09:00"),
        ("until monday 9am", "2026-11-23 09:00"),
        ("till thu 2 pm", "2026-11-26 14:00"),
        ("until fri 9:00", "2026-11-27 09:00"),  # nine is over today
        ("until 24 Dec", "2026-12-28 09:00"),  # two holidays and a weekend follow
        ("until 24th of December", "2026-12-28 09:00"),
        ("until Dec 24", "2026-12-28 09:00"),
        ("24.12.", "2026-12-28 09:00"),
        ("24.12.2026", "2026-12-28 09:00"),
        ("2026-12-24", "2026-12-28 09:00"),
        ("until 2026-12-24 14:00", "2026-12-24 14:00"),
        ("2026-12-24T14:00", "2026-12-24 14:00"),
        ("until 24 dec at 14:00", "2026-12-24 14:00"),
        ("until 3 Jan", "2027-01-04 09:00"),
        ("until 14:00", "2026-11-20 14:00"),
        ("until 2pm", "2026-11-20 14:00"),
        ("until 12am tomorrow", None),
        ("today", "2026-11-23 09:00"),
        ("until tomorrow", "2026-11-23 09:00"),
        ("until tomorrow 10:00", "2026-11-21 10:00"),
        ("3 days", "2026-11-23 09:00"),  # Friday, Saturday, Sunday
        ("for 4 days", "2026-11-24 09:00"),
        ("a week", "2026-11-27 09:00"),  # to Thursday
        ("2 hours", "2026-11-20 12:00"),
        ("90 minutes", "2026-11-20 11:30"),
        ("an hour", "2026-11-20 11:00"),
    ],
)
def test_until_when(written: str, ends: str | None) -> None:
    if ends is None:
        assert isinstance(read(written, SPEAKER), Refusal)
    else:
        assert read(written, SPEAKER) == Away(FRIDAY_10, local(ends))


@pytest.mark.parametrize(
    ("written", "starts", "ends"),
    [
        ("from 1 Dec until 5 Dec", "2026-12-01 00:00", "2026-12-07 09:00"),
        ("1 Dec - 5 Dec", "2026-12-01 00:00", "2026-12-07 09:00"),
        ("from mon to wed", "2026-11-23 00:00", "2026-11-26 09:00"),
        ("from mon 12:00 until tue 12:00", "2026-11-23 12:00", "2026-11-24 12:00"),
        ("from tomorrow 14:00 until 16:00", "2026-11-21 14:00", "2026-11-21 16:00"),
        ("from mon for 3 days", "2026-11-23 00:00", "2026-11-26 09:00"),
        ("from mon 10:00 for 2 hours", "2026-11-23 10:00", "2026-11-23 12:00"),
        ("from 20 Dec until 3 Jan", "2026-12-20 00:00", "2027-01-04 09:00"),
        ("from 2026-11-01 until 27 Nov", "2026-11-20 10:00", "2026-11-30 09:00"),  # it runs already
    ],
)
def test_from_when_until_when(written: str, starts: str, ends: str) -> None:
    assert read(written, SPEAKER) == Away(local(starts), local(ends))


def test_without_words_they_are_away_until_they_say_that_they_are_back() -> None:
    assert read("  ", SPEAKER) == Away(FRIDAY_10, None)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("until 9:00", "09:00 is over for today."),
        ("until 19 Nov", "19 Nov is over."),
        ("until 2026-11-19", "That is over already."),
        ("until 2028-01-01", "That is more than a year from now."),
        ("9999 days", "That is more than a year from now."),
        ("until 9999-12-31", "That is more than a year from now."),
        ("until 30 Feb", "There is no such day."),
        ("until 2026-13-01", "There is no such day."),
        ("0 days", "Write `/lead away until fri`"),
        ("until banana", "I cannot read that."),
        ("from banana until fri", "I cannot read “from banana”."),
        ("from mon until banana", "I cannot read “until banana”."),
        ("until 12/24", "I cannot read that."),
        ("one day", "I cannot read that."),
        ("from 2026-12-05 until 2026-12-01", "That would end before it begins."),
        ("from <!channel>*x* until fri", "I cannot read “from channelx”."),
    ],
)
def test_what_cannot_be_meant_says_what_to_write(written: str, words: str) -> None:
    answer = read(written, SPEAKER)
    assert isinstance(answer, Refusal)
    assert answer.words.startswith(words)


def test_words_are_read_in_the_speakers_zone_and_a_day_ends_with_their_own_next_shift() -> None:
    speaker = Speaker(ZoneInfo("America/New_York"), HOURS, FRIDAY_10)
    assert read("until 14:00", speaker) == Away(FRIDAY_10, datetime(2026, 11, 20, 19, 0, tzinfo=UTC))
    assert read("until mon", speaker) == Away(FRIDAY_10, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))


def test_a_night_shift_that_runs_into_the_next_day_is_no_next_shift() -> None:
    nights = Calendar.model_validate({"zone": "Europe/Berlin", "hours": {"mon-fri": ["22:00-06:00"]}})
    speaker = Speaker(ZONE, nights, FRIDAY_10)
    assert read("until fri", speaker) == Away(FRIDAY_10, local("2026-11-23 22:00"))
    always = Calendar.model_validate({"zone": "Europe/Berlin", "hours": {"mon-sun": ["00:00-24:00"]}})
    assert read("until fri", Speaker(ZONE, always, FRIDAY_10)) == Away(FRIDAY_10, local("2026-11-21 00:00"))


def test_a_day_in_which_the_clock_changes_is_a_day() -> None:
    """The last Sunday of October, when three o'clock comes twice."""
    speaker = Speaker(ZONE, HOURS, datetime(2026, 10, 24, 12, 0, tzinfo=UTC))
    assert read("until sun 12:00", speaker) == Away(speaker.now, datetime(2026, 10, 25, 11, 0, tzinfo=UTC))
    assert read("until sun", speaker) == Away(speaker.now, datetime(2026, 10, 26, 8, 0, tzinfo=UTC))


PIECES = ("until", "from", "1", "31", "dec", "fri", "12:00", "-", "to", "for", "days", "2026-02-30", ".", "th", "at")


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join))
def test_whatever_is_typed_is_read_or_refused(written: str) -> None:
    answer = read(written, SPEAKER)
    if isinstance(answer, Away):
        assert answer.starts_at >= FRIDAY_10
        assert answer.ends_at is None or answer.ends_at > answer.starts_at
    else:
        assert "<" not in answer.words


NOTHING, TUESDAY = Picked(None, None), date(2026, 11, 24)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (NOTHING, NOTHING, ("2026-11-20 10:00", None)),
        (NOTHING, Picked(date(2026, 11, 20), None), ("2026-11-20 10:00", "2026-11-23 09:00")),
        (NOTHING, Picked(None, time(14)), ("2026-11-20 10:00", "2026-11-20 14:00")),
        (Picked(TUESDAY, time(12)), Picked(TUESDAY, None), ("2026-11-24 12:00", "2026-11-25 09:00")),
        (Picked(None, time(12)), Picked(None, time(13)), ("2026-11-20 12:00", "2026-11-20 13:00")),
    ],
)  # fmt: skip
def test_what_is_picked_in_the_form(start: Picked, end: Picked, expected: tuple[str, str | None]) -> None:
    starts, ends = expected
    assert between(start, end, SPEAKER) == Away(local(starts), ends and local(ends))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (Picked(date(2026, 11, 25), None), Picked(date(2026, 11, 24), None), "That would end before it begins."),
        (NOTHING, Picked(date(2026, 11, 19), None), "That is over already."),
        (NOTHING, Picked(date(9999, 12, 31), None), "That is more than a year from now."),
        (Picked(date.max, None), NOTHING, "That is more than a year from now."),
        (NOTHING, Picked(date.min, time(9)), "That is over already."),
    ],
)
def test_what_is_picked_and_cannot_be_meant(start: Picked, end: Picked, words: str) -> None:
    answer = between(start, end, SPEAKER)
    assert isinstance(answer, Refusal)
    assert answer.words.startswith(words)


KNOWN = {
    "U1": Named("Rita Rossi", "rita@acme.example"),
    "U2": Named("Rita Ray", "r.ray@acme.example"),
    "U3": Named("Ravi Rao", "ravi@acme.example"),
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("until fri", (None, "until fri")),
        ("", (None, "")),
        ("<@U9|bob> until fri", ("U9", "until fri")),
        ("<@U9>", ("U9", "")),
        ("@Rita Rossi until fri", ("U1", "until fri")),
        ("@rita ray 3 days", ("U2", "3 days")),
        ("@ravi 3 days", ("U3", "3 days")),
        ("@r.ray", ("U2", "")),
        ("rita@acme.example until fri", ("U1", "until fri")),
    ],
)
def test_whom_it_is_about(written: str, expected: tuple[str | None, str]) -> None:
    assert whom(written, KNOWN) == expected


@pytest.mark.parametrize(
    ("written", "words"), [("@rita ma until fri", "Several people"), ("@bob fri", "I know nobody")]
)
def test_whom_nobody_can_tell(written: str, words: str) -> None:
    answer = whom(written, {**KNOWN, "U4": Named("Rita", None)} if "ma" in written else KNOWN)
    assert isinstance(answer, Refusal)
    assert answer.words.startswith(words)
