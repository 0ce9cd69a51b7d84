"""Who is told of what, beside the cards."""

from bot.domain.handoff import Agreement, Event, Handoff, Notice, State
from bot.domain.promises import Rung

E, S = Event, State


def reminded(handoff: Handoff) -> tuple[Notice, ...]:
    return (Notice("reminder", handoff.owner or "", {"turn": handoff.turn, "step": handoff.step}),)


def escalated(handoff: Handoff, rung: Rung, agreement: Agreement) -> tuple[Notice, ...]:
    """Nobody is asked about themselves: of a manager's own lead the director hears, where there is one."""
    team = agreement.team(handoff.team)
    above = rung.to == "director" or handoff.owner == team.manager
    return _raised(handoff, team.director if above and team.director else team.manager, agreement)


def asked(handoff: Handoff, agreement: Agreement) -> tuple[Notice, ...]:
    return _raised(handoff, agreement.team(handoff.team).manager, agreement)


def _raised(handoff: Handoff, boss: str, agreement: Agreement) -> tuple[Notice, ...]:
    details = {"turn": handoff.turn, "step": handoff.step}
    line = agreement.current.channels.escalations
    return (Notice("escalation", boss, details), *((Notice("escalation_line", line, details),) if line else ()))


def told_marketing(kind: str, agreement: Agreement, turn: int) -> tuple[Notice, ...]:
    channel = agreement.current.channels.marketing
    recipients = (channel,) if channel else agreement.current.roles.marketing if kind == "returned" else ()
    return tuple(Notice(kind, recipient, {"turn": turn}) for recipient in recipients)
