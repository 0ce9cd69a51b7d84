"""Companies that sales knows, and whose they are."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Row, String, bindparam
from sqlmodel import SQLModel, and_, col, or_, select

from bot.domain.handoff import State
from storage.asking import ask
from storage.database import Session
from storage.identifying.merges import group
from storage.rows import alone
from storage.tables import AccountRow, HandoffRow, LeadRow


async def get(session: Session, account_id: int) -> AccountRow | None:
    return await session.get(AccountRow, account_id)


Stored = Row[Any]
"""An account by the names of its columns."""
BYTEWISE = {"sqlite": (">=", "<"), "postgresql": ("~>=~", "~<~")}
"""How each database compares texts byte by byte, whatever the language, and finds them by the index of names."""
WORDS = (2, 16)
"""Of how many first words is asked at once: few numbers, so that few statements need be put together."""


@cache
def _may_be(dialect: str, words: int) -> Any:
    key, (at_least, below) = col(AccountRow.name_key), BYTEWISE[dialect]
    begins = (
        and_(key.op(at_least)(_text(f"from{number}")), key.op(below)(_text(f"to{number}"))) for number in range(words)
    )
    same = (
        col(AccountRow.domain).in_(bindparam("domains", expanding=True)),
        key.in_(bindparam("keys", expanding=True)),
    )
    return SQLModel.metadata.tables["account"].select().where(or_(*same, *begins)).order_by(col(AccountRow.id))


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String)


async def that_may_be(session: Session, domains: Collection[str], keys: Collection[str]) -> list[Stored]:
    """Accounts with one of these domains, with one of these names, or with a name that begins with the same word."""
    first_words = sorted({key.partition(" ")[0] for key in keys})
    known: dict[int, Stored] = {}
    for start in range(0, max(len(first_words), 1), WORDS[-1]):
        words = first_words[start : start + WORDS[-1]]
        size = next(size for size in WORDS if size >= len(words))
        asked: dict[str, Any] = {"domains": [*domains], "keys": [*keys, *words]}
        for number in range(size):
            word = words[number] if number < len(words) else ""
            asked |= {f"from{number}": f"{word} ", f"to{number}": f"{word}!"}  # the character after the blank
        rows = await ask(session, _may_be(session.get_bind().dialect.name, size), **asked)
        known |= {row.id: row for row in rows}
    return [known[number] for number in sorted(known)]


def may_be(row: Stored, domains: Collection[str], keys: Collection[str]) -> bool:
    """Whether `that_may_be` would give this one, asked for these alone."""
    first_words = {key.partition(" ")[0] for key in keys}
    return row.domain in domains or row.name_key in keys or row.name_key.partition(" ")[0] in first_words


async def alone_with(session: Session) -> None:
    """Until this transaction ends nobody else brings accounts in."""
    await alone(session, "bring accounts in")


async def of_domain(session: Session, domain: str) -> AccountRow | None:
    return (await session.exec(select(AccountRow).where(AccountRow.domain == domain))).first()


async def of_name(session: Session, name_key: str) -> list[AccountRow]:
    statement = select(AccountRow).where(AccountRow.name_key == name_key).order_by(col(AccountRow.id))
    return list((await session.exec(statement)).all())


async def save(session: Session, row: AccountRow) -> None:
    session.add(row)
    await session.flush()


HELD = ("mql", "sql", "opportunity", "won")
"""Stages of a lead that a rep has, or has won."""


async def rep_who_has_another(session: Session, account_id: int, lead_id: str) -> str | None:
    """The rep who has another lead of this account: the last one who was offered it, or accepted it."""
    statement = (
        select(HandoffRow.owner)
        .join(LeadRow, col(LeadRow.id) == HandoffRow.lead_id)
        .where(
            LeadRow.account_id == account_id,
            col(LeadRow.stage).in_(HELD),
            col(HandoffRow.lead_id).not_in(group(lead_id)),
            col(HandoffRow.state).in_((State.OFFERED, State.ACCEPTED)),
        )
        .order_by(col(HandoffRow.offered_at).desc())
        .limit(1)
    )
    return (await session.exec(statement)).first()
