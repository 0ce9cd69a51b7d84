"""Companies that sales knows, and whose they are."""

from collections.abc import Collection

from sqlmodel import col, or_, select

from bot.domain.handoff import State
from storage.database import Session
from storage.merges import group
from storage.rows import alone
from storage.tables import AccountRow, HandoffRow, LeadRow


async def get(session: Session, account_id: int) -> AccountRow | None:
    return await session.get(AccountRow, account_id)


async def that_may_be(session: Session, domains: Collection[str], keys: Collection[str]) -> list[AccountRow]:
    """Accounts with one of these domains, with one of these names, or with a name that begins with the same word."""
    first_words = {key.partition(" ")[0] for key in keys}
    like = [col(AccountRow.name_key).startswith(f"{word} ", autoescape=True) for word in first_words]
    named = col(AccountRow.name_key).in_({*keys, *first_words})
    statement = select(AccountRow).where(or_(col(AccountRow.domain).in_(domains), named, *like))
    return list((await session.exec(statement.order_by(col(AccountRow.id)))).all())


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
