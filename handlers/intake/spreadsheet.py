"""A CSV file, as spreadsheet programs write them, row by row.

Line numbers are those an editor shows: the physical line on which a row begins.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from handlers.intake.cells import item_of
from handlers.intake.columns import Layout, Unusable, laid_out, recognised
from handlers.intake.faults import Fault
from handlers.intake.incoming import SheetKind

DELIMITERS = ",;\t|"
NOT_TEXT = {b"PK\x03\x04": "an Excel workbook", b"\xd0\xcf\x11\xe0": "an old Excel workbook", b"%PDF": "a PDF"}
SAVE_AS = "Save it as “CSV UTF-8” and import that."

OPEN_QUOTE = Fault("", 'The quotes do not add up: a text in quotes must end with one, and " inside it is written "".')
NOT_UTF8 = Fault("", f"This row holds bytes that are not UTF-8. {SAVE_AS}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on, and the item it tells, or why it tells none."""

    line: int
    told: dict[str, Any] | Fault


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose columns are understood."""

    layout: Layout
    rows: tuple[Row, ...]


Record = tuple[int, list[str] | Fault]


def sheet(kind: SheetKind, raw: bytes, mapped: Mapping[str, str], fixed: Mapping[str, str]) -> Sheet:
    """Reads a whole file; blank rows are left out.

    Raises:
        Unusable: when not one row of it could be taken, with all there is to say about it.
    """
    lines = io.StringIO(decoded(raw), newline="").readlines()
    named = re.fullmatch(r"sep=(.)\s*", lines[0], re.IGNORECASE) if lines else None
    delimiter = named[1] if named else _delimiter(kind, lines)
    records = (record for record in _records(lines, 1 if named else 0, delimiter) if _is_filled(record))
    _, headings = next(records, (0, None))
    if headings is None:
        raise Unusable("The file is empty: its first row must name the columns.")
    if isinstance(headings, Fault):
        raise Unusable(f"The first row, which must name the columns, cannot be read. {headings.message}")
    if any(map(_broken, headings)):
        raise Unusable(f"The first row holds bytes that are not UTF-8. {SAVE_AS}")
    layout = laid_out(kind, [heading.strip() for heading in headings], mapped, fixed)
    return Sheet(layout, tuple(Row(line, _told(layout, cells)) for line, cells in records))


def decoded(raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 (with its mark) or the encoding of older Windows programs.

    In a UTF-8 file with broken places these stay recognisable, so that only their rows are refused.

    Raises:
        Unusable: when it is no text.
    """
    for start, what in NOT_TEXT.items():
        if raw.startswith(start):
            raise Unusable(f"This is {what}, not CSV. {SAVE_AS}")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _or_unusable(raw, "utf-16")
    if b"\0" in raw[:1000]:
        raise Unusable(f"This is no text. {SAVE_AS}")
    text = raw.decode("utf-8-sig", "surrogateescape")
    if not _broken(text) or re.search("[^\0-\x7f\udc80-\udcff]", text):
        return text
    return _or_unusable(raw, "cp1252")


def _or_unusable(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unusable(f"The encoding of this file is not recognised. {SAVE_AS}") from error


def _broken(text: str) -> bool:
    return re.search("[\udc80-\udcff]", text) is not None


def _delimiter(kind: SheetKind, lines: list[str]) -> str:
    """The one that makes most sense of the first row."""

    def sense(delimiter: str) -> tuple[int, int]:
        first = next((cells for _, cells in _records(lines, 0, delimiter) if _is_filled((0, cells))), [])
        headings = [] if isinstance(first, Fault) else first
        return sum(recognised(kind, heading.strip()) is not None for heading in headings), len(headings)

    return max(DELIMITERS, key=sense)


def _records(lines: list[str], start: int, delimiter: str) -> Iterator[Record]:
    """Every record with its first line; after quotes that do not add up, reading starts afresh on the next line."""
    while start < len(lines):
        reader = csv.reader(islice(lines, start, None), delimiter=delimiter, strict=True)
        first = start
        try:
            for cells in reader:
                yield first + 1, cells
                first = start + reader.line_num
            return
        except csv.Error:
            yield first + 1, OPEN_QUOTE
            start = first + 1


def _is_filled(record: Record) -> bool:
    return isinstance(record[1], Fault) or any(cell.strip() for cell in record[1])


def _told(layout: Layout, cells: list[str] | Fault) -> dict[str, Any] | Fault:
    if isinstance(cells, Fault):
        return cells
    if any(map(_broken, cells)):
        return NOT_UTF8
    expected = len(layout.headings)
    if any(cell.strip() for cell in cells[expected:]):
        return Fault(
            "", f"This row has {len(cells)} cells for {expected} columns. Put quotes around texts that hold separators."
        )
    by_field = {field: cells[at] for at, field in layout.fields.items() if at < len(cells)}
    return item_of({**by_field, **layout.fixed})
