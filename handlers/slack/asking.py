"""Whether whoever uses a command, a button or a form may have what they ask for."""

from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.standing import standing_of
from bot.domain.authority import Ask, Role
from bot.domain.handoff import Refusal
from bot.usecases.operating import access
from storage.database import Database


async def refusal_of(
    database: Database, client: AsyncWebClient, ask: Ask, person: str, now: datetime
) -> Refusal | None:
    """Why this person may not, or None; Slack is asked only about those whom the policy does not name."""

    async def ask_slack(who: str) -> Role:
        return await standing_of(database, client, who, now)

    return await access.refusal_of(database, ask, person, ask_slack)
