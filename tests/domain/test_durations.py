import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import Duration


@pytest.mark.parametrize(
    ("written", "kind", "amount"),
    [
        ("90 seconds", "wall", 90),
        ("1 minute", "wall", 60),
        ("12 hours", "wall", 43_200),
        ("14 days", "wall", 1_209_600),
        ("2 weeks", "wall", 1_209_600),
        ("3653 days", "wall", 315_619_200),
        ("30 business minutes", "business", 1800),
        ("4 business hours", "business", 14_400),
        ("1 business day", "business days", 1),
        ("5 business days", "business days", 5),
        ("same business day", "same business day", 1),
    ],
)
def test_a_written_duration_is_read(written: str, kind: str, amount: int) -> None:
    assert (Duration.parse(written).kind, Duration.parse(written).amount) == (kind, amount)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0 hours",
        "-1 hours",
        "1.5 hours",
        "12",
        "hours",
        "12hours",
        "12 hours ",
        "1 business week",
        "4 Business Hours",
        "٣ hours",
        "next business day",
        12,
        None,
        True,
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(written: object) -> None:
    with pytest.raises(ValueError, match="write a duration such as `90 seconds`"):
        Duration.parse(written)


@pytest.mark.parametrize("written", ["3654 days", "523 weeks", "9999999999 seconds", "3654 business days"])
def test_more_than_ten_years_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="longer than 10 years"):
        Duration.parse(written)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("90 seconds", "90 seconds"),
        ("60 seconds", "1 minute"),
        ("7 days", "7 days"),
        ("2 weeks", "14 days"),
        ("48 business hours", "48 business hours"),
        ("60 business minutes", "1 business hour"),
        ("1 business day", "1 business day"),
        ("2 business days", "2 business days"),
        ("same business day", "same business day"),
    ],
)
def test_it_is_shown_in_its_largest_whole_unit(written: str, shown: str) -> None:
    assert str(Duration.parse(written)) == shown


@given(
    st.integers(1, 3653),
    st.sampled_from(["seconds", "minutes", "hours", "days", "business seconds", "business hours", "business days"]),
)
def test_what_is_shown_reads_as_the_same_duration(count: int, unit: str) -> None:
    duration = Duration.parse(f"{count} {unit}")
    assert Duration.parse(str(duration)) == duration
