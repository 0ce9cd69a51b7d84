"""The numbers behind `/leadstats` and `baton stats`: one consistent reading of the database."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.business_time import due
from bot.domain.handoff import Refusal, State
from bot.domain.numbers.cases import Received, RecordedHandoff, RecordedOffer, Records
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import Question, Report, Scope, Span, labels_of, report
from bot.domain.numbers.stats_request import Request, no_team
from bot.domain.policy import Policy
from storage.accounting import receipts, stats
from storage.accounting.stats import Passage
from storage.assigning import people
from storage.database import Database, Session
from storage.governing import policies
from storage.tables import PolicyRow

Versions = Mapping[int, Policy]


async def requested(database: Database, request: Request, viewer: str, now: datetime) -> Report | Refusal:
    """What somebody asked for in Slack; `me` means their own offers."""
    scope = Scope(team=request.team, rep=viewer if request.mine else None)
    return await answer(database, Question(request.period.span(now), scope, request.by))


async def first_time(database: Database, request: str, now: datetime) -> bool:
    """Whether these numbers were not told to a channel yet, for this very request."""
    async with database.write(wakes=False) as session:
        return await receipts.done(session, request, now)


async def answer(database: Database, question: Question) -> Report | Refusal:
    """The report, read in one transaction; a refusal when the team asked for is in no policy."""
    async with database.read(much=True) as session:
        rows = await policies.every(session)
        versions = {row.version: policies.parsed(row) for row in rows if row.version is not None}
        teams = sorted({team.id for policy in versions.values() for team in policy.teams})
        if question.scope.team and question.scope.team not in teams:
            return no_team(question.scope.team, tuple(teams))
        records = await _records(session, question.span, versions)
        labels = labels_of(_once_in_force(rows)) | await _names(session, records)
    return report(records, question, labels)


def _once_in_force(newest_first: list[PolicyRow]) -> Iterable[Policy]:
    return (policies.parsed(row) for row in reversed(newest_first) if row.in_force_at)


async def _names(session: Session, records: Records) -> dict[tuple[By, str], str]:
    reps = {offer.rep for handoff in records.handoffs for offer in handoff.offers}
    return {(By.REP, rep): name for rep, name in (await people.names(session, reps)).items()}


async def _records(session: Session, span: Span, versions: Versions) -> Records:
    received = await stats.received(session, span.since, span.until)
    offers: dict[str, list[RecordedOffer]] = {}
    for row, why in await stats.offers(session, span.since, span.until):
        known = row.model_dump(include=set(OFFER))
        offers.setdefault(row.handoff_id, []).append(RecordedOffer(**known, reason=(why or {}).get("reason")))
    passages = await stats.passages(session, span.since, span.until)
    return Records(
        tuple(Received(*row) for row in received),
        tuple(_recorded(passage, tuple(offers.get(passage.handoff.id, ())), versions) for passage in passages),
    )


OFFER = ("rep", "team", "offered_at", "deadline_at", "ended_at", "ended", "answered_after")
HANDOFF = (
    "id", "team", "path", "policy_version", "created_at", "owner", "decided_by", "first_offered_at", "accepted_at",
    "deadline_at", "followed_up_at", "origin",
)  # fmt: skip


def _recorded(passage: Passage, offers: tuple[RecordedOffer, ...], versions: Versions) -> RecordedHandoff:
    row = passage.handoff
    return RecordedHandoff(
        **row.model_dump(include=set(HANDOFF)),
        state=State(row.state),
        offer_by=_offer_by(passage, versions[row.policy_version]),
        campaign=passage.campaign,
        source=passage.source,
        criteria=tuple(evidence["criterion"] for evidence in row.scoring["evidence"]),
        grade=row.scoring.get("grade", ""),
        offers=offers,
    )


def _offer_by(passage: Passage, policy: Policy) -> datetime:
    """Marketing's promise counts from when the lead qualified; a later handoff of it has moved that date on."""
    row = passage.handoff
    qualified_at = min(passage.qualified_at or row.created_at, row.created_at)
    return due(policy.calendar(row.team), policy.marketing_handoff(row.sla), qualified_at)
