"""A card in one breath, for phones, lock screens and screen readers: never with contact details."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.handoff import State
from bot.domain.lead import Facts
from bot.domain.story import Story
from bot.domain.touches import next_attempt_by
from bot.views.cards.status import why_passed_on
from bot.views.text import Markup, escape, known, mention, when, words
from bot.views.wording import SALES, name, overdue, path_label, reason_label

NAME, COMPANY, LABEL = 45, 45, 50
"""Escaped lengths that keep the whole under 300 characters."""


def summary(story: Story, viewer: str, now: datetime) -> Markup:
    """Who, why, by when, and what to do; expects a story that is already public."""
    if viewer and viewer != story.handoff.owner and story.handoff.is_open:
        why = why_passed_on(story, viewer)
        if story.handoff.is_pooled:
            team = story.handoff.team
            return words("{lead} is open to everyone in {team} now{why}.", lead=lead(story.facts), team=team, why=why)
        return words("{lead} was passed on to {owner}{why}.", lead=lead(story.facts), owner=_owner(story), why=why)
    return SENTENCES[story.handoff.state](story, viewer, now)


def lead(facts: Facts) -> Markup:
    """`Ana Silva at Acme`, escaped and short."""
    who, company = escape(name(facts), NAME), known(facts.company.name)
    return words("{who} at {company}", who=who, company=escape(company, COMPANY)) if company else who


def _owner(story: Story) -> Markup:
    return mention(story.handoff.owner) if story.handoff.owner else Markup("nobody")


def _waiting(story: Story, _viewer: str, _now: datetime) -> Markup:
    if story.handoff.is_pooled:
        start = words("New lead: {lead}. {why}.", lead=lead(story.facts), why=escape(path_label(story), LABEL))
        return words("{start} Open to everyone in {team}: first come.", start=start, team=story.handoff.team)
    if story.handoff.ask_manager or story.handoff.due_at is None:
        return words("Waiting: {lead}. Nobody can take this lead; please assign it.", lead=lead(story.facts))
    return words(
        "Waiting: {lead}. Nobody is on shift; it is offered {at}.",
        lead=lead(story.facts),
        at=when(story.handoff.due_at),
    )


def _offered(story: Story, viewer: str, now: datetime) -> Markup:
    handoff = story.handoff
    start = words("New lead: {lead}. {why}.", lead=lead(story.facts), why=escape(path_label(story), LABEL))
    if handoff.deadline_at is None:
        return words("{start} Accept or reject it.", start=start)
    due = when(handoff.deadline_at)
    if overdue(handoff, now):
        return words("{start} Overdue since {due}: accept or reject it now.", start=start, due=due)
    if viewer == handoff.owner:
        return words("{start} Accept or reject by {due}.", start=start, due=due)
    return words("{start} {owner} answers by {due}.", start=start, owner=_owner(story), due=due)


def _accepted(story: Story, viewer: str, now: datetime) -> Markup:
    handoff = story.handoff
    has = Markup("You have") if viewer == handoff.owner else words("{owner} has", owner=_owner(story))
    start = words("{has} {lead}.", has=has, lead=lead(story.facts))
    if story.outcome:
        return words("{start} {what} {at}.", start=start, what=SALES[story.outcome.kind], at=when(story.outcome.at))
    if handoff.paused_until:
        at = when(handoff.paused_until)
        return words("{start} Waiting for the prospect until {at}.", start=start, at=at)
    if handoff.followed_up_at:
        return words("{start} Followed up {at}.", start=start, at=when(handoff.followed_up_at))
    if handoff.deadline_at is None:
        return start
    what = "Next attempt" if handoff.touched_at else "First follow-up"
    form = "{start} {what} overdue since {due}." if overdue(handoff, now) else "{start} {what} by {due}."
    due = next_attempt_by(handoff, story.agreement) or handoff.deadline_at
    return words(form, start=start, what=what, due=when(due))


def _recycled(story: Story, _viewer: str, _now: datetime) -> Markup:
    return _closed(story, "went back to marketing")


def _disqualified(story: Story, _viewer: str, _now: datetime) -> Markup:
    return _closed(story, "was disqualified")


def _withdrawn(story: Story, _viewer: str, _now: datetime) -> Markup:
    if story.merged:
        owner = mention(story.merged.owner) if story.merged.owner else "marketing"
        return words(
            "{lead} is one person with another lead, who is with {owner}.", lead=lead(story.facts), owner=owner
        )
    return words("{lead} was withdrawn. There is nothing left to do.", lead=lead(story.facts))


def _closed(story: Story, what: str) -> Markup:
    reason = reason_label(story, story.handoff.reason) or (
        "refused" if story.handoff.decided_by else "no answer in time"
    )
    return words("{lead} {what}: {why}.", lead=lead(story.facts), what=what, why=escape(reason, LABEL))


SENTENCES: Mapping[State, Callable[[Story, str, datetime], Markup]] = {
    State.WAITING: _waiting,
    State.OFFERED: _offered,
    State.ACCEPTED: _accepted,
    State.RECYCLED: _recycled,
    State.DISQUALIFIED: _disqualified,
    State.WITHDRAWN: _withdrawn,
}
