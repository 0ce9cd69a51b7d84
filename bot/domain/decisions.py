"""What follows from each event of a handoff.

Every decision is a function from a handoff and `now` to a `Change` (all that follows, to be written in one
transaction) or a `Refusal` (words for the person).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.authority import refused
from bot.domain.business_time import due, opening_after
from bot.domain.escalation import Anchors, after_firing, made_up, rung_after
from bot.domain.handoff import BATON, Agreement, Change, Event, Handoff, Notice, Refusal, State, Target
from bot.domain.lead import Stage
from bot.domain.policy import Reason, Rung

E, S = Event, State
NO_MORE: Mapping[str, Any] = {}


def start(
    handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime, why: Mapping[str, Any]
) -> Change:
    """A new handoff: offered to the rep routing found, else waiting for the team's next opening."""
    moved, notices = _sent(handoff, target, agreement, now)
    return Change(moved, "handed over", BATON, why, offered_to=_rep(moved), notices=notices, stage=Stage.MQL)


def accept(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The lead becomes an SQL and its follow-up clock starts."""
    if refusal := refused(handoff, E.ACCEPT, by, agreement):
        return refusal
    accepted = _accepted(handoff, handoff.owner or by, by, agreement, now)
    return _sql(accepted, "accepted", by, agreement, ended="accepted")


def claim(handoff: Handoff, by: str, agreement: Agreement, now: datetime, why: Mapping[str, Any]) -> Change:
    """A new handoff of a near miss that a rep asked for: accepted as it begins, so that it is offered to nobody."""
    claimed = _accepted(handoff, by, by, agreement, now).model_copy(update={"undo": None})
    return _sql(claimed, "claimed", by, agreement, why)


def _sql(
    taken: Handoff, what: str, by: str, agreement: Agreement, why: Mapping[str, Any] = NO_MORE, ended: str | None = None
) -> Change:
    notices = _told_marketing("accepted", agreement, turn=taken.turn)
    return Change(taken, what, by, why, offer_ended=ended, stage=Stage.SQL, notices=notices)


def may_reject(handoff: Handoff, by: str, agreement: Agreement) -> bool:
    return refused(handoff, E.REJECT, by, agreement) is None


def wants_rep(handoff: Handoff, agreement: Agreement) -> bool:
    """Whether what is due now is an offer to somebody else."""
    if handoff.state is S.WAITING:
        return True
    calendar = agreement.calendar(handoff.team)
    return rung_after(agreement.clock(handoff), calendar, _anchors(handoff), handoff.step).rung.do == "reassign"


def reject(
    handoff: Handoff,
    by: str,
    reason: Reason,
    agreement: Agreement,
    now: datetime,
    *,
    detail: str | None = None,
    disputed: str | None = None,
    elsewhere: Target | None = None,
) -> Change | Refusal:
    """What the reason means: recycled, disqualified, or on to `elsewhere`, where routing without this team leads."""
    if refusal := refused(handoff, E.REJECT, by, agreement):
        return refusal
    why = {"reason": reason.id, "means": reason.means}
    if reason.means == "reroute":
        rerouted = handoff.model_copy(update={"without_teams": (*handoff.without_teams, handoff.team)})
        moved, notices = _sent(rerouted, elsewhere, agreement, now)
        return Change(moved, "rerouted", by, why, offer_ended="rejected", offered_to=_rep(moved), notices=notices)
    recycles = reason.means == "recycle"
    cool_off = due(agreement.calendar(handoff.team), reason.cool_off, now) if recycles and reason.cool_off else None
    ended = _closed(handoff, S.RECYCLED if recycles else S.DISQUALIFIED, now).model_copy(
        update={
            "decided_at": now,
            "decided_by": by,
            "reason": reason.id,
            "detail": detail,
            "disputed": disputed,
            "undo": _remembered(handoff),
            "cool_off_until": cool_off,
        }
    )
    return Change(
        ended,
        "rejected",
        by,
        why,
        offer_ended="rejected",
        cool_off_until=cool_off,
        stage=Stage.RECYCLED if recycles else Stage.DISQUALIFIED,
        notices=_told_marketing("returned", agreement, turn=handoff.turn),
    )


def undo(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """Within five minutes, the same rep has the offer again, with the clock that was running."""
    if refusal := refused(handoff, E.UNDO, by, agreement):
        return refusal
    until = handoff.undo_until()
    if handoff.undo is None or until is None or now > until or not (handoff.is_open or handoff.state is not S.ACCEPTED):
        return Refusal("It is too late to undo this. Ask the manager of the team if it was a mistake.")
    restored = Handoff.model_validate({**handoff.model_dump(), **dict.fromkeys(DECIDED), **handoff.undo})
    return Change(restored, "undone", by, {"was": handoff.state.value}, offer_resumed=True, stage=Stage.MQL)


DECIDED = (
    "closed_at",
    "accepted_at",
    "decided_at",
    "decided_by",
    "reason",
    "detail",
    "disputed",
    "undo",
    "cool_off_until",
)


def assign(handoff: Handoff, to: str, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The manager's choice: a fresh offer to this rep of the team."""
    if refusal := refused(handoff, E.ASSIGN, by, agreement):
        return refusal
    if to == handoff.owner and handoff.state is S.OFFERED:
        return Refusal(f"<@{to}> already has this lead.")
    if not agreement.team(handoff.team).has(to):
        return Refusal(f"<@{to}> is not in this team. Choose one of its reps.")
    offered = _offered(handoff, to, handoff.team, agreement, now)
    return Change(offered, "reassigned", by, {"to": to}, offer_ended="reassigned", offered_to=to, stage=Stage.MQL)


def take_over(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The manager becomes the owner and has accepted; the follow-up clock starts."""
    if refusal := refused(handoff, E.TAKE_OVER, by, agreement):
        return refusal
    if handoff.owner == by and handoff.state is S.ACCEPTED:
        return Refusal("You already have this lead.")
    taken = _accepted(handoff, by, by, agreement, now).model_copy(update={"undo": None, "owner_gone": False})
    return _sql(taken, "taken over", by, agreement, ended="taken over")


def follow_up(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The first touch ends the follow-up clock; later ones are only recorded."""
    if refusal := refused(handoff, E.FOLLOW_UP, by, agreement):
        return refusal
    return Change(_followed_up(handoff, now), "followed up", by)


def outcome(handoff: Handoff, kind: str, now: datetime) -> Change | None:
    """What sales reached counts as the answer: it ends the clock, and an offer nobody answered."""
    if not handoff.is_open:
        return None
    why = {"outcome": kind}
    if handoff.state is S.ACCEPTED:
        return Change(_followed_up(handoff, now), "followed up", BATON, why)
    if handoff.state is S.OFFERED and kind != "lost":
        taken = handoff.model_copy(
            update={
                "state": S.ACCEPTED,
                "accepted_at": now,
                "decided_at": now,
                "decided_by": handoff.owner,
            }
        )
        return Change(_followed_up(taken, now), "accepted", BATON, why, offer_ended="accepted")
    return Change(_closed(handoff, S.WITHDRAWN, now), "withdrawn", BATON, why, offer_ended="withdrawn")


def withdraw(handoff: Handoff, by: str, why: Mapping[str, Any], now: datetime) -> Change | None:
    """Takes an open handoff back for good; None when there is nothing open."""
    if not handoff.is_open:
        return None
    return Change(_closed(handoff, S.WITHDRAWN, now), "withdrawn", by, why, offer_ended="withdrawn")


def lose_owner(handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime) -> Change:
    """The owner is no longer in the team: the handoff goes back to routing."""
    moved, notices = _sent(handoff, target, agreement, now)
    return Change(
        moved,
        "sent back to routing",
        BATON,
        {"lost": handoff.owner},
        offer_ended="owner gone",
        offered_to=_rep(moved),
        notices=notices,
        stage=Stage.MQL,
    )


def deadline(handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime) -> Change:
    """One step of what the clock demands: offer what waits, or the next rung of the ladder."""
    if handoff.state is S.WAITING:
        moved, notices = _sent(handoff, target, agreement, now)
        return Change(
            moved,
            "offered" if moved.state is S.OFFERED else "still waiting",
            BATON,
            offered_to=_rep(moved),
            notices=notices,
        )
    clock, anchors = agreement.clock(handoff), _anchors(handoff)
    rung = rung_after(clock, agreement.calendar(handoff.team), anchors, handoff.step).rung
    why = {"rung": f"{rung.at}%", "do": rung.do, "due_at": handoff.due_at and handoff.due_at.isoformat()}
    if rung.do == "recycle":
        return _ignored(handoff, agreement, now, why)
    if rung.do == "reassign" and target and target.rep and target.rep != handoff.owner:
        offered = _offered(_made_up(handoff, agreement, now), target.rep, target.team, agreement, now)
        return Change(offered, "reassigned", BATON, why, offer_ended="missed", offered_to=target.rep, stage=Stage.MQL)
    notices = _reminded(handoff) if rung.do == "remind" else _escalated(handoff, rung, agreement)
    what = "reminded" if rung.do == "remind" else "escalated"
    return Change(_stepped(handoff, agreement, now), what, BATON, why, notices=notices)


def _rep(handoff: Handoff) -> str | None:
    return handoff.owner if handoff.state is S.OFFERED else None


def _sent(
    handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime
) -> tuple[Handoff, tuple[Notice, ...]]:
    """Offered to the rep that was found; else waiting, and the manager is asked where no opening will bring a rep."""
    if target and target.rep:
        return _offered(handoff, target.rep, target.team, agreement, now), ()
    team = target.team if target else handoff.team
    nobody_left = target is None or target.nobody_left
    waiting = handoff.model_copy(
        update={
            "state": S.WAITING,
            "team": team,
            "owner": agreement.team(team).manager,
            "ask_manager": nobody_left,
            "due_at": opening_after(agreement.calendar(team), now),
            "step": handoff.step + 1,
            "offered_at": None,
            "clock_from": None,
            "recycle_from": None,
            "deadline_at": None,
            "accepted_at": None,
            "decided_at": None,
            "decided_by": None,
            "undo": None,
            "owner_gone": False,
        }
    )
    asked_before = handoff.state is S.WAITING and handoff.ask_manager
    return waiting, _asked(waiting, agreement) if nobody_left and not asked_before else ()


def _offered(handoff: Handoff, rep: str, team: str, agreement: Agreement, now: datetime) -> Handoff:
    offered = handoff.model_copy(
        update={
            "state": S.OFFERED,
            "owner": rep,
            "team": team,
            "offered_at": now,
            "turn": handoff.turn + 1,
            "first_offered_at": handoff.first_offered_at or now,
            "recycle_from": handoff.recycle_from or now,
            "accepted_at": None,
            "decided_at": None,
            "decided_by": None,
            "undo": None,
            "ask_manager": False,
            "owner_gone": False,
        }
    )
    return _started(offered, agreement, now)


def _accepted(handoff: Handoff, owner: str, by: str, agreement: Agreement, now: datetime) -> Handoff:
    accepted = handoff.model_copy(
        update={
            "state": S.ACCEPTED,
            "owner": owner,
            "accepted_at": now,
            "decided_at": now,
            "decided_by": by,
            "undo": _remembered(handoff),
            "turn": handoff.turn + 1,
            "recycle_from": None,
            "ask_manager": False,
        }
    )
    return _started(accepted, agreement, now)


def _started(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    clock, calendar = agreement.clock(handoff), agreement.calendar(handoff.team)
    first = rung_after(clock, calendar, Anchors(now, handoff.recycle_from or now), 0)
    return handoff.model_copy(
        update={
            "clock_from": now,
            "step": 0,
            "deadline_at": due(calendar, clock.within, now),
            "due_at": first.at,
        }
    )


def _made_up(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    """Downtime is nobody's time: it does not bring the way back to marketing nearer."""
    if handoff.recycle_from is None or handoff.due_at is None:
        return handoff
    clock, calendar = agreement.clock(handoff), agreement.calendar(handoff.team)
    first = made_up(clock, calendar, handoff.recycle_from, handoff.due_at, now)
    return handoff.model_copy(update={"recycle_from": first})


def _stepped(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    anchors, coming = after_firing(
        agreement.clock(handoff),
        agreement.calendar(handoff.team),
        _anchors(handoff),
        handoff.step + 1,
        handoff.due_at or now,
        now,
    )
    return handoff.model_copy(
        update={
            "step": handoff.step + 1,
            "due_at": coming.at,
            "clock_from": anchors.start,
            "recycle_from": handoff.recycle_from and anchors.first,
        }
    )


def _followed_up(handoff: Handoff, now: datetime) -> Handoff:
    if handoff.followed_up_at:
        return handoff
    return handoff.model_copy(update={"followed_up_at": now, "due_at": None, "undo": None})


def _closed(handoff: Handoff, state: State, now: datetime) -> Handoff:
    return handoff.model_copy(update={"state": state, "closed_at": now, "due_at": None, "undo": None})


def _ignored(handoff: Handoff, agreement: Agreement, now: datetime, why: Mapping[str, Any]) -> Change:
    return Change(
        _closed(handoff, S.RECYCLED, now),
        "recycled",
        BATON,
        why,
        offer_ended="missed",
        stage=Stage.RECYCLED,
        notices=_told_marketing("returned", agreement, turn=handoff.turn),
    )


CLOCK = ("state", "owner", "clock_from", "recycle_from", "deadline_at", "due_at", "step", "turn")


def _remembered(handoff: Handoff) -> Mapping[str, Any]:
    """What an undo puts back."""
    return handoff.model_dump(mode="json", include=set(CLOCK))


def _anchors(handoff: Handoff) -> Anchors:
    start_of_clock = handoff.clock_from or handoff.created_at
    return Anchors(start_of_clock, handoff.recycle_from or start_of_clock)


def _reminded(handoff: Handoff) -> tuple[Notice, ...]:
    return (Notice("reminder", handoff.owner or "", {"turn": handoff.turn, "step": handoff.step}),)


def _escalated(handoff: Handoff, rung: Rung, agreement: Agreement) -> tuple[Notice, ...]:
    """Nobody is asked about themselves: of a manager's own lead the director hears, where there is one."""
    team = agreement.team(handoff.team)
    above = rung.to == "director" or handoff.owner == team.manager
    return _raised(handoff, team.director if above and team.director else team.manager, agreement)


def _asked(handoff: Handoff, agreement: Agreement) -> tuple[Notice, ...]:
    return _raised(handoff, agreement.team(handoff.team).manager, agreement)


def _raised(handoff: Handoff, boss: str, agreement: Agreement) -> tuple[Notice, ...]:
    details = {"turn": handoff.turn, "step": handoff.step}
    line = agreement.current.channels.escalations
    return (Notice("escalation", boss, details), *((Notice("escalation_line", line, details),) if line else ()))


def _told_marketing(kind: str, agreement: Agreement, turn: int) -> tuple[Notice, ...]:
    channel = agreement.current.channels.marketing
    recipients = (channel,) if channel else agreement.current.roles.marketing if kind == "returned" else ()
    return tuple(Notice(kind, recipient, {"turn": turn}) for recipient in recipients)
