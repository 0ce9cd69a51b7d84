"""Whose turn it is in a team."""

from sqlmodel import select

from bot.domain.routing import Turns
from storage.database import Session
from storage.rows import insert
from storage.tables import TurnsRow


async def lock(session: Session, team: str) -> Turns:
    """The team's turns; until this transaction ends nobody else hands out a lead of the team."""
    await session.exec(insert(session, TurnsRow).values(team=team, turns={}).on_conflict_do_nothing())
    row = (await session.exec(select(TurnsRow).where(TurnsRow.team == team).with_for_update())).one()
    return Turns.model_validate(row.turns)


async def save(session: Session, team: str, turns: Turns) -> None:
    row = await session.get_one(TurnsRow, team)
    row.turns = turns.model_dump(mode="json")
    session.add(row)
