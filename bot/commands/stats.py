"""`baton stats`: the numbers of `/leadstats` in a terminal, or for another program to read."""

import csv
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.domain.handoff import Refusal
from bot.domain.numbers.dividing import By
from bot.domain.numbers.promises import PromiseReport
from bot.domain.numbers.stats import Figures, Question, Report, last_days
from bot.exit_codes import WRONG_USE
from bot.formats import Format
from bot.usecases.accounting import accountability, numbers
from bot.views.accounting import sheets
from bot.views.accounting.figures import headline, is_short, notes, rows
from bot.views.text import clean
from storage.database import Database

LONGEST = 3650
NARROWEST = 130
"""Columns a terminal needs for the titles to stay whole."""
FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet would run instead of show."""


async def show(
    database: Database,
    out: TextIO,
    now: datetime,
    *,
    days: int = 30,
    by: By | None = None,
    form: Format = Format.TABLE,
) -> int:
    """Writes the numbers of these days and gives the exit code; 1 to 3650 days are understood."""
    if not 1 <= days <= LONGEST:
        out.write(f"--days: write a number from 1 to {LONGEST}.\n")
        return WRONG_USE
    question = Question(last_days(days, now), by=by)
    if by in accountability.ANSWERED_HERE:
        return await _account(database, question, out, form)
    report = await numbers.answer(database, question)
    if isinstance(report, Refusal):
        out.write(f"{report.words}\n")
        return 1
    {Format.TABLE: _table, Format.CSV: _csv, Format.JSON: _json}[form](report, out)
    return 0


async def _account(database: Database, question: Question, out: TextIO, form: Format) -> int:
    told = await accountability.answer(database, question)
    if isinstance(told, Refusal):
        out.write(f"{told.words}\n")
        return 1
    sheet = sheets.of(told, question.span)
    if form is Format.TABLE:
        titles, *lines = sheet.rows
        _print(out, sheet.said, titles, lines, sheet.notes)
    elif form is Format.CSV:
        writer = csv.DictWriter(out, list(sheet.records[0]) if sheet.records else [], lineterminator="\n")
        writer.writeheader()
        for record in sheet.records:
            writer.writerow({**record, **{key: harmless(record[key]) for key in ("team", "person") if key in record}})
    else:
        span = {"since": question.span.since.isoformat(), "until": question.span.until.isoformat()}
        extra = {"ignored": told.ignored.part, "ignored_of": told.ignored.of} if isinstance(told, PromiseReport) else {}
        json.dump({**span, "by": question.by, **extra, "rows": sheet.records}, out, indent=2, ensure_ascii=False)
        out.write("\n")
    return 0


def _print(out: TextIO, said: str, titles: Sequence[str], lines: Sequence[Sequence[str]], notes: str) -> None:
    console = Console(file=out, highlight=False)
    console.width = max(console.width, NARROWEST)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for index, title in enumerate(titles):
        table.add_column(title, justify="right" if index else "left")
    for one in lines:
        table.add_row(*(Text(clean(cell)) for cell in one))
    console.print(Text(said), soft_wrap=True)
    console.print(table)
    console.print(Text(notes), soft_wrap=True)


def _table(report: Report, out: TextIO) -> None:
    if report.is_empty:
        longer = "Try `baton stats --days 90`, or b" if is_short(report) else "B"
        Console(file=out, highlight=False, width=NARROWEST).print(
            Text(f"No leads in {report.question.span.words}. {longer}ring some in with `baton import leads`.")
        )
        return
    titles, *lines = rows(report)
    _print(out, headline(report), titles, lines, notes(report))


def _json(report: Report, out: TextIO) -> None:
    question = report.question
    answer = {
        "since": question.span.since.isoformat(),
        "until": question.span.until.isoformat(),
        "by": question.by,
        "total": _record(report.total),
        "reasons": [
            {"reason": reason, "label": report.reason(reason), "count": count} for reason, count in report.total.reasons
        ],
        "groups": [{"key": group.key, "label": group.label, **_record(group.figures)} for group in report.groups],
    }
    json.dump(answer, out, indent=2, ensure_ascii=False)
    out.write("\n")


def _csv(report: Report, out: TextIO) -> None:
    """One line for all, then one for each group; a cell a spreadsheet would run begins with an apostrophe."""
    total = {"row": "total", "key": None, "label": None, **_record(report.total)}
    writer = csv.DictWriter(out, list(total), lineterminator="\n")
    writer.writeheader()
    writer.writerow(total)
    for group in report.groups:
        named = {"key": harmless(group.key), "label": harmless(group.label)}
        writer.writerow({"row": "group", **named, **_record(group.figures)})


def harmless(text: str | None) -> str | None:
    return f"'{clean(text)}" if text and clean(text).lstrip().startswith(FORMULA) else text and clean(text)


def _record(figures: Figures) -> dict[str, Any]:
    """Stable keys; rates between 0 and 1, nothing where there is not enough data, times in business seconds."""
    counts = ("received", "mqls", "offered", "waiting", "accepted", "rejected", "ignored", "withdrawn", "unanswered",
              "open")  # fmt: skip
    shares = ("acceptance", "answered_in_time", "followed_up_in_time", "handed_over_in_time")
    record: dict[str, Any] = {name: getattr(figures, name) for name in counts}
    for name in shares:
        share = getattr(figures, name)
        record |= {
            f"{name}_rate": share and share.rate and round(share.rate, 4),
            f"{name}_count": share and share.part,
            f"{name}_of": share and share.of,
        }
    times = figures.time_to_accept
    return record | {"median_seconds_to_accept": times.seconds, "median_of": times.of}
