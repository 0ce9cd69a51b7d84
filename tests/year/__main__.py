"""A year at length: `python -m tests.year --leads 10000` lives ten of them, a tenth of the leads in each."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from storage.database import Database, parse_url
from storage.migrate import migrate
from tests.year.life import Year
from tests.year.without_disk import alone


@dataclass(frozen=True, slots=True)
class Lived:
    """What happened in one year, or the story of what went wrong in it."""

    seed: int
    did: Counter[str]
    made: Counter[str]
    bound: float
    """How much of what nobody may be behind or ahead of their share somebody was."""
    wrong: str | None


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    asked.add_argument("--leads", type=int, default=10_000, help="of all years together")
    asked.add_argument("--years", type=int, default=10, help="each with a seed of its own")
    asked.add_argument("--seed", type=int, default=1, help="of the first year")
    asked.add_argument("--staff", type=int, help="so many times each rep is there; by default once for 1,500 leads")
    options = asked.parse_args()
    leads = options.leads // options.years
    staff = options.staff or max(1, leads // 1500)
    seeds = range(options.seed, options.seed + options.years)
    began, lived = time.monotonic(), []
    say = partial(Console().print, highlight=False, markup=False)
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as workers:
        for one in workers.map(partial(live, leads, staff), seeds):
            lived.append(one)
            say(f"seed {one.seed}: {one.wrong or 'all as it must be'}")
    say(told(lived, time.monotonic() - began))
    return 1 if any(one.wrong for one in lived) else 0


def live(leads: int, staff: int, seed: int) -> Lived:
    """One year in a SQLite file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_live(leads, staff, seed, Path(folder) / "year.db"))


async def _live(leads: int, staff: int, seed: int, path: Path) -> Lived:
    database = Database(parse_url(f"sqlite:///{path}"))
    wrong, year = None, Year(database, seed, leads, staff)
    try:
        await migrate(database)
        await database.close()
        alone(database)
        await year.live()
    except Exception as error:
        wrong = f"{type(error).__name__}: {error}"  # told with its seed; the other years go on
    finally:
        await database.close()
    return Lived(seed, year.did, year.checks.made, year.checks.bound, wrong)


def told(lived: Sequence[Lived], seconds: float) -> str:
    """What was lived and checked, in a few lines."""
    did, made = Counter[str](), Counter[str]()
    for one in lived:
        did.update(one.did)
        made.update(one.made)
    wrong = [one.seed for one in lived if one.wrong]
    return "\n".join(
        (
            f"{made['handoffs']:,} handoffs in {len(lived)} years, {seconds / 60:.0f} min",
            f"{sum(did.values()):,} steps in history, {made['looks']:,} looks at the lead of one, "
            f"{made['looks at all leads']:,} at all leads, {made['sums']:,} sums of a deadline",
            f"{max(one.bound for one in lived):.0%} of the most by which anybody may be off their share",
            f"{made['rungs']:,} rungs within hours, {made['offers']:,} offers to whoever worked and had not refused",
            ", ".join(f"{what} {number:,}" for what, number in did.most_common()),
            f"wrong in the years of {wrong}" if wrong else "no lead without owner and clock, nobody beyond their share",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
