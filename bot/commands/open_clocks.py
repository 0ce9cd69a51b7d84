"""What a policy file would make of the clocks that run, for the terminal."""

from datetime import datetime

from rich.console import Console

from bot.domain.deciding.recounting import direction
from bot.domain.handoff import Handoff
from bot.domain.policy import Policy
from bot.usecases.governing.recounting import preview
from bot.views.governing.proposals import clocks
from storage.assigning import people
from storage.database import Database, Session


async def told(database: Database, policy: Policy, now: datetime) -> str:
    """How many would be due earlier, later, or the same; takes a policy with Slack ids."""
    async with database.read() as session:
        return clocks((await preview(session, policy, now)).counts)


async def show(database: Database, written: Policy, now: datetime, out: Console) -> None:
    """The same of a policy as written, and old and new time of each that would move; nothing where none would."""
    async with database.read() as session:
        found = await preview(session, await _resolved(session, written), now)
        moved = [(was, becomes) for was, becomes in found.moved if direction(was, becomes) != "same"]
        names = await people.names(session, [was.owner for was, _ in moved if was.owner])
    if not moved:
        return
    out.print(f"With --open-clocks: {clocks(found.counts)}. Without it they stay as they are.")
    for was, becomes in moved:
        owner = names.get(was.owner or "", was.owner or "nobody")
        out.print(f"  {was.id} ({was.state} {owner}): {_due(was)} → {_due(becomes)}", markup=False, highlight=False)


async def _resolved(session: Session, written: Policy) -> Policy:
    """With the Slack ids of whoever was ever looked up; the others own nothing."""
    known = {one: found for one in written.people() if (found := await people.with_address(session, one.lower()))}
    return written.resolved(lambda person: known.get(person, person), lambda channel: channel)


def _due(handoff: Handoff) -> str:
    if not handoff.is_open:
        return "done"
    deadline, step = (f"{at:%Y-%m-%d %H:%M}" if at else "none" for at in (handoff.deadline_at, handoff.due_at))
    return f"due {deadline} (next step {step}) UTC"
