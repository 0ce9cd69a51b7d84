"""What happens when a message cannot be shown: somebody is reached otherwise, and those who can mend it hear of it.

Direct message, else a mention in the channel, else an e-mail; and the admins, once.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.delivery.verdicts import ERRORS, SHUT_OUT, Answer, Verdict
from bot.domain.deciding.telling import channel_of
from bot.domain.handoff import Agreement, Handoff, State
from bot.domain.policy import Policy
from bot.usecases.assigning import releasing
from bot.usecases.deciding.agreements import agreement_of
from bot.usecases.deciding.changes import channel_key, dm_key
from bot.usecases.operating.alarms import end_alarm, raise_alarm, tell_of_all_open
from storage.assigning import people
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.delivery import cards, emails
from storage.governing import policies
from storage.identifying import leads
from storage.operating import alarms
from storage.tables import CardRow

TOKEN, APP, DIRECT = "slack token", "slack app", "direct messages"
LEFT = "user_disabled"
TABS_OFF = "messages_tab_disabled"
LASTS = 5
"""Failures after which something that nobody knows the reason of is told."""
TO_ONE = frozenset({"dm", "reminder", "escalation"})
TO_OWNER = frozenset({"dm", "reminder"})
PASSING = frozenset({Verdict.LIMITED, Verdict.UNKNOWN})
"""That one message is over this says nothing of the others."""
HELD = frozenset({State.OFFERED, State.ACCEPTED})


async def not_shown(session: Session, row: CardRow, answer: Answer, now: datetime) -> None:
    """Reaches whom the message was for in another way, and tells the admins what is wrong."""
    if answer.verdict is Verdict.REFUSED and row.failures + 1 < LASTS:
        return
    if row.kind == "alarm" and answer.verdict not in SHUT_OUT:
        await emails.want(session, row.key, "alarm", row.recipient, now, details=row.details)
        return
    if row.kind == "home" and answer.verdict not in SHUT_OUT:
        return
    if row.handoff_id and row.ts is None and answer.verdict not in SHUT_OUT:
        await _otherwise(session, row, row.handoff_id, now)
    name, words = trouble(row, answer)
    await raise_alarm(session, name, words, now)


async def shown(database: Database, messages: Sequence[tuple[CardRow, bool]], now: datetime) -> None:
    """Ends the alarms that these messages prove to be over, and lets wait no longer what waited for that."""
    proven = {row.key: set(_over(row, posted)) for row, posted in messages}
    async with database.read() as session:
        still_open = await alarms.open_of(session, set().union(*proven.values()))
    for row, posted in messages:
        if not proven[row.key] & still_open:
            continue
        async with database.write() as session:
            for name in _over(row, posted):
                await end_alarm(session, name, now)
            await cards.wake(session, [row.recipient], now)
            if row.error and posted and ERRORS.get(row.error) not in PASSING:
                await cards.wake_all_refused(session, row.error, now)


async def let_in(session: Session, now: datetime) -> None:
    """Slack accepts the token: what was said about it is over."""
    for name in (TOKEN, APP):
        await end_alarm(session, name, now)


async def person_seen(session: Session, person: str, active: bool, now: datetime) -> None:
    """Slack says whether the account is in use.

    The leads of somebody who left go back to routing at once; whoever is back is shown what was given up meanwhile.
    """
    if active:
        if await people.inactive(session, [person]):
            await releasing.seen_again(session, person, now)
            await cards.want_given_up(session, person, LEFT, now)
        await people.seen(session, person, True, now)
        if await alarms.are_any_open(session, [f"person {person}"]):
            await end_alarm(session, f"person {person}", now)
        return
    await handoffs.release_from(session, person, now)
    await people.seen(session, person, False, now)
    found = await policies.in_force(session)
    roles = _depended_on(found[1], person) if found else []
    if roles:
        words = f"<@{person}> has no account in Slack any more, and the policy names them: {', '.join(roles)}. "
        await raise_alarm(session, f"person {person}", words + "Name somebody else in the policy file, apply it.", now)
        await tell_of_all_open(session, now)


async def person_changed(database: Database, person: str, active: bool, now: datetime) -> None:
    """Slack said by itself that this account was deactivated or is back; people nobody depends on are passed over."""
    async with database.read() as session:
        known = await people.get(session, person)
    if known is None or known.active is active:
        return
    async with database.write() as session:
        await person_seen(session, person, active, now)


async def _otherwise(session: Session, row: CardRow, handoff_id: str, now: datetime) -> None:
    handoff = await handoffs.get_one(session, handoff_id)
    await leads.lock(session, handoff.lead_id)
    handoff = await handoffs.get_one(session, handoff_id)
    agreement = await agreement_of(session, handoff)
    if row.kind in TO_ONE and _is_for(handoff, row):
        await _mention(session, row, handoff, agreement, now)
    if row.kind in TO_OWNER | {"channel", "mention"}:
        await _email(session, row, handoff, agreement, now)


def _is_for(handoff: Handoff, row: CardRow) -> bool:
    """Whether this person still is to hear of the lead."""
    if row.kind in TO_OWNER:
        return handoff.state in HELD and handoff.owner == row.recipient
    return handoff.is_open and handoff.turn == row.details.get("turn")


async def _mention(session: Session, row: CardRow, handoff: Handoff, agreement: Agreement, now: datetime) -> None:
    own = channel_of(handoff, agreement)
    channel = own if row.kind in TO_OWNER else agreement.current.channels.escalations or own
    key = f"{row.key}:mention:{handoff.turn}"
    if channel is None or await cards.get(session, key):
        return
    parent = channel_key(handoff.id, channel) if row.kind in TO_OWNER else None
    details = {"turn": handoff.turn, "person": row.recipient, "of": row.kind, "card": row.key}
    await cards.want(session, key, "mention", channel, now, handoff_id=handoff.id, parent=parent, details=details)


async def _email(session: Session, row: CardRow, handoff: Handoff, agreement: Agreement, now: datetime) -> None:
    """At once, where neither the owner's own card nor the channel can be written."""
    if handoff.owner is None or handoff.state not in HELD:
        return
    channel = channel_of(handoff, agreement)
    own = await cards.get(session, dm_key(handoff.id, handoff.owner))
    shared = await cards.get(session, channel_key(handoff.id, channel)) if channel else None
    if _is_lost(own, row) and (row.kind == "mention" or _is_lost(shared, row)):
        key, details = emails.of_turn(handoff.id, handoff.turn), {"turn": handoff.turn}
        await emails.want(session, key, "lead", handoff.owner, now, handoff_id=handoff.id, details=details)


def _is_lost(card: CardRow | None, row: CardRow) -> bool:
    return card is None or card.key == row.key or (card.ts is None and card.failures > 0)


def trouble(row: CardRow, answer: Answer) -> tuple[str, str]:
    """The name of the alarm, and its words: what is wrong, and what to do."""
    said = answer.error or "nothing"
    where = row.recipient
    table = {
        Verdict.REVOKED: (
            TOKEN,
            f"Slack refuses Baton's token ({said}). Nothing is lost: everything waits. Copy the Bot User OAuth Token "
            "again from OAuth & Permissions, set SLACK_BOT_TOKEN and restart Baton.",
        ),
        Verdict.REMOVED: (
            APP,
            f"Baton was removed from Slack ({said}). Nothing is lost: everything waits. Install the app again, "
            "set SLACK_BOT_TOKEN to its new token and restart Baton.",
        ),
        Verdict.NO_SCOPE: (
            _permission(said),
            f"Baton lacks a permission in Slack ({said}). Add it under OAuth & Permissions, reinstall the app.",
        ),
        Verdict.NO_CHANNEL: (
            f"channel {where}",
            f"Baton cannot write in <#{where}> ({said}). Unarchive it, type `/invite @baton` there, or name another "
            "channel in the policy. Its messages wait.",
        ),
        Verdict.NO_DM: (
            f"messages to {where}",
            f"Baton cannot write to <@{where}> ({said}). Leads are mentioned in the team's channel meanwhile. "
            "See whether the account is right, or name somebody else in the policy.",
        ),
    }
    if said.startswith(TABS_OFF):
        return DIRECT, (
            "Slack lets Baton write no direct messages: the Messages tab is off. Turn it on in the app's settings "
            "under App Home. Leads are mentioned in the team's channel meanwhile."
        )
    other = f"card {row.kind}", f"Baton cannot send a message (“{row.kind}”: {said}). It keeps trying; see its log."
    return table.get(answer.verdict, other)


def _permission(error: str) -> str:
    return f"permission {error.partition(' ')[2]}".strip()


def _over(row: CardRow, posted: bool) -> list[str]:
    """Alarms that are over now that this message is posted, or waits no more."""
    kind = [f"card {row.kind}"] if row.failures else []
    if not posted:
        return kind
    to_one = row.recipient.startswith(("U", "W"))
    place = [DIRECT, f"messages to {row.recipient}"] if to_one else [f"channel {row.recipient}"]
    permission = (
        [_permission(row.error or "")] if (row.error or "").startswith(("missing_scope", "no_permission")) else []
    )
    return [TOKEN, APP, *place, *kind, *permission]


def _depended_on(policy: Policy, person: str) -> list[str]:
    """As what the policy needs this person, beyond being one rep among others."""
    teams = [
        f"{role} of {team.id}"
        for team in policy.teams
        for role in ("manager", "director")
        if getattr(team, role) == person
    ]
    signs = ["signs the policy"] if person in policy.sign_off.people else []
    return [*teams, *(["admin"] if person in policy.roles.admins else []), *signs]
