"""Where marketing is spoken to."""

from collections.abc import Sequence

from bot.domain.policy import Policy
from storage.assigning import people
from storage.database import Session


async def listeners(session: Session, policy: Policy) -> Sequence[str]:
    """The channel where marketing works, else everybody's, else each marketer who has an account."""
    channel = policy.channels.marketing or policy.channels.leads
    if channel:
        return (channel,)
    gone = await people.inactive(session, policy.roles.marketing)
    return [one for one in policy.roles.marketing if one not in gone]
