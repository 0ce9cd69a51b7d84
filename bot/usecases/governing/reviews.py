"""Once a quarter whoever signs is asked whether the definition is still right, and some say: keep it."""

from datetime import datetime, timedelta

from bot.domain.authority import Ask, may_not, roles_of
from bot.domain.governing.review import Due, Kept, Review, due, lacked_only, reviewers
from bot.domain.handoff import Refusal
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import Question, Report, Span
from bot.domain.policy import Policy
from bot.usecases.accounting import numbers
from bot.usecases.deciding.handoffs import TWICE
from storage.accounting import history, receipts
from storage.database import Database, Session
from storage.delivery import cards
from storage.governing import policies, reviews
from storage.qualifying import near_misses
from storage.tables import PolicyRow

EVERY = timedelta(minutes=10)
NO_REVIEW = Refusal("This review is over.")
KEPT = Refusal("You have said so already.")
MOST = 5
"""Reasons and grades that a review names."""


async def ask(database: Database, now: datetime) -> bool:
    """Asks every reviewer once a quarter, on its first working day or when Baton is up again; whether it did."""
    async with database.read() as session:
        row, asked = await _due(session, now)
    if row is None or asked is None:
        return False
    review = await _review(database, row, asked)
    async with database.write() as session:
        await policies.alone(session)
        row, asked = await _due(session, now)
        if row is None or asked is None or row.version != review.version:
            return False
        details = review.model_dump(mode="json")
        for person in reviewers(policies.parsed(row)):
            key = reviews.key_of(review.quarter, person)
            await cards.want(session, key, "review", person, now, policy_version=row.version, details=details)
    return True


async def _due(session: Session, now: datetime) -> tuple[PolicyRow | None, Due | None]:
    """The policy in force and the review of it that is due and was not asked for yet."""
    found = await policies.in_force(session)
    row = await policies.get(session, found[0]) if found else None
    if row is None or row.in_force_at is None:
        return None, None
    asked = due(policies.parsed(row), row.in_force_at, now)
    if asked is None or not reviewers(policies.parsed(row)) or await reviews.is_asked(session, str(asked.quarter)):
        return row, None
    return row, asked


async def _review(database: Database, row: PolicyRow, asked: Due) -> Review:
    policy, span = policies.parsed(row), Span(asked.since, asked.until, "last quarter")
    report = await _numbers(database, Question(span, by=By.GRADE))
    async with database.read(much=True) as session:
        claims = [one for one in await near_misses.claims_since(session, asked.since) if one.at < asked.until]
    total = report.total
    return Review(
        quarter=str(asked.quarter),
        version=row.version or 0,
        since=row.in_force_at or row.applied_at,
        mqls=total.mqls or 0,
        accepted=total.acceptance.part,
        decided=total.acceptance.of,
        reasons=tuple((report.reason(reason), number) for reason, number in total.reasons[:MOST]),
        claims=len(claims),
        lacked=lacked_only([[*(_label(policy, one) for one in claim.missing), *claim.lacking] for claim in claims]),
        grades=_by_grade(report),
    )


async def _numbers(database: Database, question: Question) -> Report:
    """A refusal there is of a team that is asked for, and none is."""
    report = await numbers.answer(database, question)
    if isinstance(report, Refusal):
        raise LookupError(report.words)
    return report


def _by_grade(report: Report) -> tuple[tuple[str, int, int], ...]:
    """Of graded leads that were decided, the best grades first."""
    graded = ((group.label, group.figures.acceptance) for group in report.groups if group.key)
    return tuple((label, share.part, share.of) for label, share in graded if share.of)[:MOST]


def _label(policy: Policy, criterion_id: str) -> str:
    criterion = policy.criterion(criterion_id)
    return criterion.label if criterion else criterion_id


async def keep(
    database: Database, quarter: str, by: str, now: datetime, *, request: str | None = None
) -> Refusal | None:
    """Somebody looked at the definition and would leave it as it is; all reviewers see it."""
    async with database.write() as session:
        await policies.alone(session)
        found = await policies.in_force(session)
        details = await reviews.details_of(session, quarter)
        if found is None or details is None:
            return NO_REVIEW
        version, policy = found
        refusal = may_not(Ask.REVIEW, roles_of(by, policy), policy)
        if refusal:
            return refusal
        if request and await receipts.is_done(session, request):
            return TWICE
        review = Review.model_validate(details)
        if review.version != version:
            return NO_REVIEW
        if any(one.by == by for one in review.kept):
            return KEPT
        if request:
            await receipts.done(session, request, now)
        await history.append(session, now, "definition reviewed", by, policy_version=version, why={"quarter": quarter})
        kept = review.model_copy(update={"kept": (*review.kept, Kept(by=by, at=now))})
        await reviews.show(session, quarter, kept.model_dump(mode="json"), now)
        return None
