"""Why an offer is whose it is, and what it counts in the turns of its rep."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select, update

from bot.domain.assigning.choice import TOOK_TURN, Choice
from bot.domain.assigning.explained import Given
from storage.database import Session
from storage.identifying.merges import group
from storage.tables import OfferRow


async def keep(session: Session, offer: OfferRow, choice: Choice) -> None:
    """What is known of an offer's turn from now on; the caller holds its lead's lock."""
    why = {**(offer.why or {}), "choice": choice.stored()}
    await session.exec(update(OfferRow).where(col(OfferRow.id) == offer.id).values(why=why))


def choice_of(offer: OfferRow) -> Choice | None:
    """Why the offer is whose it is, where that is kept."""
    kept = (offer.why or {}).get("choice")
    return Choice.model_validate(kept) if kept else None


async def given_since(session: Session, team: str, since: datetime) -> Mapping[str, Given]:
    """What each rep of a team was offered since then: in their turn, out of it, and in a turn that was given back."""
    choice = col(OfferRow.why)["choice"]
    statement = select(OfferRow.rep, choice["by"].as_string(), choice["returned"].as_string())
    rows = await session.exec(statement.where(OfferRow.team == team, col(OfferRow.offered_at) >= since))
    counted = Counter((rep, _how(by, returned)) for rep, by, returned in rows)
    kinds = ("in_turn", "out_of_turn", "given_back")
    return {rep: Given(**{kind: counted[rep, kind] for kind in kinds}) for rep, _ in counted}


def _how(by: str | None, returned: str | None) -> str:
    """What was offered before it was kept by what came in turn."""
    return "given_back" if returned else "in_turn" if by is None or by in TOOK_TURN else "out_of_turn"


async def last_accepted_by(session: Session, lead_id: str) -> str | None:
    """The rep who was the last to accept an offer of this lead, or one merged into it, and did not leave it alone."""
    theirs = (col(OfferRow.lead_id).in_(group(lead_id)), OfferRow.ended == "accepted")
    newest = select(OfferRow.rep).where(*theirs).order_by(col(OfferRow.ended_at).desc()).limit(1)
    return (await session.exec(newest)).first()
