"""Why an offer is whose it is, and how many of their turns it uses."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import col, update

from bot.domain.assigning.choice import Choice
from storage.database import Session
from storage.tables import OfferRow


async def keep(session: Session, offer: OfferRow, why: Mapping[str, Any], cost: int) -> None:
    """What is known of an offer's turn from now on; the caller holds its lead's lock."""
    statement = update(OfferRow).where(col(OfferRow.id) == offer.id).values(why=dict(why), cost=cost)
    await session.exec(statement)


def choice_of(offer: OfferRow) -> Choice | None:
    """Why the offer is whose it is, where that is kept."""
    kept = (offer.why or {}).get("choice")
    return Choice.model_validate(kept) if kept else None
