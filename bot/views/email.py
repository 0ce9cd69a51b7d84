"""E-mails: the same news as the card, without contact details, as text and as HTML.

Text from outside is one clean line each, so it cannot add a header; the templates escape it, so it cannot act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.domain.story import Story
from bot.views.cards.facts import about_company, readings
from bot.views.privacy import public
from bot.views.text import LINK, clean, clip, known
from bot.views.wording import name, overdue, path_label, person_line

TEMPLATES = Environment(
    loader=PackageLoader("bot.views"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
NAME, LINE = 60, 200
"""How long a name in the subject, and a line, may be."""
NEAR = timedelta(days=6)
"""Within so many days a weekday says which day is meant."""

Because = Literal["every", "not shown", "fast", "unopened"]
REASONS: Mapping[Because, str] = {
    "every": "You asked for an e-mail with every lead. /lead email unopened in Slack brings fewer.",
    "not shown": "Slack does not show you the card at the moment, so Baton tells you by e-mail.",
    "fast": "This lead is in a hurry, so Baton tells you by e-mail too.",
    "unopened": "You have not touched the card in Slack yet. /lead email every there brings such an e-mail at once.",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail, but for who gets it; the subject is one line."""

    subject: str
    text: str
    html: str


def new_lead(story: Story, now: datetime, zone: ZoneInfo, link: str | None, because: Because) -> Letter:
    """To the rep who has the offer: who it is, why, by when to answer, and where; dates are in `zone`."""
    shared = public(story)
    facts = shared.facts
    lead = ", ".join(filter(None, (_short(name(facts)), _short(known(facts.company.name) or ""))))
    ask, at = _deadline(shared, now, zone)
    company = " · ".join(filter(None, (known(facts.company.name), *about_company(facts))))
    return _letter(
        subject=f"New lead: {lead} ({ask.lower()} {at})" if at else f"New lead: {lead}",
        title=person_line(facts),
        lines=[company],
        details=[
            *([(ask, f"{at}, {zone.key} time")] if at else []),
            ("Why", f"{path_label(shared)}: {readings(shared)}"),
        ],
        link=link,
        button="Open the card in Slack",
        without_link="Open Slack and look for Baton: Accept or Reject it there.",
        footer=REASONS[because],
    )


def _deadline(story: Story, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """`Answer by` and `Fri 14:00`; no time where there is no deadline."""
    at = story.handoff.deadline_at
    if at is None:
        return "", ""
    here = at.astimezone(zone)
    day = f"{here:%a %H:%M}" if abs(at - now) < NEAR else f"{here:%a %d %b %H:%M}"
    return "Answer was due" if overdue(story.handoff, now) else "Answer by", day


def alarm(words: str, since: datetime, zone: ZoneInfo) -> Letter:
    """To an admin whom Slack did not tell: what only an admin can mend, and since when."""
    return _letter(
        subject=f"Baton needs you: {_short(words)}",
        title="Baton needs you",
        lines=[words],
        details=[("Since", f"{since.astimezone(zone):%a %d %b %H:%M}, {zone.key} time")],
        link=None,
        button="",
        without_link="Run baton doctor: it says what to do.",
        footer="You get this because you are an admin of Baton and Slack did not show you the message.",
    )


def card_link(channel: str | None, ts: str | None) -> str | None:
    """An address that opens the message in Slack, or the conversation where the message is not known."""
    if channel is None:
        return None
    where = {"channel": channel, **({"message_ts": ts} if ts else {})}
    return f"https://slack.com/app_redirect?{urlencode(where)}"


def _letter(subject: str, lines: Sequence[str], details: Sequence[tuple[str, str]], **more: Any) -> Letter:
    parts = {
        **more,
        "title": _inert(more["title"]),
        "lines": [*filter(None, map(_inert, lines))],
        "details": [(label, _inert(value)) for label, value in details],
    }
    text, html = (TEMPLATES.get_template(f"email.{kind}").render(parts) for kind in ("txt", "html"))
    return Letter(clip(_inert(subject), LINE), text, html)


def _inert(text: str) -> str:
    """One line in which no address is followed by a mail program."""
    return clip(LINK.sub(" ", clean(text)).strip(), LINE)


def _short(text: str) -> str:
    return clip(_inert(text), NAME)
