"""Spreadsheets of the past, told as if it had just happened."""

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
WRITTEN = "%Y-%m-%dT%H:%M:%SZ"

Rows = list[list[str]]


def read(path: Path) -> Rows:
    """Every row as it stands, faulty ones and titles too."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def write(path: Path, rows: Rows) -> None:
    path.write_text(_text(rows), encoding="utf-8")


def _text(rows: Rows) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def moved_to(newest: datetime, tables: Iterable[Rows]) -> list[Rows]:
    """The tables with all their moments moved by one span, so that the newest of them all is `newest`."""
    before = list(tables)
    span = newest - max(filter(None, (moment(cell) for rows in before for row in rows for cell in row)), default=newest)
    return [[[moved(cell, span) for cell in row] for row in rows] for rows in before]


def moved(cell: str, span: timedelta) -> str:
    """The cell, later by `span` where it holds a moment and nothing else."""
    at = moment(cell)
    return (at + span).strftime(WRITTEN) if at else cell


def moment(cell: str) -> datetime | None:
    """The moment a cell holds; None for anything else, impossible dates too."""
    if not MOMENT.fullmatch(cell):
        return None
    try:
        return datetime.strptime(cell, WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        return None
