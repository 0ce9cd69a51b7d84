"""Putting a policy up, signing it, withdrawing it, and bringing it into force on its day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.authority import Ask, Role, may_hold_leads, may_not, roles_of
from bot.domain.handoff import Refusal
from bot.domain.policy import Policy
from bot.usecases.assigning import releasing
from bot.usecases.deciding.handoffs import TWICE
from bot.usecases.governing import recounting
from bot.usecases.governing.proposers import is_person, tell_proposer
from bot.usecases.operating import alarms
from storage.accounting import history, receipts
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.delivery import cards
from storage.governing import policies
from storage.identifying import leads
from storage.tables import PolicyRow, SignatureRow

NOT_WAITING = Refusal("This policy is not waiting for signatures any more.")
UNKNOWN = Refusal("There is no such version.")


@dataclass(frozen=True, slots=True)
class Applied:
    """The new version, and whether it is in force or waits: for `signers`, for `starts_at`, or for both."""

    version: int
    state: Literal["in_force", "pending", "unchanged"]
    signers: tuple[str, ...] = ()
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutUp:
    """A policy (with Slack ids) and the file it was read from; who wants it, why, and from when."""

    source: str
    policy: Policy
    by: str
    """A Slack id, or whoever typed the command."""
    why: str | None = None
    starts_at: datetime | None = None
    recount: bool = False
    """Whether clocks that run when it comes into force are counted anew by its promises."""


async def put_up(
    database: Database,
    source: str,
    policy: Policy,
    by: str,
    now: datetime,
    *,
    why: str | None = None,
    starts_at: datetime | None = None,
    recount: bool = False,
) -> Applied:
    """Stores a policy (with Slack ids): in force at once when it is the first or nobody must sign, else pending."""
    async with database.write() as session:
        await policies.alone(session)
        return await put_up_alone(session, PutUp(source, policy, by, why, starts_at, recount), now)


async def put_up_alone(session: Session, new: PutUp, now: datetime) -> Applied:
    """The same, by whoever holds `policies.alone`."""
    before = await policies.in_force(session)
    if before and await _same(session, before[0], new):
        return Applied(before[0], "unchanged")
    for pending in await policies.lock_pending(session):
        if pending.version and pending.starts_at == new.starts_at and await _same(session, pending.version, new):
            signers = new.policy.sign_off.people if before else ()
            return Applied(pending.version, "pending", signers, pending.starts_at)
        await _leave(session, pending, now)
        await tell_proposer(session, pending, "replaced", new.by, now)
    row = PolicyRow(
        source=new.source,
        body=new.policy.stored(),
        state="pending",
        applied_at=now,
        applied_by=new.by,
        why=new.why,
        starts_at=new.starts_at,
        recount=new.recount and before is not None,
    )
    version = await policies.add(session, row)
    await history.append(session, now, "policy put up", new.by, policy_version=version)
    signers = new.policy.sign_off.people if before else ()
    if not signers and _has_begun(row, now):
        await _bring_into_force(session, row, new.policy, now)
        return Applied(version, "in_force")
    told = {"clocks": (await recounting.preview(session, new.policy, now)).counts} if row.recount else None
    for person in dict.fromkeys((*signers, *filter(is_person, [new.by]))):
        key = f"policy:{version}:{person}"
        await cards.want(session, key, "policy", person, now, policy_version=version, details=told)
    return Applied(version, "pending", signers, new.starts_at)


def _has_begun(row: PolicyRow, now: datetime) -> bool:
    return row.starts_at is None or row.starts_at <= now


async def _same(session: Session, version: int, new: PutUp) -> bool:
    row = await policies.get(session, version)
    if row is None or (new.recount and not row.recount) or (row.state == "pending" and row.recount != new.recount):
        return False
    return row.source == new.source and policies.parsed(row) == new.policy


def _may_not_sign(row: PolicyRow | None, person: str) -> Refusal | None:
    if row is None or row.state != "pending":
        return NOT_WAITING
    policy = policies.parsed(row)
    return may_not(Ask.SIGN, roles_of(person, policy), policy)


async def may_sign(database: Database, version: int, person: str) -> Refusal | None:
    """Why this person cannot say anything to this version now; one read, no lock."""
    async with database.read() as session:
        return _may_not_sign(await policies.get(session, version), person)


async def sign(
    database: Database,
    version: int,
    person: str,
    now: datetime,
    *,
    objection: str | None = None,
    request: str | None = None,
) -> Literal["signed", "objected", "in force"] | Refusal:
    """One signer's verdict; the last signature puts the policy in force on its day, an objection holds it."""
    async with database.write() as session:
        await policies.alone(session)
        row = await policies.lock(session, version)
        refusal = _may_not_sign(row, person)
        if row is None or refusal:
            return refusal or NOT_WAITING
        if request and not await receipts.done(session, request, now):
            return TWICE
        policy = policies.parsed(row)
        verdict: Literal["signed", "objected"] = "objected" if objection else "signed"
        await policies.sign(
            session, SignatureRow(policy_version=version, person=person, verdict=verdict, reason=objection, at=now)
        )
        await history.append(session, now, f"policy {verdict}", person, policy_version=version)
        await cards.refresh_policy(session, version, now)
        if objection:
            await tell_proposer(session, row, "objected", person, now)
        if not (_has_begun(row, now) and await _all_signed(session, row, policy)):
            return verdict
        await _bring_into_force(session, row, policy, now)
        await tell_proposer(session, row, "in force", person, now)
        return "in force"


async def _all_signed(session: Session, row: PolicyRow, policy: Policy) -> bool:
    """Everyone whom it names has signed; nobody need where no policy is in force yet."""
    if await policies.in_force(session) is None:
        return True
    signed = {s.person for s in await policies.signatures(session, row.version or 0) if s.verdict == "signed"}
    return signed.issuperset(policy.sign_off.people)


async def withdraw(
    database: Database, version: int, by: str, now: datetime, *, request: str | None = None
) -> Refusal | None:
    """Takes a policy that waits back; who types this on the machine itself may, else its proposer and admins."""
    async with database.write() as session:
        await policies.alone(session)
        row = await policies.lock(session, version)
        if row is None or row.state != "pending":
            return NOT_WAITING if row else UNKNOWN
        if is_person(by):
            refusal = await _may_not_withdraw(session, row, by)
            if refusal:
                return refusal
        if request and not await receipts.done(session, request, now):
            return TWICE
        await _leave(session, row, now)
        await history.append(session, now, "policy withdrawn", by, policy_version=version)
        await tell_proposer(session, row, "withdrawn", by, now)
        return None


async def _may_not_withdraw(session: Session, row: PolicyRow, person: str) -> Refusal | None:
    found = await policies.in_force(session)
    policy = found[1] if found else policies.parsed(row)
    owner = {Role.OWNER} if person == row.applied_by else set()
    return may_not(Ask.WITHDRAW, roles_of(person, policy) | owner, policy)


async def start_due(database: Database, now: datetime) -> bool:
    """Brings the version whose day has come into force, once everyone has signed; whether there was one."""
    async with database.read() as session:
        if await _startable(session, now) is None:
            return False
    async with database.write() as session:
        await policies.alone(session)
        row = await _startable(session, now)
        if row:
            await _bring_into_force(session, row, policies.parsed(row), now)
            await tell_proposer(session, row, "in force", "", now)
        return row is not None


async def _startable(session: Session, now: datetime) -> PolicyRow | None:
    for row in await policies.pending_since(session, now):
        if await _all_signed(session, row, policies.parsed(row)):
            return row
    return None


async def _bring_into_force(session: Session, row: PolicyRow, policy: Policy, now: datetime) -> None:
    before = await policies.in_force(session)
    await policies.leave(session, "in_force", "replaced", now)
    row.state, row.in_force_at = "in_force", now
    session.add(row)
    await session.flush()
    for version in filter(None, (before and before[0], row.version)):
        await cards.refresh_policy(session, version, now)
    await leads.score_all_again(session, now)
    await handoffs.release_owners_but(session, may_hold_leads(policy), now)
    await releasing.release(session, policy, [team.id for team in policy.teams], now)
    await history.append(session, now, "policy in force", row.applied_by, policy_version=row.version)
    await cards.refresh_homes(session, policy.sign_off.people, now)
    await alarms.policy_in_force(session, policy, now)


async def _leave(session: Session, row: PolicyRow, now: datetime) -> None:
    row.state, row.replaced_at = "withdrawn", now
    session.add(row)
    await cards.refresh_policy(session, row.version or 0, now)
