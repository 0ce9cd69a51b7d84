"""The numbers in words: what each figure is called, and how it reads in a cell, a sentence or a terminal."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.domain.stats import By, Figures, Median, Report, Share
from bot.views.text import Markup, mention, words

NONE = "–"
REASONS_SHOWN = 8

Column = tuple[str, Callable[[Figures], str]]
"""What a figure is called, and how it reads."""


def rate(share: Share | None) -> str:
    """`62% (18 of 29)`."""
    if share is None or share.of == 0:
        return NONE
    said = "not enough data" if share.rate is None else percent(share.rate)
    return f"{said} ({share.part} of {share.of})"


def percent(part: float) -> str:
    return f"{part:.0%}"


def length(seconds: float) -> str:
    """`1 h 20 min`, to the minute."""
    hours, minutes = divmod(round(seconds / 60), 60)
    parts = (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")
    return " ".join(filter(None, parts)) or "under 1 min"


def middle(times: Median) -> str:
    return NONE if times.seconds is None else f"{length(times.seconds)} (of {times.of})"


def number(count: int | None) -> str:
    return NONE if count is None else f"{count:,}"


LEADS: Column = ("Leads received", lambda figures: number(figures.received))
MQLS: Column = ("MQLs", lambda figures: number(figures.mqls))
OFFERED: Column = ("Offered", lambda figures: number(figures.offered))
ANSWERS: tuple[Column, ...] = (
    ("Accepted", lambda figures: number(figures.accepted)),
    ("Rejected", lambda figures: number(figures.rejected)),
    ("Ignored", lambda figures: number(figures.ignored)),
)
RATES: tuple[Column, ...] = (
    ("Acceptance", lambda figures: rate(figures.acceptance)),
    ("Answered in time", lambda figures: rate(figures.answered_in_time)),
    ("Median time to accept", lambda figures: middle(figures.time_to_accept)),
)
FOLLOWED_UP: Column = ("Followed up in time", lambda figures: rate(figures.followed_up_in_time))
STANDING: tuple[Column, ...] = (
    ("No answer yet", lambda figures: number(figures.unanswered)),
    ("Open", lambda figures: number(figures.open)),
)
OF_ALL: tuple[Column, ...] = (
    LEADS,
    MQLS,
    OFFERED,
    ("Waiting for a rep", lambda figures: number(figures.waiting)),
    *ANSWERS,
    ("Withdrawn", lambda figures: number(figures.withdrawn)),
    *STANDING,
    *RATES,
    FOLLOWED_UP,
    ("Offered in time by marketing", lambda figures: rate(figures.handed_over_in_time)),
)
TIMES: Column = ("Times", lambda figures: number(figures.offered if figures.mqls is None else figures.mqls))


def columns(report: Report) -> Sequence[Column]:
    """The figures worth showing beside each other for what the report is divided by."""
    by, scope = report.question.by, report.question.scope
    if by is By.REASON:
        return (TIMES,)
    if by is By.REP or scope.rep:
        return (OFFERED, *ANSWERS, STANDING[0], *RATES, FOLLOWED_UP)
    leads = (LEADS,) if by in {By.CAMPAIGN, By.SOURCE} and not scope.team else ()
    return (*leads, MQLS, *ANSWERS, STANDING[0], *RATES, FOLLOWED_UP)


def totals(report: Report) -> list[tuple[str, str]]:
    """Every figure that applies, and why leads were rejected."""
    shown = [(title, cell(report.total)) for title, cell in OF_ALL]
    reasons = [f"{report.reason(reason)} ({count})" for reason, count in report.total.reasons[:REASONS_SHOWN]]
    return [row for row in (*shown, ("Rejected because", ", ".join(reasons) or NONE)) if row[1] != NONE]


def rows(report: Report) -> list[tuple[str, ...]]:
    """The report as a table, titles first: a row a group, or a row a figure where there are no groups."""
    by = report.question.by
    if by is None or not report.groups:
        return [("Figure", report.question.span.words.capitalize()), *totals(report)]
    shown = columns(report)
    return [
        (by.capitalize(), *(title for title, _ in shown)),
        *((group.label, *(cell(group.figures) for _, cell in shown)) for group in report.groups),
    ]


def headline(report: Report) -> Markup:
    """The whole report in one sentence."""
    figures, span = report.total, report.question.span.words
    got = figures.offered if figures.mqls is None else figures.mqls
    decided = figures.acceptance
    if decided.rate is not None:
        in_time = figures.answered_in_time.rate
        ending = "" if in_time is None else f", and answered {percent(in_time)} in time"
        return words(
            "{who} accepted {rate} of {of} decided leads in {span}{ending}.",
            who=_who(report), rate=percent(decided.rate), of=decided.of, span=span, ending=ending,
        )  # fmt: skip
    if got:
        return words(
            "{who} got {leads} in {span}, {of} of them decided: not enough data for a rate.",
            who=_who(report), leads=leads(got), of=decided.of, span=span,
        )  # fmt: skip
    came = f"; {leads(figures.received)} came in" if figures.received else ""
    return words("{who} got no leads in {span}{came}.", who=_who(report), span=span, came=came)


def leads(count: int) -> str:
    return "1 lead" if count == 1 else f"{count:,} leads"


def _who(report: Report) -> str | Markup:
    scope = report.question.scope
    if scope.rep:
        return mention(scope.rep)
    return f"Team {scope.team}" if scope.team else "Sales"


def is_short(report: Report) -> bool:
    """Whether a longer period could still be asked for."""
    span = report.question.span
    return span.until - span.since < timedelta(days=90)
