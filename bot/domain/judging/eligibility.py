"""When a lead of marketing's may pass to sales, whatever it scores: one rule, for what happens and for its replay."""

from datetime import datetime
from typing import Protocol

from bot.domain.lead import NURTURED, Scoring, Stage

MOST_RECYCLED = 3
"""A lead recycled this often stays with marketing until a person qualifies it again."""


class Standing(Protocol):
    """What, beside its facts and signals, says whether a lead may pass; a lead's row says all of it."""

    @property
    def stage(self) -> str: ...
    @property
    def evidence_at(self) -> datetime: ...
    @property
    def recycled_at(self) -> datetime | None: ...
    @property
    def recycled_count(self) -> int: ...
    @property
    def cool_off_until(self) -> datetime | None: ...
    @property
    def hand_over_at(self) -> datetime | None: ...
    @property
    def history_only(self) -> bool: ...


def waits_until(lead: Standing, now: datetime) -> datetime | None:
    """The moment before which it may not pass, where there is one: the end of its cool-off, else of its queue."""
    held = (lead.cool_off_until, lead.hand_over_at) if _has_news(lead) else ()
    return next((until for until in held if until and until > now), None)


def stage_now(lead: Standing, scoring: Scoring, now: datetime) -> Stage:
    """The stage of a lead in nurture: recycled until there is news and it has cooled off, else by what it has met.

    What speaks against a lead makes it no prospect, nor does what is worth nothing.
    """
    cooling = lead.cool_off_until and lead.cool_off_until > now
    if cooling or not _has_news(lead):
        return Stage(lead.stage)
    return Stage.PROSPECT if any(one.points > 0 for one in scoring.evidence) else Stage.SUSPECT


def may_pass(lead: Standing, consent: bool | None, now: datetime) -> bool:
    """Whether it is handed over now, should it meet a path."""
    return (
        lead.stage in NURTURED
        and _has_news(lead)
        and not lead.history_only
        and consent is not False
        and lead.recycled_count < MOST_RECYCLED
        and waits_until(lead, now) is None
    )


def _has_news(lead: Standing) -> bool:
    """Sales gave it back for what was known then: something must have been learned since, and not as history."""
    if lead.stage != Stage.RECYCLED:
        return True
    return not lead.history_only and bool(lead.recycled_at and lead.evidence_at > lead.recycled_at)
