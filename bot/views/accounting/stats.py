"""`/leadstats`: a sentence, a table, and at most one chart; or the same without the table, where Slack refuses it."""

from collections.abc import Sequence

from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import ENOUGH, Group, Report, Share
from bot.domain.numbers.stats_request import USAGE
from bot.views.accounting.figures import columns, headline, is_short, notes, rows, totals
from bot.views.blocks import Json, Leaf, Message, bullets, context, line, rich, section, stacked, user
from bot.views.text import Markup, clean, clip, cut, mention, words

GROUPS = 30
"""So many fit on a screen, and far within Slack's hundred rows and 10,000 characters."""

CELL, BARS, LABEL, CHART_TITLE = 80, 12, 20, 50
HELP = (
    "*What became of the leads*\n"
    f"{USAGE}\n"
    "• `/leadstats` – the last 30 days of all teams\n"
    "• `/leadstats me 7d` – what you were offered, and how you answered\n"
    "• `/leadstats by campaign quarter` – which campaigns sales accepts\n"
    "• `/leadstats team emea by rep share` – for everyone in this channel to see"
)


def help_() -> Message:
    """What can be asked."""
    return Message("What /leadstats can show", [section(Markup(HELP))])


def numbers(report: Report) -> Message:
    """The report with a table and a chart."""
    if report.is_empty:
        return _empty(report)
    said = headline(report)
    chart = _chart(report)
    return Message(said, stacked(section(said), _table(report), chart, *_notes(report)))


def plain(report: Report) -> Message:
    """The same report in blocks that every Slack takes."""
    if report.is_empty:
        return _empty(report)
    said = headline(report)
    if not report.groups:
        lines = [line(f"{title}: {value}") for title, value in totals(report)]
    else:
        lines = [line(_named(report, group), *_in_a_row(report, group)) for group in report.groups[:GROUPS]]
    return Message(said, stacked(section(said), rich(bullets(lines)), *_notes(report)))


def _empty(report: Report) -> Message:
    scope, span = report.question.scope, report.question.span.words
    nothing, whose = words("No leads in {span}.", span=span), ""
    if scope.rep:
        nothing, whose = words("No leads were offered to {rep} in {span}.", rep=mention(scope.rep), span=span), "me "
    elif scope.team:
        nothing, whose = words("No leads for team {team} in {span}.", team=scope.team, span=span), f"team {scope.team} "
    longer = f" Try `/leadstats {whose}90d`." if is_short(report) else ""
    said = Markup(f"{nothing}{longer} Leads come in over HTTP, or from a spreadsheet with `baton import leads`.")
    return Message(said, [section(said)])


def _table(report: Report) -> Json:
    first, *others = rows(report)
    settings = [{"is_wrapped": True}, *({"align": "right"} for _ in first[1:])]
    shown = [first, *others[: GROUPS if report.groups else None]]
    return {"type": "table", "rows": [[_cell(text) for text in row] for row in shown], "column_settings": settings}


def _cell(text: str) -> Json:
    return {"type": "raw_text", "text": clip(clean(text).strip(), CELL) or "…"}


def _named(report: Report, group: Group) -> Leaf:
    return user(group.key) if report.question.by is By.REP and group.key else clip(clean(group.label), CELL)


def _in_a_row(report: Report, group: Group) -> list[str]:
    """A leaf a figure: each is far below the length at which one is cut."""
    said = [f"{title} {cell(group.figures)}" for title, cell in columns(report)]
    return [f"{' · ' if index else ': '}{figure}" for index, figure in enumerate(said)]


def _notes(report: Report) -> list[Json]:
    more = len(report.groups) - GROUPS
    return [context(*([f"{more} more are not shown."] if more > 0 else []), notes(report))]


def _chart(report: Report) -> Json | None:
    """Acceptance where groups can be compared by it, else why leads were rejected."""
    rated = [(group.label, group.figures.acceptance) for group in report.groups]
    rates = [(label, _percentage(share)) for label, share in rated if share.rate is not None]
    if len(rates) > 1 and report.question.by is not By.REASON:
        return _bars(f"Acceptance by {report.question.by}, percent", "Acceptance", rates)
    reasons = [(report.reason(reason), count) for reason, count in report.total.reasons]
    ignored = [("Nobody answered", report.total.ignored)] if report.total.ignored else []
    bars = [*reasons, *ignored]
    few = len(bars) < 2 or sum(count for _, count in bars) < ENOUGH
    return None if few else _bars("Why leads were not accepted", "Leads", bars)


def _percentage(share: Share) -> int:
    return round(100 * (share.rate or 0))


def _bars(title: str, series: str, bars: Sequence[tuple[str, int]]) -> Json:
    labels = _told_apart([label for label, _ in bars[:BARS]])
    points = [{"label": label, "value": value} for label, (_, value) in zip(labels, bars, strict=False)]
    chart = {"type": "bar", "series": [{"name": series, "data": points}], "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": clip(title, CHART_TITLE), "chart": chart}


def _told_apart(names: Sequence[str]) -> list[str]:
    """Short labels, no two alike."""
    labels: list[str] = []
    for name in names:
        short = clip(clean(name).strip(), LABEL) or "…"
        number = 2
        label = short
        while label in labels:
            label = f"{cut(short, LABEL - 4).rstrip()} {number}"
            number += 1
        labels.append(label)
    return labels
