from datetime import date

import pytest
from pydantic import ValidationError

from bot.domain.calendars import Calendar, Holidays, interval, weekdays


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon", (0,)),
        ("sun", (6,)),
        ("mon-thu", (0, 1, 2, 3)),
        ("sat-sun", (5, 6)),
        ("fri-mon", (4, 5, 6, 0)),
        ("sun-sat", (6, 0, 1, 2, 3, 4, 5)),
        ("wed-wed", (2,)),
    ],
)
def test_weekday_words(written: str, days: tuple[int, ...]) -> None:
    assert weekdays(written) == days


@pytest.mark.parametrize("written", ["", "monday", "Mon", "mon-", "-mon", "mon-xyz", "mon-tue-wed", "weekdays"])
def test_other_words_for_days_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="write days as `mon` or `mon-fri`"):
        weekdays(written)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("09:00-12:30", (540, 750)),
        ("00:00-24:00", (0, 1440)),
        ("23:59 - 24:00", (1439, 1440)),
        ("22:00-06:00", (1320, 1800)),
        ("22:00-00:00", (1320, 1440)),
        ("12:01-12:00", (721, 2160)),
    ],
)
def test_intervals(written: str, minutes: tuple[int, int]) -> None:
    assert interval(written) == minutes


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("9-5", "write hours as `09:00-17:00`"),
        ("09:00", "write hours as `09:00-17:00`"),
        ("09:60-10:00", "write hours as `09:00-17:00`"),
        ("25:00-26:00", "write hours as `09:00-17:00`"),
        ("09:00-24:01", "a day ends at 24:00"),
        ("24:00-24:00", "write the time after midnight as `00:00`, on the day after"),
        ("24:00-06:00", "write the time after midnight as `00:00`, on the day after"),
        ("12:00-12:00", "starts and ends at the same time"),
    ],
)
def test_intervals_that_make_no_sense_are_refused(written: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        interval(written)


@pytest.mark.parametrize(
    ("calendar", "message"),
    [
        ({"zone": "Europe/Berln"}, "did you mean `Europe/Berlin`"),
        ({"zone": "../../etc/passwd"}, "unknown time zone"),
        ({"zone": "Europe"}, "unknown time zone"),
        ({"hours": {}}, "must name some open time"),
        ({"hours": {"mon-sun": []}}, "must name some open time"),
        ({"hours": {"mon": ["09:00-12:00", "11:59-13:00"]}}, "overlap on mon"),
        ({"hours": {"mon-fri": ["09:00-17:00"], "fri": ["09:00-15:00"]}}, "overlap on fri"),
        ({"hours": {"mon": ["22:00-06:00", "23:00-24:00"]}}, "overlap on mon"),
        ({"hours": {"mon": ["22:00-06:00"], "tue": ["05:00-12:00"]}}, "overlap on tue: the shift of mon runs to 06:00"),
        ({"hours": {"sun": ["22:00-06:00"], "mon": ["05:59-12:00"]}}, "overlap on mon: the shift of sun runs to 06:00"),
        ({"hours": {"mon-sun": ["12:00-11:59"], "wed": ["11:00-12:00"]}}, "overlap on wed: the shift of tue"),
        ({"cut_off": "3 pm"}, "write a time of day such as `15:00`"),
        ({"cut_off": "24:00"}, "write a time of day such as `15:00`"),
        ({"cut_off": 15}, "write a time of day such as `15:00`"),
        ({"cut_off": "09:00"}, r"before anybody starts on mon \(09:00\)"),
        ({"cut_off": "17:00"}, "after closing on every day"),
        ({"hours": {"mon-thu": ["09:00-17:00"], "sat": ["16:00-20:00"]}, "cut_off": "15:00"}, "before .* on sat"),
        ({"hours": {"mon-fri": ["22:00-06:00"]}, "cut_off": "07:00"}, "after closing on every day"),
        ({"holidays": {"country": "XX"}}, "no public holidays are known for country `XX`"),
        ({"holidays": {"country": "DE", "subdivision": "ZZ"}}, "`ZZ` is no subdivision of DE"),
        ({"closed": ["2026-02-30"]}, "date"),
    ],
)
def test_a_calendar_that_cannot_work_is_refused(calendar: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Calendar.model_validate(calendar)


def test_intervals_that_touch_are_one_and_days_add_up() -> None:
    calendar = Calendar(hours={"mon-tue": ("13:00-15:00", "09:00-12:00"), "tue": ("12:00-13:00",)})
    assert calendar.week == (((540, 720), (780, 900)), ((540, 900),), (), (), (), (), ())


def test_equal_calendars_are_one_cache_key() -> None:
    one = Calendar(hours={"mon": ("09:00-12:00",), "tue": ("09:00-13:00",)}, closed=(date(2026, 12, 24),))
    other = Calendar(hours={"tue": ("09:00-13:00",), "mon": ("09:00-12:00",)}, closed=(date(2026, 12, 24),))
    assert one == other
    assert hash(one) == hash(other)


def test_a_shift_that_runs_past_midnight_may_touch_the_next_and_is_of_its_own_day() -> None:
    calendar = Calendar(hours={"mon-sun": ("22:00-06:00", "06:00-14:00"), "sat": ("14:00-22:00",)})
    around = ((360, 840), (1320, 1800))
    assert calendar.week == (*(around,) * 5, ((360, 1800),), around)


@pytest.mark.parametrize(
    ("hours", "cut_off", "minutes"),
    [
        ({"mon-fri": ("09:00-17:00",)}, "15:00", (900,) * 7),
        ({"mon-thu": ("09:00-17:00",), "fri": ("09:00-14:00",)}, "15:00", (900,) * 7),
        ({"mon-tue": ("22:00-06:00",)}, "02:00", (1560, 1560, 120, 120, 120, 120, 120)),
        ({"mon-tue": ("22:00-06:00",)}, "23:30", (1410,) * 7),
        ({"mon": ("09:00-17:00",)}, None, (None,) * 7),
    ],
)
def test_a_cut_off_in_a_night_shift_is_after_midnight(
    hours: dict[str, tuple[str, ...]], cut_off: str | None, minutes: tuple[int | None, ...]
) -> None:
    assert Calendar(hours=hours, cut_off=cut_off).cut_offs == minutes


def test_holidays_are_those_of_the_subdivision_too() -> None:
    womens_day, unity_day = date(2027, 3, 8), date(2027, 10, 3)
    assert {womens_day, unity_day} <= Holidays(country="DE", subdivision="BE").of(2027).keys()
    assert {womens_day, unity_day} & Holidays(country="DE").of(2027).keys() == {unity_day}
