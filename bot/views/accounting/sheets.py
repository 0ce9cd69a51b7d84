"""What both sides promised and kept, and whose time it was: a sentence, a table, and the same for other programs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.numbers.bookings import OfSide, Side, Sides
from bot.domain.numbers.promises import Kept, Owing, PromiseReport, Step
from bot.domain.numbers.stats import ENOUGH, Span
from bot.views.accounting.figures import NONE, leads, length, middle, narrow, percent, rate
from bot.views.blocks import Json, Message, bullets, context, line, rich, section, stacked
from bot.views.text import Markup, clean, clip, words

MOST, CELL = 40, 80
STEPS: Mapping[Step, str] = {
    Step.HANDOVER: "Qualified lead handed over",
    Step.RETURNED: "Returned lead answered",
    Step.QUESTION: "Question answered",
    Step.ANSWER: "Accepted or rejected",
    Step.FIRST_TOUCH: "First touch",
    Step.ATTEMPTS: "All attempts made",
}
SIDES: Mapping[Side, str] = {
    Side.SYSTEM: "System",
    Side.PROSPECT: "Prospect",
    Side.SALES: "Sales",
    Side.MARKETING: "Marketing",
}
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its sentence; `rows` begin with the titles, `records` hold the same with stable keys."""

    said: Markup
    rows: tuple[Row, ...]
    notes: str
    records: tuple[Mapping[str, Any], ...]


def of(told: PromiseReport | Sides, span: Span) -> Sheet:
    """The sheet of either account."""
    return of_promises(told) if isinstance(told, PromiseReport) else of_sides(told, span)


def of_promises(report: PromiseReport) -> Sheet:
    """Step by step, whose promises were kept, how soon, and what is late now."""
    titles = ("Promise", "Who", "Kept in time", "Median time", "Late now")
    rows = (
        (STEPS[one.step], _who(report, one), narrow(one.share), middle(one.took), str(one.late_now))
        for one in report.rows
    )
    return Sheet(_promised(report), (titles, *rows), _notes(report), tuple(map(_promise, report.rows)))


def _who(report: PromiseReport, one: Kept) -> str:
    if one.person:
        return report.names.get(one.person, one.person)
    return f"Team {one.team}" if one.team else one.owing.capitalize()


def _promised(report: PromiseReport) -> Markup:
    """`Marketing kept 3 of 4 promises, sales 1 of 3, in the last 30 days.`"""
    span = report.question.span.words
    of_all = [one for one in report.rows if not one.team and not one.person]
    counted = {
        owing: (sum(one.share.part for one in theirs), sum(one.share.of for one in theirs))
        for owing in Owing
        if (theirs := [one for one in of_all if one.owing is owing and one.share.of])
    }
    if not counted:
        return words("No promise fell due in {span}.", span=span)
    first, *others = [f"{owing} {part} of {of}" for owing, (part, of) in counted.items()]
    first = f"{first.replace(' ', ' kept ', 1)} promises".capitalize()
    return words("{told} in {span}.", told=", ".join([first, *others, ""]).strip() if others else first, span=span)


def _notes(report: PromiseReport) -> str:
    ignored = f"Qualified by the book, yet ignored by sales: {rate(report.ignored)}. " if report.ignored.of else ""
    return (
        f"{ignored}Silence breaks a promise. What still has time, or came to nothing before its time, is not counted. "
        f"Fewer than {ENOUGH} are not enough data for a rate."
    )


def _promise(one: Kept) -> Mapping[str, Any]:
    share = one.share.rate
    return {
        "side": one.owing.value,
        "step": one.step.value,
        "team": one.team,
        "person": one.person,
        "kept": one.share.part,
        "of": one.share.of,
        "rate": None if share is None else round(share, 4),
        "median_seconds": one.took.seconds,
        "late_now": one.late_now,
    }


def of_sides(told: Sides, span: Span) -> Sheet:
    """Whose time it was, of all leads that came in; the sides add up to all of it."""
    titles = ("Side", "Time", "Share", "Median a lead", "Leads")
    rows = tuple(
        (SIDES[one.side], long(one.total) if one.total else NONE, percent(one.share), _median(one), str(one.leads))
        for one in told.sides
    )
    most = max(told.sides, key=lambda one: one.total)
    if not told.total:
        said = words("No leads in {span}.", span=span.words)
    else:
        said = words(
            "{leads} of {span} lived {time} so far: {share} of it with {side}.",
            leads=leads(told.leads), span=span.words, time=long(told.total), share=percent(most.share),
            side=SIDES[most.side].lower(),
        )  # fmt: skip
    notes = "Each minute is booked to exactly one side, nights and weekends too."
    return Sheet(said, (titles, *rows), notes, tuple(map(_side, told.sides)))


def _median(one: OfSide) -> str:
    return NONE if one.median is None else long(one.median)


def _side(one: OfSide) -> Mapping[str, Any]:
    return {
        "side": one.side.value,
        "seconds": one.total.total_seconds(),
        "share": round(one.share, 4),
        "median_seconds": one.median and one.median.total_seconds(),
        "leads": one.leads,
    }


def long(time: timedelta) -> str:
    """`3 d 2 h`: days and hours, below a day hours and minutes."""
    if time < timedelta(days=1):
        return length(time.total_seconds())
    days, hours = divmod(math.floor(time.total_seconds() / 3600), 24)
    return f"{days:,} d {hours} h" if hours else f"{days:,} d"


def shares(times: Mapping[Side, timedelta]) -> str:
    """`3 d 2 h: marketing 1 d, sales 2 d 1 h, prospect 1 h`: whose time a lead's life was so far."""
    had = [f"{SIDES[side].lower()} {long(time)}" for side, time in times.items() if time >= timedelta(minutes=1)]
    whole = long(sum(times.values(), timedelta()))
    return f"{whole}: {', '.join(had)}" if had else whole


def message(sheet: Sheet) -> Message:
    """The sheet with a table."""
    titles, *rows = sheet.rows
    settings = [{"is_wrapped": True}, {"is_wrapped": True}, *({"align": "right"} for _ in titles[2:])]
    table = {"type": "table", "rows": [[_cell(text) for text in row] for row in (titles, *rows[:MOST])]}
    shown = [{**table, "column_settings": settings}] if rows else []
    return Message(sheet.said, stacked(section(sheet.said), *shown, _below(sheet)))


def plain(sheet: Sheet) -> Message:
    """The same in blocks that every Slack takes."""
    titles, *rows = sheet.rows
    lines = [
        line(
            ": ".join(
                (
                    " · ".join(row[:1]),
                    ", ".join(f"{title.lower()} {cell}" for title, cell in zip(titles[1:], row[1:], strict=True)),
                )
            )
        )
        for row in rows[:MOST]
    ]
    return Message(sheet.said, stacked(section(sheet.said), rich(bullets(lines)), _below(sheet)))


def _below(sheet: Sheet) -> Json:
    more = len(sheet.rows) - 1 - MOST
    return context(*([f"{more} more are not shown."] if more > 0 else []), sheet.notes)


def _cell(text: str) -> Json:
    return {"type": "raw_text", "text": clip(clean(text).strip(), CELL) or "…"}
