"""From a review's card to what it says now."""

from datetime import datetime

from bot.domain.governing.review import Review
from bot.views.blocks import Message
from bot.views.governing.reviews import review
from storage.database import Session
from storage.governing import policies
from storage.tables import CardRow


async def review_card(session: Session, row: CardRow, _now: datetime) -> Message | None:
    shown, found = Review.model_validate(row.details), await policies.in_force(session)
    return review(shown, found[0] if found else shown.version, row.recipient)
