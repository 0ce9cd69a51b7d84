"""The numbers in words: what each figure is called, and how it reads in a cell, a sentence or a terminal."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import ENOUGH, Figures, Median, Report, Share
from bot.views.text import Markup, mention, words

NONE = "–"
REASONS_SHOWN = 8

Column = tuple[str, Callable[[Figures], str]]
"""What a figure is called, and how it reads."""


def rate(share: Share | None) -> str:
    """`62% (18 of 29)`, where there is room for words."""
    if share is None or share.of == 0:
        return NONE
    said = "not enough data" if share.rate is None else percent(share.rate)
    return f"{said} ({share.part} of {share.of})"


def narrow(share: Share) -> str:
    """`62% of 29`, or `2 of 3` where that says too little for a rate."""
    if share.of == 0:
        return NONE
    return f"{share.part if share.rate is None else percent(share.rate)} of {share.of}"


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


MQLS: Column = ("MQLs", lambda figures: number(figures.mqls))
OFFERED: Column = ("Offered", lambda figures: number(figures.offered))
ANSWERS: tuple[Column, ...] = (
    ("Accepted", lambda figures: number(figures.accepted)),
    ("Rejected", lambda figures: number(figures.rejected)),
    ("Ignored", lambda figures: number(figures.ignored)),
)
OF_ALL: tuple[Column, ...] = (
    ("Leads received", lambda figures: number(figures.received)),
    MQLS,
    OFFERED,
    ("Waiting for a rep", lambda figures: number(figures.waiting)),
    *ANSWERS,
    ("Withdrawn", lambda figures: number(figures.withdrawn)),
    ("No answer yet", lambda figures: number(figures.unanswered)),
    ("Open", lambda figures: number(figures.open)),
    ("Acceptance", lambda figures: rate(figures.acceptance)),
    ("Answered in time", lambda figures: rate(figures.answered_in_time)),
    ("Median time to accept", lambda figures: middle(figures.time_to_accept)),
    ("Followed up in time", lambda figures: rate(figures.followed_up_in_time)),
    ("Offered in time by marketing", lambda figures: rate(figures.handed_over_in_time)),
)
LEADS: Column = ("Leads", lambda figures: number(figures.received))
OF_EACH: tuple[Column, ...] = (
    *ANSWERS,
    ("No answer yet", lambda figures: number(figures.unanswered)),
    ("Acceptance", lambda figures: narrow(figures.acceptance)),
    ("In time", lambda figures: narrow(figures.answered_in_time)),
    ("Median time", lambda figures: middle(figures.time_to_accept)),
    ("Followed up in time", lambda figures: narrow(figures.followed_up_in_time)),
)
TIMES: Column = ("Times", lambda figures: number(figures.offered if figures.mqls is None else figures.mqls))


def columns(report: Report) -> Sequence[Column]:
    """The figures worth showing beside each other for what the report is divided by."""
    by, scope = report.question.by, report.question.scope
    if by is By.REASON:
        return (TIMES,)
    if by is By.REP or scope.rep:
        return (OFFERED, *OF_EACH)
    leads = (LEADS,) if by in {By.CAMPAIGN, By.SOURCE} and not scope.team else ()
    return (*leads, MQLS, *OF_EACH)


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


def notes(report: Report) -> str:
    """What to know before comparing."""
    by_rep = report.question.by is By.REP or report.question.scope.rep
    counted = "Offers are counted; what was taken from a rep before an answer is left out. " if by_rep else ""
    return f"{counted}Fewer than {ENOUGH} cases are not enough data for a rate."


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
            "{who} got {leads} in {span}; {of} decided, not enough data for a rate.",
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
