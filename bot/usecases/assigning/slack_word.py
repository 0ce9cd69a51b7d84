"""What Slack says by itself of whether somebody can take leads: nobody has to keep a second calendar."""

from datetime import datetime

from bot.domain.availability import Absence, Source
from bot.domain.policy import Policy
from bot.domain.slack_word import Window, of_do_not_disturb, of_status
from bot.usecases.assigning.releasing import leaders_of, release, teams_of
from storage.accounting import history
from storage.assigning import absences
from storage.database import Database, Session
from storage.delivery import cards
from storage.governing import policies


async def status_changed(
    database: Database, person: str, text: str, emoji: str, expiration: int, now: datetime
) -> None:
    """A status that says away keeps leads away until it expires or is cleared; its words are not kept."""
    await _heard(database, person, "status", of_status(text, emoji, expiration, now), now)


async def do_not_disturb_changed(
    database: Database, person: str, enabled: bool, starts: int, ends: int, now: datetime
) -> None:
    """Leads wait during the window that runs, or the next one; Slack tells of each change."""
    await _heard(database, person, "dnd", of_do_not_disturb(enabled, starts, ends, now), now)


async def _heard(database: Database, person: str, source: Source, said: Window | None, now: datetime) -> None:
    """Nothing is written where it is no news, or about somebody who gets no leads."""
    async with database.read() as session:
        found = await policies.in_force(session)
        if found is None or not teams_of(found[1], person):
            return
        heeded = said if _heeded(found[1], source) else None
        if not await _is_news(session, person, source, heeded):
            return
    async with database.write() as session:
        found = await policies.in_force(session)
        if found is None or not await _is_news(session, person, source, heeded):
            return
        await absences.take_back(session, person, source, now)
        if heeded:
            await _note(session, person, source, heeded, now)
        await release(session, found[1], teams_of(found[1], person), now)
        await cards.refresh_homes(session, {person, *leaders_of(found[1], person)}, now)


async def _is_news(session: Session, person: str, source: Source, said: Window | None) -> bool:
    """Whoever has said that they are back stays so while Slack goes on saying the same."""
    known = await absences.newest(session, person, source)
    return (known.why if known else None) != (said.key if said else None)


def _heeded(policy: Policy, source: Source) -> bool:
    return policy.assignment.slack_status if source == "status" else policy.assignment.do_not_disturb


async def _note(session: Session, person: str, source: Source, said: Window, now: datetime) -> None:
    window = {"starts_at": said.starts_at, "ends_at": said.ends_at}
    absence = Absence(person=person, source=source, by=person, why=said.key, **window)
    await absences.add(session, absence, now)
    until = said.ends_at.isoformat() if said.ends_at else None
    told = {"person": person, "from": said.starts_at.isoformat(), "until": until, "source": source}
    await history.append(session, now, "away", person, why=told)
