"""What an admin is told when something needs them, and when it does not any more."""

import re
from datetime import datetime

from bot.views.blocks import Leaf, Message, bold, channel, date, header, line, prose, rich, spoken, stacked, user

NAMED = re.compile(r"<([@#])([A-Z0-9]+)>")


def alarm(words: str, since: datetime, ended_at: datetime | None) -> Message:
    """What is wrong since when and what to do, or that it is solved."""
    told = [line(*_leaves(one)) for one in words.splitlines()]
    if ended_at:
        solved = line(bold("Solved "), date(ended_at), ".")
        return Message(spoken(solved, *told), stacked(rich(solved, *told)))
    title = "Baton needs your help"
    return Message(
        spoken(line(f"{title}."), *told), stacked(header(title), rich(*told, line("Since ", date(since), ".")))
    )


def _leaves(words: str) -> list[Leaf]:
    pieces = NAMED.split(words)
    found: list[Leaf] = list(prose(pieces[0]))
    for sign, name, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        found += [user(name) if sign == "@" else channel(name), *prose(after)]
    return found
