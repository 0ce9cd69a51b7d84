"""Ids: each another, and in the order in which they were given."""

from datetime import UTC, datetime, timedelta

from bot.domain.new_ids import new_id

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def test_later_ids_come_after_earlier_ones() -> None:
    moments = [NOW + timedelta(milliseconds=number) for number in range(-500, 500)]
    assert sorted(moments, key=new_id) == moments


def test_no_two_of_one_moment_are_alike() -> None:
    assert len({new_id(NOW) for _ in range(1_000)}) == 1_000  # more than a transaction stores


def test_an_id_says_its_millisecond_and_then_chance() -> None:
    assert (
        new_id(datetime(2026, 11, 20, 16, 0, 0, 123_456, tzinfo=UTC), lambda bits: bits) == "1a1f9afa47b" + "000000024"
    )
