"""Whether somebody may have what they ask for: by the policy in force, and by Slack where it does not name them."""

from collections.abc import Awaitable, Callable

from bot.domain.authority import MAY, Ask, Role, may_not, roles_of
from bot.domain.handoff import Refusal
from storage.assigning import people
from storage.database import Database
from storage.governing import policies

AskSlack = Callable[[str], Awaitable[Role]]
"""What a person is in the workspace, remembered for their App Home too; UNKNOWN when Slack does not say in time."""
HERE = frozenset({Role.MEMBER, Role.GUEST})


async def refusal_of(database: Database, ask: Ask, person: str, ask_slack: AskSlack) -> Refusal | None:
    """Why this person may not have it, or None when they may; Slack is asked only where its answer matters."""
    if MAY[ask] == frozenset(Role):
        return None
    async with database.read() as session:
        found = await policies.in_force(session)
        policy = found[1] if found else None
        roles = roles_of(person, policy)
        has_left = roles and await people.inactive(session, [person])
    if has_left or (not roles and Role.MEMBER in MAY[ask]):
        standing = await ask_slack(person)
        roles = (roles if standing in HERE else frozenset()) | {standing}
    return may_not(ask, roles, policy)


async def introduce(database: Database, person: str, ask_slack: AskSlack) -> None:
    """Has Slack asked about somebody whom the policy in force does not name."""
    async with database.read() as session:
        found = await policies.in_force(session)
    if not roles_of(person, found[1] if found else None):
        await ask_slack(person)
