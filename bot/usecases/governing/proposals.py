"""A change of the policy proposed in Slack: what the form needs, and what becomes of what was filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.authority import Ask, Role, may_not, roles_of
from bot.domain.governing.policy_edit import Edit
from bot.domain.governing.start_day import begins
from bot.domain.handoff import Refusal
from bot.domain.policy import Policy
from bot.policy_file import PolicyErrors, warnings
from bot.policy_rewrite import CannotRewrite, rewritten
from bot.usecases.deciding.handoffs import TWICE
from bot.usecases.governing.policies import Applied, PutUp, put_up_alone
from storage.accounting import receipts
from storage.database import Database
from storage.governing import policies

NO_POLICY = Refusal("There is no policy yet. An admin brings one with `baton policy apply`.")
CHANGED_MEANWHILE = Refusal("Another policy came into force while you were writing. Open the form again to see it.")
NOBODY_SIGNS = Refusal("Nobody is named in `sign_off`, so what is proposed counts at once. Only admins do that.")


@dataclass(frozen=True, slots=True)
class Opening:
    """The policy in force, and the version that waits for signatures, if one does."""

    version: int
    policy: Policy
    pending: int | None


@dataclass(frozen=True, slots=True)
class Unfit:
    """The changed file would be no policy: what `baton policy check` would say of it."""

    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What was put up, and what the change makes doubtful that was not so before."""

    applied: Applied
    doubts: Sequence[str]


async def opening(database: Database, person: str) -> Opening | Refusal:
    """What the form shows, or why this person may not fill it in; one read, no lock."""
    async with database.read() as session:
        found = await policies.in_force(session)
        waits = await policies.pending(session)
    if found is None:
        return NO_POLICY
    version, policy = found
    return _may_not_propose(person, policy) or Opening(version, policy, waits.version if waits else None)


def _may_not_propose(person: str, policy: Policy) -> Refusal | None:
    roles = roles_of(person, policy)
    refusal = may_not(Ask.PROPOSE, roles, policy)
    return refusal or (None if policy.sign_off.people or Role.ADMIN in roles else NOBODY_SIGNS)


async def propose(
    database: Database,
    base: int,
    edit: Edit,
    why: str,
    day: date | None,
    by: str,
    now: datetime,
    *,
    request: str | None = None,
) -> Proposed | Unfit | Refusal:
    """Writes the change into the file of version `base`, checks it as a file is checked, and puts it up.

    Nobody and no channel is new in it, so Slack need not be asked who they are.
    """
    async with database.read() as session:
        row = await policies.get(session, base)
    if row is None or row.state != "in_force":
        return CHANGED_MEANWHILE
    before = policies.parsed(row)
    refusal = _may_not_propose(by, before)
    if refusal:
        return refusal
    try:
        source, written = rewritten(row.source, edit)
    except PolicyErrors as errors:
        return Unfit([str(problem) for problem in errors.problems])
    except CannotRewrite as error:
        return Unfit([str(error)])
    policy = before.model_copy(update={"definition": written.definition, "definitions": written.definitions})
    known = {doubt.message for doubt in warnings(before)}
    doubts = [doubt.message for doubt in warnings(policy) if doubt.message not in known]
    new = PutUp(source, policy, by, why, begins(policy, day) if day else None)
    applied = await _put_up(database, base, new, now, request)
    return applied if isinstance(applied, Refusal) else Proposed(applied, doubts)


async def _put_up(database: Database, base: int, new: PutUp, now: datetime, request: str | None) -> Applied | Refusal:
    async with database.write() as session:
        await policies.alone(session)
        if request and await receipts.is_done(session, request):
            return TWICE
        found = await policies.in_force(session)
        if found is None or found[0] != base:
            return CHANGED_MEANWHILE
        if request:
            await receipts.done(session, request, now)
        return await put_up_alone(session, new, now)
