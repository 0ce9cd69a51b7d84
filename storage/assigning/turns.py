"""Whose turn it is in a team."""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam
from sqlmodel import SQLModel, update

from bot.domain.assigning.ledger import Ledger, as_stored
from bot.domain.teams import Team
from storage import remembered
from storage.asking import ask, tell
from storage.database import Session
from storage.rows import inserts
from storage.tables import TurnsRow

LEDGER, EVERY = "ledger", "every team"
TURNS = SQLModel.metadata.tables["team_turns"]
OF_TEAMS = TURNS.select().where(TURNS.c.team.in_(bindparam("teams", expanding=True)))
LOCK = OF_TEAMS.order_by(TURNS.c.team).with_for_update()
BEGIN = {dialect: new.on_conflict_do_nothing() for dialect, new in inserts(TurnsRow).items()}
SAVE = update(TURNS).where(TURNS.c.team == bindparam("of"))


def lock_every(session: Session, teams: Iterable[Team]) -> None:
    """Whoever locks one from now on locks all of these, for more leads follow: with cards of one in hand, nobody may
    wait for the ledger that the next one needs."""
    session.info[EVERY] = tuple(teams)


async def lock(session: Session, teams: Iterable[Team]) -> dict[str, Ledger]:
    """The ledgers of at least these teams, by id; until this transaction ends nobody else hands out a lead of theirs.

    All that a transaction may need are locked at once, in the order of their ids: nobody waits for anybody in a circle.
    """
    by_id, known = {team.id: team for team in (*session.info.get(EVERY, ()), *teams)}, remembered.of(session)
    if all((LEDGER, team) in known for team in by_id):
        return {team: known[LEDGER, team] for team in by_id}
    rows = await ask(session, LOCK, teams=sorted(by_id))
    if len(rows) < len(by_id):  # a team's first lead ever
        new = [{"team": team, "turns": {}} for team in sorted(by_id)]
        await tell(session, BEGIN[session.get_bind().dialect.name], new)
        rows = await ask(session, LOCK, teams=sorted(by_id))
    ledgers = {row.team: as_stored(row.turns, by_id[row.team]) for row in rows}
    known.update({(LEDGER, team): ledger for team, ledger in ledgers.items()})
    return ledgers


async def read(session: Session, teams: Iterable[Team]) -> dict[str, Ledger]:
    """The ledgers of these teams as they stand, by id."""
    by_id = {team.id: team for team in teams}
    stored = {row.team: row.turns for row in await ask(session, OF_TEAMS, teams=sorted(by_id))}
    return {team.id: as_stored(stored.get(team.id, {}), team) for team in by_id.values()}


async def save(session: Session, ledgers: Mapping[str, Ledger]) -> None:
    """By the ids of their teams; the caller has locked them."""
    await tell(session, SAVE, [{"of": team, "turns": ledger.stored()} for team, ledger in ledgers.items()])
    remembered.of(session).update({(LEDGER, team): ledger for team, ledger in ledgers.items()})
