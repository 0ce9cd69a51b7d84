"""Everything that messages about handoffs may show, read for many of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, case, select, union_all
from sqlmodel import SQLModel, col, func

from bot.domain.assigning.choice import Choice
from bot.domain.handoff import Agreement, Handoff, State
from bot.domain.lead import Facts, Signal, Stage
from bot.domain.story import Earlier, FollowUp, HandedOn, KnownAccount, MergedInto, Outcome, PastOffer, Story
from storage.asking import ask
from storage.database import Session
from storage.deciding import handoffs
from storage.governing.agreements import agreements_of
from storage.qualifying import briefs, outcomes
from storage.tables import FollowUpRow, HandoffRow, OfferRow, SignalRow

SIGNALS_SHOWN = 5
SOLD = frozenset({Stage.OPPORTUNITY, Stage.WON, Stage.LOST})
"""Stages that sales has told of."""

Found = Mapping[str, Sequence[Row[Any]]]
"""Rows by the lead, or by the handoff, that they are about."""

_leads: BindParameter[str] = bindparam("leads", expanding=True)
_handoffs: BindParameter[str] = bindparam("handoffs", expanding=True)
_lead, _handoff, _account = (SQLModel.metadata.tables[name].c for name in ("lead", "handoff", "account"))
_person = union_all(
    select(_lead.id.label("lead"), _lead.id.label("part")).where(_lead.id.in_(_leads)),
    select(_lead.merged_into, _lead.id).where(_lead.merged_into.in_(_leads)),
).cte("person")
"""Each lead with itself, and with all that were merged into it."""

LEADS = (
    select(
        *(_lead.id, _lead.facts, _lead.stage, _lead.cool_off_until, _lead.merged_into, _lead.erased_at),
        *(_lead.account_why, _account.name.label("account"), _account.owner.label("account_owner")),
    )
    .join_from(_lead.id.table, _account.id.table, _account.id == _lead.account_id, isouter=True)
    .where(_lead.id.in_(_leads))
)
ASKED = select(HandoffRow).where(col(HandoffRow.id).in_(_handoffs))
OFFERS = select(OfferRow).where(col(OfferRow.handoff_id).in_(_handoffs)).order_by(col(OfferRow.id))
FOLLOW_UPS = select(FollowUpRow).where(col(FollowUpRow.handoff_id).in_(_handoffs)).order_by(col(FollowUpRow.id))
OTHERS = select(
    *(_person.c.lead, _handoff.lead_id, _handoff.number, _handoff.state, _handoff.owner),
    *(_handoff.created_at, _handoff.followed_up_at, _handoff.closed_at, _handoff.decided_at, _handoff.decided_by),
    *(_handoff.reason, _handoff.detail, _handoff.disputed),
    case((_handoff.disputed.is_not(None), _handoff.scoring)).label("scoring"),  # it is long, and rarely asked for
).join(_person, _person.c.part == _handoff.lead_id)

_once = (
    select(_person.c.lead, func.max(SignalRow.id).label("id"), col(SignalRow.at).label("at"))
    .join(_person, _person.c.part == SignalRow.lead_id)
    .group_by(_person.c.lead, col(SignalRow.fingerprint), col(SignalRow.kind), col(SignalRow.at))
    .subquery()
)
_counted = select(
    _once.c.lead,
    _once.c.id,
    func.row_number().over(partition_by=_once.c.lead, order_by=(_once.c.at.desc(), _once.c.id)).label("place"),
    func.count().over(partition_by=_once.c.lead).label("in_all"),
).subquery()
SIGNALS = (
    select(_counted.c.lead, _counted.c.in_all, SignalRow)
    .join(_counted, _counted.c.id == SignalRow.id)
    .where(_counted.c.place <= SIGNALS_SHOWN)
    .order_by(_counted.c.place)
)
"""The newest few of each lead, and how many there are in all; what two parts of a person did is there once."""


async def of_handoff(session: Session, handoff: Handoff) -> Story:
    """The handoff's story as the database has it now."""
    return (await of_handoffs(session, [handoff]))[handoff.id]


async def of_ids(session: Session, handoff_ids: Collection[str]) -> dict[str, Story]:
    """The story of each of these handoffs that there is, by its id."""
    rows = await ask(session, ASKED, handoffs=sorted(handoff_ids)) if handoff_ids else ()
    return await of_handoffs(session, [Handoff.model_validate(dict(row._mapping)) for row in rows])


async def of_handoffs(session: Session, asked: Collection[Handoff]) -> dict[str, Story]:
    """The story of each of these handoffs, by its id, in as many statements as that of one takes."""
    if not asked:
        return {}
    leads, ids = sorted({one.lead_id for one in asked}), sorted({one.id for one in asked})
    by_lead = {row.id: row for row in await ask(session, LEADS, leads=leads)}
    signals = _by("lead", await ask(session, SIGNALS, leads=leads))
    others = _by("lead", await ask(session, OTHERS, leads=leads))
    offers = _by("handoff_id", await ask(session, OFFERS, handoffs=ids))
    follow_ups = _by("handoff_id", await ask(session, FOLLOW_UPS, handoffs=ids))
    agreements = await agreements_of(session, asked)
    campaigns = await briefs.of_campaigns(session, {row.facts.get("campaign") for row in by_lead.values()})
    stories = {}
    for handoff in asked:
        lead = by_lead[handoff.lead_id]
        story = _told(handoff, lead, agreements[handoff.id], offers[handoff.id], signals[lead.id])
        stories[handoff.id] = replace(
            story,
            follow_ups=tuple(FollowUp(f.by, f.at, f.how, f.outcome, f.note) for f in follow_ups[handoff.id]),
            outcomes=await _outcomes(session, lead),
            earlier=_before(handoff, others[lead.id]),
            brief=campaigns.get(story.facts.campaign),
            merged=await _merged(session, lead),
        )
    return stories


def _by(column: str, rows: Iterable[Row[Any]]) -> Found:
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row._mapping[column]].append(row)
    return found


def _told(
    handoff: Handoff, lead: Row[Any], agreement: Agreement, offers: Sequence[Row[Any]], signals: Sequence[Row[Any]]
) -> Story:
    running = next((offer for offer in offers if not offer.ended), None)
    return Story(
        handoff,
        Facts.model_validate(lead.facts),
        Stage(lead.stage),
        agreement,
        signals=tuple(_signal(row) for row in signals),
        signals_in_all=signals[0].in_all if signals else 0,
        opened_at=running.opened_at if running else None,
        past_offers=tuple(PastOffer(o.rep, o.offered_at, o.ended) for o in offers if o.ended),
        cool_off_until=lead.cool_off_until,
        account=_known_account(lead),
        handed_on=_handed_on(offers),
        choice=_choice(running),
        erased_at=lead.erased_at,
    )


def _signal(row: Row[Any]) -> Signal:
    return Signal(id=row.signal_id, kind=row.kind, at=row.at, label=row.label, url=row.url, seconds=row.seconds)


def _known_account(lead: Row[Any]) -> KnownAccount | None:
    how = str((lead.account_why or {}).get("how"))
    return KnownAccount(lead.account, lead.account_owner, how) if lead.account_owner else None


def _handed_on(offers: Sequence[Row[Any]]) -> HandedOn | None:
    """Who gave the lead to whoever had its last offer, where somebody did."""
    why = (offers[-1].why if offers else None) or {}
    return HandedOn(**why["handed_on"]) if "handed_on" in why else None


def _choice(offer: Row[Any] | None) -> Choice | None:
    """Why the offer is whose it is, where that is kept."""
    kept = ((offer.why if offer else None) or {}).get("choice")
    return Choice.model_validate(kept) if kept else None


async def _outcomes(session: Session, lead: Row[Any]) -> tuple[Outcome, ...]:
    told = await outcomes.of_lead(session, lead.merged_into or lead.id) if lead.stage in SOLD else []
    return tuple(Outcome(one.outcome, one.at, one.amount, one.currency, one.reason) for one in told)


async def _merged(session: Session, lead: Row[Any]) -> MergedInto | None:
    if lead.merged_into is None:
        return None
    theirs = await handoffs.of_lead(session, lead.merged_into)
    return MergedInto(next((one.owner for one in theirs if one.state in {State.OFFERED, State.ACCEPTED}), None))


def _before(handoff: Handoff, others: Iterable[Row[Any]]) -> tuple[Earlier, ...]:
    """Handoffs of the same person before this one, the first first, numbered as they ended."""
    before = [
        _earlier(other)
        for other in others
        if (other.number < handoff.number if other.lead_id == handoff.lead_id else _was_over(other, handoff))
        and not _gave_way(other, handoff)
    ]
    in_order = enumerate(sorted(before, key=lambda one: (one.closed_at, one.number)), 1)
    return tuple(replace(one, number=number) for number, one in in_order)


def _was_over(other: Row[Any], handoff: Handoff) -> bool:
    return handoff.closed_at is None or bool(other.created_at < handoff.closed_at)


def _gave_way(other: Row[Any], handoff: Handoff) -> bool:
    """Whether the other ended because this one goes on: two at a time of one person were never two times."""
    ended: datetime = other.closed_at or other.created_at
    return other.state == State.WITHDRAWN and ended > handoff.created_at


def _earlier(row: Row[Any]) -> Earlier:
    """What became of an earlier handoff; one that was accepted and never given back ended with its last word."""
    ended = row.closed_at or row.followed_up_at or row.decided_at or row.created_at
    by = row.decided_by or (row.owner if row.state == State.ACCEPTED else None)
    evidence = (row.scoring or {}).get("evidence", ())
    disputed = next((one["label"] for one in evidence if one["criterion"] == row.disputed), None)
    return Earlier(row.number, State(row.state), ended, row.reason, by, row.detail, disputed)
