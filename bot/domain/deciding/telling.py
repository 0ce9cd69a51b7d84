"""Who is told of what, beside the cards."""

from bot.domain.handoff import Agreement, Event, Handoff, Notice, State
from bot.domain.promises import Rung

E, S = Event, State
OPENING = -1
"""The step of what is told before the first rung of a turn."""


def reminded(handoff: Handoff) -> tuple[Notice, ...]:
    return (Notice("reminder", handoff.owner or "", {"turn": handoff.turn, "step": handoff.step}),)


def mentioned(handoff: Handoff, agreement: Agreement) -> tuple[Notice, ...]:
    """In the thread of the card that everybody sees; without a channel, to whoever has the lead."""
    channel = channel_of(handoff, agreement)
    details = {"turn": handoff.turn, "step": handoff.step}
    return (Notice("nudge", channel, details),) if channel else reminded(handoff)


def opened_to_all(handoff: Handoff, agreement: Agreement) -> tuple[Notice, ...]:
    """To the channel: the card there has changed, and a change rings no bell; without a channel, to nobody."""
    channel = channel_of(handoff, agreement)
    return (Notice("nudge", channel, {"turn": handoff.turn, "step": OPENING}),) if channel else ()


def channel_of(handoff: Handoff, agreement: Agreement) -> str | None:
    """Where everybody sees the lead: the team's channel, else that of all leads."""
    return agreement.team(handoff.team).channel or agreement.current.channels.leads


def escalated(handoff: Handoff, rung: Rung, agreement: Agreement) -> tuple[Notice, ...]:
    """Nobody is asked about themselves: of a manager's own lead the director hears, where there is one."""
    team = agreement.team(handoff.team)
    above = rung.to == "director" or (handoff.owner == team.manager and not handoff.is_pooled)
    return _raised(handoff, team.director if above and team.director else team.manager, agreement)


def asked(handoff: Handoff, agreement: Agreement) -> tuple[Notice, ...]:
    return _raised(handoff, agreement.team(handoff.team).manager, agreement)


def _raised(handoff: Handoff, boss: str, agreement: Agreement) -> tuple[Notice, ...]:
    details = {"turn": handoff.turn, "step": handoff.step}
    line = agreement.current.channels.escalations
    return (Notice("escalation", boss, details), *((Notice("escalation_line", line, details),) if line else ()))


def taken_back(handoff: Handoff) -> tuple[Notice, ...]:
    """To whoever accepted the lead and left it alone until it was taken back; nobody else's answer was awaited."""
    if handoff.state is not S.ACCEPTED or handoff.owner is None:
        return ()
    return (Notice("taken_back", handoff.owner, {"turn": handoff.turn, "step": handoff.step}),)


def told_marketing(kind: str, agreement: Agreement, turn: int) -> tuple[Notice, ...]:
    channel = agreement.current.channels.marketing
    recipients = (channel,) if channel else agreement.current.roles.marketing if kind == "returned" else ()
    return tuple(Notice(kind, recipient, {"turn": turn}) for recipient in recipients)
