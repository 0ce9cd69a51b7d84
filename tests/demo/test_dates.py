"""Spreadsheets moved to today keep everything but their dates."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo import dates

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TITLES = ["Name", "Created"]


def test_all_moments_move_by_one_span_so_that_the_newest_is_now() -> None:
    leads = [TITLES, ["Ana", "2026-11-18T09:00:00Z"], ["Ben", "1970-01-01T00:00:00Z"]]
    signals = [["At"], ["2026-11-20T09:00:00Z"], ["2026-11-20T08:59:30Z"]]

    assert dates.moved_to(NOW, [leads, signals]) == [
        [TITLES, ["Ana", "2027-02-27T09:00:00Z"], ["Ben", "1970-04-12T00:00:00Z"]],
        [["At"], ["2027-03-01T09:00:00Z"], ["2027-03-01T08:59:30Z"]],
    ]


@pytest.mark.parametrize(
    "cell", ["", "last Tuesday", "2026", "20261120", "2026-11-20", "2026-13-20T09:00:00Z", "on 2026-11-20T09:00:00Z"]
)
def test_a_cell_that_is_no_moment_stays_as_it_is(cell: str) -> None:
    assert dates.moved(cell, timedelta(days=9)) == cell


def test_tables_without_any_moment_stay_as_they_are() -> None:
    assert dates.moved_to(NOW, [[TITLES, ["Ana", "soon"]]]) == [[TITLES, ["Ana", "soon"]]]


def test_a_file_keeps_its_rows_through_marks_line_breaks_and_cells_too_many(tmp_path: Path) -> None:
    written, copy = tmp_path / "leads.csv", tmp_path / "copy.csv"
    written.write_bytes(b'\xef\xbb\xbfName,Created\n"Ana\nSilva",2026-11-20T09:00:00Z,"too, many"\n\n"a ""b""",\n')
    rows = [TITLES, ["Ana\nSilva", "2026-11-20T09:00:00Z", "too, many"], [], ['a "b"', ""]]

    assert dates.read(written) == rows
    dates.write(copy, rows)
    assert dates.read(copy) == rows
    assert copy.read_bytes().count(b"\n") == written.read_bytes().count(b"\n")
