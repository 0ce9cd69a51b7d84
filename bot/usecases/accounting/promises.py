"""What both sides promised each other, read in one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.business_time import business_seconds, due
from bot.domain.handoff import BATON, Refusal
from bot.domain.marketing_clock import MarketingClock
from bot.domain.numbers.promises import Promise, PromiseReport, Step, kept
from bot.domain.numbers.stats import Question, Share
from bot.domain.numbers.stats_request import no_team
from bot.domain.policy import Calendar, Policy
from bot.domain.touches import WAITS, counts_as
from storage.accounting import marketing_clocks, stats
from storage.assigning import people
from storage.database import Database, Session
from storage.governing import policies
from storage.tables import HandoffRow, OfferRow

MOMENT = timedelta(microseconds=1)
Versions = Mapping[int, Policy]
STEPS = {"handover": Step.HANDOVER, "returned": Step.RETURNED, "question": Step.QUESTION}
DONE = frozenset({"handed over", "nurture", "fix data", "disagree", "answered"})
"""How a promise of marketing's ends that was done; however else it ends, it came to nothing."""
ACCEPTED = frozenset({"accepted", "idle"})
"""`idle`: accepted, left alone and taken back."""
ANSWERED = ACCEPTED | {"rejected"}


async def answer(database: Database, question: Question) -> PromiseReport | Refusal:
    """Whose promises were kept; a refusal when the team asked for is in no policy."""
    async with database.read(much=True) as session:
        versions = {row.version: policies.parsed(row) for row in await policies.every(session) if row.version}
        teams = sorted({team.id for policy in versions.values() for team in policy.teams})
        if question.scope.team and question.scope.team not in teams:
            return no_team(question.scope.team, tuple(teams))
        promises, ignored = await _made(session, question, versions)
        named = {one.person for one in promises if one.person}
        names = await people.names(session, named)
    return kept(promises, ignored, question, dict(names))


async def _made(session: Session, question: Question, versions: Versions) -> tuple[list[Promise], Share]:
    span = question.span
    handoffs = [one.handoff for one in await stats.passages(session, span.since, span.until)]
    clocks = await marketing_clocks.begun(session, span.since, span.until)
    touches, offers = await _touches(session, question), await _offers(session, question)
    held_back = {one.lead_id for one in clocks if one.kind == "handover"}
    made = [
        *(_answer(row) for rows in offers.values() for row in rows),
        *(
            one
            for row in handoffs
            for one in _work(row, offers.get(row.id, []), touches.get(row.id, []), versions[row.policy_version])
        ),
        *(_of_marketing(one, versions[one.policy_version]) for one in clocks),
        *(_at_once(row) for row in handoffs if row.origin == "path" and row.lead_id not in held_back),
    ]
    return made, _ignored(handoffs, offers, question)


async def _touches(session: Session, question: Question) -> dict[str, list[datetime]]:
    """By handoff, when its rep was in touch with the lead, or tried: neither waiting nor an automatic reply is that."""
    found: dict[str, list[datetime]] = {}
    for row in await stats.follow_ups(session, question.span.since, question.span.until):
        if row.how != WAITS and counts_as(row.outcome) != "nothing":
            found.setdefault(row.handoff_id, []).append(row.at)
    return found


async def _offers(session: Session, question: Question) -> dict[str, list[OfferRow]]:
    """By handoff, its offers in order."""
    found: dict[str, list[OfferRow]] = {}
    for row, _ in await stats.offers(session, question.span.since, question.span.until):
        found.setdefault(row.handoff_id, []).append(row)
    return {one: sorted(rows, key=lambda row: row.offered_at) for one, rows in found.items()}


def _answer(row: OfferRow) -> Promise:
    """Of an offer: that whoever has it answers. What was taken back for want of an answer was due by then."""
    done = row.ended_at if row.ended in ANSWERED else None
    by = min(row.deadline_at, row.ended_at - MOMENT) if row.ended == "missed" and row.ended_at else row.deadline_at
    about = (Step.ANSWER, row.team, row.rep, row.offered_at, by)
    return Promise(*about, done, None if done else row.ended_at, row.answered_after)


def _work(
    row: HandoffRow, offers: Sequence[OfferRow], touches: Sequence[datetime], policy: Policy
) -> Iterator[Promise]:
    """Of every acceptance: the first touch, by whoever accepted; and all attempts, where those are promised."""
    hours, within = policy.calendar(row.team), policy.clock(row.sla, "follow_up").within
    for index, offer in enumerate(offers):
        if offer.ended not in ACCEPTED or offer.ended_at is None or offer.ended_at == row.accepted_at:
            continue
        later = offers[index + 1].offered_at if index + 1 < len(offers) else row.accepted_at or row.closed_at
        until = later or offer.ended_at
        touched = next((at for at in touches if offer.ended_at <= at < until), None)
        by, about = due(hours, within, offer.ended_at), (offer.team, offer.rep, offer.ended_at)
        yield _touch(about, by, touched, None if touched else until, hours)
    if row.accepted_at is None or row.deadline_at is None:
        return
    attempts, touched = policy.attempts(row.sla), row.touched_at or row.followed_up_at
    first_by = due(hours, within, row.accepted_at) if attempts and touched else row.deadline_at
    held = (row.team, row.owner, row.accepted_at)
    yield _touch(held, max(first_by, row.accepted_at), touched, None if touched else row.closed_at, hours)
    if attempts and touched:
        done = row.followed_up_at
        took = business_seconds(hours, row.accepted_at, done) if done else None
        yield Promise(Step.ATTEMPTS, *held, row.deadline_at, done, None if done else row.closed_at, took)


def _touch(
    about: tuple[str, str | None, datetime],
    by: datetime,
    touched: datetime | None,
    ended_at: datetime | None,
    hours: Calendar,
) -> Promise:
    took = business_seconds(hours, about[2], touched) if touched else None
    return Promise(Step.FIRST_TOUCH, *about, by, touched, ended_at, took)


def _of_marketing(clock: MarketingClock, policy: Policy) -> Promise:
    done = clock.ended_at if clock.ended in DONE else None
    hours = policy.calendar(clock.team or policy.teams[0].id)
    took = business_seconds(hours, clock.started_at, done) if done else None
    person = clock.ended_by if done and clock.ended_by != BATON else None
    about = (STEPS[clock.kind], clock.team, person, clock.started_at, clock.deadline_at)
    return Promise(*about, done, None if done else clock.ended_at, took)


def _at_once(row: HandoffRow) -> Promise:
    """A lead that was handed over in the moment it met a path."""
    return Promise(Step.HANDOVER, row.team, None, row.created_at, row.created_at, row.created_at, took=0.0)


def _ignored(handoffs: Iterable[HandoffRow], offers: Mapping[str, Sequence[OfferRow]], question: Question) -> Share:
    """Of leads that met a path: those that went back, or whose time is over, without any answer of a rep's."""
    now, span, scope = question.span.until, question.span, question.scope
    mine = [
        row
        for row in handoffs
        if row.origin == "path" and row.created_at in span and scope.team in {None, row.team} and scope.rep is None
    ]
    answered = {row.handoff_id for rows in offers.values() for row in rows if row.ended in ANSWERED}
    silent = [row for row in mine if row.id not in answered and not row.accepted_at and not row.decided_by]
    late = [
        row for row in silent if row.state == "recycled" or (row.deadline_at and row.deadline_at < now and row.due_at)
    ]
    return Share(len(late), len(mine))
