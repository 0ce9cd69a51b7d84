"""The words for what the domain names: one place, so that every screen says the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.domain.handoff import Handoff
from bot.domain.lead import Facts, Gap, Near, Signal, Stage
from bot.domain.policy import Policy
from bot.domain.story import Story
from bot.views.text import known

STAGES: Mapping[Stage, str] = {
    Stage.SUSPECT: "known, nothing met yet",
    Stage.PROSPECT: "with marketing",
    Stage.MQL: "qualified, waiting for sales",
    Stage.SQL: "with sales",
    Stage.OPPORTUNITY: "opportunity",
    Stage.WON: "won",
    Stage.LOST: "lost",
    Stage.RECYCLED: "back with marketing",
    Stage.DISQUALIFIED: "disqualified",
}

HOW: Mapping[str, str] = {
    "call": "Call",
    "email": "E-mail",
    "meeting": "Meeting",
    "message": "Message",
    "social": "Social network",
}

OUTCOMES: Mapping[str, str] = {
    "reached": "Reached them",
    "no_answer": "No answer",
    "automatic_reply": "Automatic reply",
    "meeting_booked": "Meeting booked",
    "not_interested": "Not interested",
    "wrong_contact": "Wrong contact",
    "other": "Something else",
}

SALES: Mapping[str, str] = {"opportunity": "Opportunity", "won": "Won", "lost": "Lost"}

LOST_BECAUSE: Mapping[str, str] = {
    "price": "Price",
    "competitor": "Chose somebody else",
    "budget": "No budget",
    "timing": "Not now",
    "fit": "Does not fit",
    "no_decision": "No decision",
    "silent": "Never answered",
    "other": "Something else",
}

TIMES = ("First", "Second", "Third", "Fourth", "Fifth")

BANT = (("Budget", "budget"), ("Timing", "timing"), ("Authority", "authority"), ("Need", "need"))


def name(facts: Facts) -> str:
    return known(facts.name) or "Unnamed lead"


def person_line(facts: Facts) -> str:
    """`Ana Silva, VP Operations`."""
    return ", ".join(filter(None, (name(facts), known(facts.title))))


def lead_in_short(facts: Facts) -> str:
    """`Ana Silva at Acme`."""
    return " at ".join(filter(None, (name(facts), known(facts.company.name))))


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def place(facts: Facts) -> str | None:
    return ", ".join(filter(None, (known(facts.company.region), known(facts.company.country)))) or None


def nth(number: int) -> str:
    """`First`, `Second`, …, `7th`."""
    if number <= len(TIMES):
        return TIMES[number - 1]
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def signal_words(signal: Signal) -> str:
    """`Webinar attended: Invoicing 101`; a page without a label is named by its address, without query."""
    kind = signal.kind.replace("_", " ").strip()
    what = known(signal.label) or (signal.url and known(address(signal.url)))
    return ": ".join(filter(None, (kind[:1].upper() + kind[1:], what)))


def address(url: str) -> str:
    """Host and path of a URL; queries say little to people and may hold an e-mail address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.netloc.rpartition("@")[2] + parts.path).rstrip("/")


BY_PERSON: Mapping[str, str] = {"hand": "Qualified by hand", "claim": "Claimed near miss"}
"""Handoffs of leads that met no path, by what took its place."""


def path_label(story: Story) -> str:
    """What made the lead a handoff: the path it met, or what took its place."""
    if story.handoff.origin in BY_PERSON:
        return BY_PERSON[story.handoff.origin]
    path = story.agreement.own.path(story.handoff.path)
    return path.label if path else "Qualified"


def product_label(story: Story) -> str | None:
    """Which product's definition spoke; None: the main one."""
    spoke = story.handoff.scoring.definition
    return next((one.label for one in story.agreement.own.definitions if one.id == spoke), None)


def shortfall(story: Story) -> str:
    """`10 engagement points and “Budget is there”`: what the nearest path still lacked."""
    near = story.handoff.scoring.near
    return missing(near, story.agreement.own) if near else ""


WHY_MISSING: Mapping[str, str] = {"unknown": " (not known yet)", "short": " (on the way)"}
"""What is said of a missing criterion, by why it is missing."""


def missing(near: Near, rules: Policy, gaps: Sequence[Gap] = ()) -> str:
    """`5 engagement points and “Budget is there” (not known yet)`."""
    points = ((near.fit, "fit"), (near.engagement, "engagement"))
    why = {gap.criterion: WHY_MISSING.get(gap.why, "") for gap in gaps}
    criteria = ((one, rules.criterion(one)) for one in near.criteria)
    return listed(
        [
            *(f"{count} {reading} {'point' if count == 1 else 'points'}" for count, reading in points if count),
            *(f"“{found.label if found else one}”{why.get(one, '')}" for one, found in criteria),
        ]
    )


def reason_label(story: Story, reason: str | None) -> str | None:
    """The label of a reason, by the policy of the handoff, else by the one in force."""
    if reason is None:
        return None
    known = story.agreement.own.reason(reason) or story.agreement.current.reason(reason)
    return known.label if known else reason.replace("-", " ").capitalize()


def overdue(handoff: Handoff, now: datetime) -> bool:
    return handoff.is_open and handoff.deadline_at is not None and now >= handoff.deadline_at


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""
