"""What people type after `/leadstats`, in any order."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum

from bot.domain.handoff import Refusal
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import Span, last_days, this_quarter


class Period(StrEnum):
    WEEK = "7d"
    MONTH = "30d"
    THREE_MONTHS = "90d"
    QUARTER = "quarter"

    def span(self, now: datetime) -> Span:
        """The period that ends now; a quarter begins in the time zone of `now`."""
        return this_quarter(now) if self is Period.QUARTER else last_days(int(self.value.removesuffix("d")), now)


@dataclass(frozen=True, slots=True)
class Request:
    """Everyone's numbers unless `mine` or a `team` is asked for; `share` shows them to the channel."""

    mine: bool = False
    team: str | None = None
    period: Period = Period.MONTH
    by: By | None = None
    share: bool = False
    help: bool = False


USAGE = f"`/leadstats [me|team NAME|all] [{'|'.join(Period)}] [by {'|'.join(By)}] [share] [help]`"
TEAM = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
ECHOED = re.compile(r"[\w-]{1,30}")
"""Words that can be said back without becoming markup."""

Meaning = tuple[str, str]
"""Which question a word answers, and its answer."""

WORDS: Mapping[str, Meaning] = {
    "me": ("whose", "me"),
    "all": ("whose", "all"),
    **{period: ("period", period) for period in Period},
    "share": ("share", "yes"),
    "help": ("help", "yes"),
}
FOLLOWED = ("team", "by")
TWICE: Mapping[str, str] = {
    "whose": "Choose one of `me`, `team NAME` and `all`.",
    "period": "Choose one period.",
    "by": "Choose one thing to divide the numbers by.",
}


def parse(text: str) -> Request | Refusal:
    """The request, or what to type instead."""
    words = deque(text.lower().split())
    answers: dict[str, str] = {}
    while words:
        meaning = _next(words)
        if isinstance(meaning, Refusal):
            return meaning
        question, answer = meaning
        if answers.setdefault(question, answer) != answer:
            return _refusal(TWICE[question])
    whose = answers.get("whose", "all")
    return Request(
        mine=whose == "me",
        team=whose.removeprefix("team ") if whose.startswith("team ") else None,
        period=Period(answers.get("period", Period.MONTH)),
        by=By(answers["by"]) if "by" in answers else None,
        share="share" in answers,
        help="help" in answers,
    )


def _next(words: deque[str]) -> Meaning | Refusal:
    word = words.popleft()
    if word == "team":
        return _team(words.popleft() if words else None)
    if word == "by":
        return _by(words.popleft() if words else None)
    return WORDS.get(word) or unknown(word, (*WORDS, *FOLLOWED))


def _team(name: str | None) -> Meaning | Refusal:
    if name is None or not TEAM.fullmatch(name):
        return _refusal("Which team? Write its short name after `team`.")
    return "whose", f"team {name}"


def _by(dimension: str | None) -> Meaning | Refusal:
    if dimension is None:
        return _refusal("By what? Write one of the words after `by`.")
    return ("by", dimension) if dimension in set(By) else unknown(dimension, tuple(By))


def unknown(word: str, known: tuple[str, ...]) -> Refusal:
    """Says which known word is nearest, where one is near."""
    said = f"I do not know `{word}`." if ECHOED.fullmatch(word) else "I did not understand that."
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return _refusal(f"{said} Did you mean `{near[0]}`?" if near else said)


def no_team(name: str, teams: tuple[str, ...]) -> Refusal:
    """Says which teams there are; their names are safe to show as they are."""
    if not teams:
        return Refusal("There are no teams yet. They come with the policy; see `/lead help`.")
    near = get_close_matches(name, teams, n=1, cutoff=0.5)
    known = f"Did you mean `{near[0]}`?" if near else f"Teams: {', '.join(f'`{team}`' for team in teams)}."
    return Refusal(f"There is no team `{name}`. {known}")


def _refusal(words: str) -> Refusal:
    return Refusal(f"{words}\n{USAGE}")
