"""What should never be so: looked for in the rows themselves, apart from the code that writes them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlmodel import and_, col, func, not_, or_, select

from bot.domain.policy import Policy
from storage.database import Session
from storage.governing import policies
from storage.tables import CardRow, EmailRow, HandoffRow, LeadRow, OfferRow, PersonRow, PolicyRow

LATE = timedelta(minutes=5)
"""How long anything may take that is done within seconds when all is well."""
UNSHOWN = timedelta(minutes=10)
OFTEN = 7
"""Failures in a row, which take about four minutes."""
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """How many rows are as they should not be, in words, and the ids of a few."""

    count: int
    words: str
    examples: tuple[str, ...]


Where = Callable[[datetime], Select[Any]]
"""The ids of the rows that are wrong at a moment."""

OPEN: ColumnElement[bool] = or_(
    col(HandoffRow.state).in_(("waiting", "offered")),
    and_(col(HandoffRow.state) == "accepted", col(HandoffRow.followed_up_at).is_(None)),
)
HELD = and_(OPEN, col(HandoffRow.state) != "waiting")


def _handoffs(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(col(HandoffRow.id).label("id")).where(*conditions)


def _no_deadline(_: datetime) -> Select[Any]:
    return _handoffs(OPEN, col(HandoffRow.due_at).is_(None))


def _overdue(now: datetime) -> Select[Any]:
    return _handoffs(or_(col(HandoffRow.due_at) < now - LATE, col(HandoffRow.backoff) >= OFTEN), OPEN)


def _no_owner(_: datetime) -> Select[Any]:
    return _handoffs(OPEN, col(HandoffRow.owner).is_(None))


def _owner_deactivated(now: datetime) -> Select[Any]:
    gone = select(PersonRow.slack_id).where(col(PersonRow.active).is_(False), col(PersonRow.checked_at) < now - LATE)
    return _handoffs(HELD, col(HandoffRow.owner).in_(gone))


def _no_card(_: datetime) -> Select[Any]:
    theirs = select(CardRow.key).where(
        CardRow.handoff_id == HandoffRow.id, CardRow.recipient == HandoffRow.owner, CardRow.kind == "dm"
    )
    return _handoffs(HELD, not_(theirs.exists()))


def _card_not_shown(now: datetime) -> Select[Any]:
    unshown = select(CardRow.key).where(
        CardRow.handoff_id == HandoffRow.id,
        CardRow.recipient == HandoffRow.owner,
        CardRow.kind == "dm",
        CardRow.shown == 0,
        col(CardRow.created_at) < now - UNSHOWN,
    )
    return _handoffs(HELD, unshown.exists())


def _turns(_: datetime) -> Select[Any]:
    running = (
        select(func.count())
        .where(
            OfferRow.handoff_id == HandoffRow.id,
            col(OfferRow.ended_at).is_(None),
            OfferRow.rep == HandoffRow.owner,
        )
        .scalar_subquery()
    )
    return _handoffs(col(HandoffRow.state) == "offered", running != 1)


def _leads(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(col(LeadRow.id).label("id")).where(*conditions, col(LeadRow.erased_at).is_(None))


def _forgotten(_: datetime) -> Select[Any]:
    passage = select(HandoffRow.id).where(HandoffRow.lead_id == LeadRow.id, OPEN)
    return _leads(col(LeadRow.stage) == "mql", not_(passage.exists()))


def _never_handed_over(now: datetime) -> Select[Any]:
    passage = select(HandoffRow.id).where(HandoffRow.lead_id == LeadRow.id)
    return _leads(
        col(LeadRow.hand_over_at) < now - LATE,
        col(LeadRow.path).is_not(None),
        col(LeadRow.stage).in_(("suspect", "prospect")),
        or_(col(LeadRow.score_at).is_(None), col(LeadRow.score_at) > now),
        col(LeadRow.merged_into).is_(None),
        col(LeadRow.history_only).is_(False),
        func.coalesce(col(LeadRow.facts)["consent"].as_boolean(), True),
        not_(passage.exists()),
    )


def _not_scored(now: datetime) -> Select[Any]:
    return _leads(or_(col(LeadRow.score_at) < now - LATE, col(LeadRow.backoff) >= OFTEN))


def _stuck_cards(now: datetime) -> Select[Any]:
    return select(col(CardRow.key).label("id")).where(col(CardRow.lease_until) < now - LATE)


def _stuck_emails(now: datetime) -> Select[Any]:
    return select(col(EmailRow.key).label("id")).where(
        col(EmailRow.lease_until) < now - LATE, col(EmailRow.done_at).is_(None)
    )


CHECKS: dict[str, Where] = {
    "Open handoffs without a deadline": _no_deadline,
    "Handoffs whose next step is not taken": _overdue,
    "Open handoffs without an owner": _no_owner,
    "Handoffs whose owner's account is deactivated": _owner_deactivated,
    "Handoffs without a card for their owner": _no_card,
    "Handoffs whose owner has not been shown the card for ten minutes": _card_not_shown,
    "Offered handoffs without exactly one turn that runs": _turns,
    "Qualified leads that nobody has": _forgotten,
    "Leads whose time to be handed over has passed": _never_handed_over,
    "Leads whose scoring is late": _not_scored,
    "Messages that somebody began to send and nobody finished": _stuck_cards,
    "E-mails that somebody began to send and nobody finished": _stuck_emails,
}
"""What is wrong, in words that come before a number, and how it is found."""


async def look(session: Session, now: datetime) -> list[Finding]:
    """Everything that is as it should not be at this moment."""
    found = [await _found(session, words, where(now)) for words, where in CHECKS.items()]
    found.append(await _owners_unknown(session, now))
    return [finding for finding in found if finding.count]


async def _found(session: Session, words: str, wrong: Select[Any]) -> Finding:
    rows = wrong.subquery()
    counted = select(rows.c.id, func.count().over()).order_by(rows.c.id).limit(EXAMPLES)
    found = (await session.exec(counted)).all()
    return Finding(found[0][1] if found else 0, words, tuple(str(row[0]) for row in found))


async def _owners_unknown(session: Session, now: datetime) -> Finding:
    words = "Handoffs whose owner has no part in the policy"
    in_force = await policies.in_force(session)
    since = (await session.exec(select(PolicyRow.in_force_at).where(PolicyRow.state == "in_force"))).first()
    if in_force is None or since is None or since > now - LATE:
        return Finding(0, words, ())
    known = _parts(in_force[1])
    return await _found(session, words, _handoffs(OPEN, col(HandoffRow.owner).not_in(known)))


def _parts(policy: Policy) -> Collection[str]:
    led = {person for team in policy.teams for person in (team.manager, team.director) if person}
    return led | {rep.email for team in policy.teams for rep in team.reps} | set(policy.roles.admins)
