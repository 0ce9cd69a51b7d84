"""`baton policy personas`: a persona learned from customers we won."""

from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.domain.durations import Duration
from bot.domain.governing.persona_learning import ENOUGH, Tally, learned, proposed
from storage.database import Database
from storage.governing import wins


async def learn(database: Database, since: datetime, length: Duration, err: Console) -> str:
    """Says what won customers have in common, and gives a `personas` section for the policy; empty when nothing."""
    won, everybody = Tally(), Tally()
    async with database.read() as session:
        async for facts in wins.won(session, since):
            won.add(facts)
        async for facts in wins.everybody(session, since):
            everybody.add(facts)
    if won.leads < ENOUGH:
        err.print(f"Not enough data: {won.leads} won in {length}, and {ENOUGH} are the least to learn from.")
        return ""
    found = learned(won, everybody)
    table = Table("What", "", "Won", "Of won", "Of all", title=f"{won.leads} won, {everybody.leads:,} leads, {length}")
    for one in found:
        name = f"[bold]{escape(one.value)}[/bold]" if one.speaks_for else escape(one.value)
        table.add_row(one.trait, name, str(one.won), f"{one.share_of_won:.0%}", f"{one.share_of_all:.0%}")
    err.print(table)
    return proposed(found, won)
