"""Whose turn it is in a team."""

from collections.abc import Iterable

from sqlmodel import col, select, update

from bot.domain.assigning.ledger import Ledger, as_stored
from bot.domain.teams import Team
from storage.database import Session
from storage.rows import insert
from storage.tables import TurnsRow


async def lock(session: Session, teams: Iterable[Team]) -> dict[str, Ledger]:
    """The ledgers of these teams, by id; until this transaction ends nobody else hands out a lead of theirs.

    All that a transaction may need are locked at once, in the order of their ids: nobody waits for anybody in a circle.
    """
    by_id = {team.id: team for team in teams}
    new = [{"team": team, "turns": {}} for team in sorted(by_id)]
    if new:
        await session.exec(insert(session, TurnsRow).values(new).on_conflict_do_nothing())
    statement = select(TurnsRow).where(col(TurnsRow.team).in_(by_id)).order_by(TurnsRow.team).with_for_update()
    rows = await session.exec(statement.execution_options(populate_existing=True))
    return {row.team: as_stored(row.turns, by_id[row.team]) for row in rows}


async def read(session: Session, teams: Iterable[Team]) -> dict[str, Ledger]:
    """The ledgers of these teams as they stand, by id."""
    by_id = {team.id: team for team in teams}
    rows = await session.exec(select(TurnsRow).where(col(TurnsRow.team).in_(by_id)))
    stored = {row.team: row.turns for row in rows}
    return {team.id: as_stored(stored.get(team.id, {}), team) for team in by_id.values()}


async def save(session: Session, team: str, ledger: Ledger) -> None:
    """The caller has locked it."""
    await session.exec(update(TurnsRow).where(col(TurnsRow.team) == team).values(turns=ledger.stored()))
