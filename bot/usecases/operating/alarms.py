"""What only an admin can mend is told to every admin once, and again when it is mended."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.policy import Policy
from storage.assigning import people
from storage.database import Session
from storage.delivery import cards, emails
from storage.governing import policies
from storage.operating import alarms
from storage.tables import AlarmRow

AGAIN = timedelta(hours=1)
"""What comes back within this time is the same alarm: nobody is told anew."""
BY_EMAIL = timedelta(minutes=5)
"""An e-mail goes to those whom Slack has not shown the alarm by then."""


async def raise_alarm(session: Session, name: str, words: str, now: datetime) -> None:
    """Tells the admins once, by Slack or else by e-mail; while it is open, other words replace the first.

    The words say what is wrong and what to do; `<@U…>` and `<#C…>` in them are mentions, each line stands alone.
    """
    await alarms.lock(session)
    known = await alarms.open_named(session, name) or await alarms.ended_since(session, name, now - AGAIN)
    if known is None:
        alarm_id = await alarms.add(session, AlarmRow(name=name, words=words, since=now))
        for admin in await _admins(session):
            await _tell(session, alarm_id, admin, now)
        return
    is_back = known.ended_at is not None
    if is_back or known.words != words:
        await _change(session, known, words, None, now)
    if is_back:
        for admin in await _admins(session):
            await emails.want_again(session, key_of(known.id or 0, admin), now + BY_EMAIL)


async def end_alarm(session: Session, name: str, now: datetime) -> None:
    """It is mended: the messages about it say so. Nothing happens where there is no such alarm."""
    await alarms.lock(session)
    known = await alarms.open_named(session, name)
    if known:
        await _change(session, known, known.words, now, now)


async def policy_in_force(session: Session, policy: Policy, now: datetime) -> None:
    """Ends alarms about people and channels it does not depend on, or that are well; its admins hear of the others."""
    depends = {f"channel {channel}" for channel in policy.channel_names()}
    used = set(policy.people())
    depends |= {f"messages to {person}" for person in used}
    depends |= {f"person {person}" for person in used & await people.inactive(session, used)}
    for alarm in await alarms.every_open(session):
        if alarm.name.startswith(("channel ", "person ", "messages to ")) and alarm.name not in depends:
            await end_alarm(session, alarm.name, now)
    await tell_of_all_open(session, now)


async def tell_of_all_open(session: Session, now: datetime) -> None:
    """Who the admins are has changed: each is told of what they have not been told of."""
    await alarms.lock(session)
    for alarm in await alarms.every_open(session):
        for admin in await _admins(session):
            if await cards.get(session, key_of(alarm.id or 0, admin)) is None:
                await _tell(session, alarm.id or 0, admin, now)


def key_of(alarm_id: int, admin: str) -> str:
    """Of the message and of the e-mail that tell this admin."""
    return f"alarm:{alarm_id}:{admin}"


async def _tell(session: Session, alarm_id: int, admin: str, now: datetime) -> None:
    key, details = key_of(alarm_id, admin), {"alarm": alarm_id}
    await cards.want(session, key, "alarm", admin, now, details=details)
    await emails.want(session, key, "alarm", admin, now, details=details, retry_at=now + BY_EMAIL)


async def _change(session: Session, alarm: AlarmRow, words: str, ended_at: datetime | None, now: datetime) -> None:
    alarm_id = alarm.id or 0
    await alarms.change(session, alarm_id, words, ended_at)
    await cards.refresh_alarm(session, key_of(alarm_id, ""), now)


async def _admins(session: Session) -> Collection[str]:
    """The admins who have an account; without any, the managers."""
    found = await policies.in_force(session)
    if found is None:
        return ()
    policy = found[1]
    managers = dict.fromkeys(team.manager for team in policy.teams if team.manager)
    gone = await people.inactive(session, [*policy.roles.admins, *managers])
    return [one for one in policy.roles.admins if one not in gone] or [one for one in managers if one not in gone]
