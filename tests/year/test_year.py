"""A simulated year: whatever leads, reps, managers and the calendar do, what was promised holds at every moment."""

from storage.database import Database
from tests.year.life import Year


async def test_at_every_moment_of_a_year_every_lead_has_an_owner_and_a_clock(database: Database) -> None:
    """A short one; `make year` lives it at length."""
    year = Year(database, seed=2, leads=18 if database.is_sqlite else 10)
    await year.live()
    assert year.checks.made["handoffs"] >= year.leads
    assert year.checks.made["rungs"] >= year.leads / 2
    assert year.did.keys() >= {"accepted", "reassigned", "followed up", "reminded", "escalated", "away"}
