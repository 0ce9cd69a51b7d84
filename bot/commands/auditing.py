"""`baton audit verify`: says whether history is still what it was, and the first place where it is not."""

import re

from rich.console import Console

from bot.exit_codes import FOUND_A_PROBLEM, WRONG_USE
from bot.usecases.operating import chaining
from storage.database import Database

HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{8,64})")


async def verify(database: Database, head: str | None, out: Console) -> int:
    """Prints one line and gives the exit code; `head` is an end that was printed earlier, its hash maybe cut short."""
    written = HEAD.fullmatch(head) if head else None
    if head and not written:
        _say(out, "--head: write the end as it was printed, such as 1234:5f3a09c2.")
        return WRONG_USE
    noted = chaining.Noted(int(written[1]), written[2]) if written else None
    found = await chaining.verify(database, noted)
    if found.damage:
        _say(out, f"History was tampered with: {found.damage.words}.")
        return FOUND_A_PROBLEM
    kept = f" The end noted at {noted.link:,} is in it." if noted else ""
    _say(
        out,
        f"{_entries(found.entries)}, unbroken; head {found.head or 'none yet'}; {found.loose:,} not chained yet.{kept}",
    )
    return 0


def _entries(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'}"


def _say(out: Console, words: str) -> None:
    out.print(words, markup=False, highlight=False, soft_wrap=True)
