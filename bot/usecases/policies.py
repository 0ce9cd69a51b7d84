"""Putting a policy up, signing it, and bringing it into force."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.authority import Ask, may_hold_leads, may_not, roles_of
from bot.domain.handoff import Refusal
from bot.domain.policy import Policy
from bot.usecases import alarms
from bot.usecases.handoffs import TWICE
from storage import cards, handoffs, history, leads, policies, receipts
from storage.database import Database, Session
from storage.tables import PolicyRow, SignatureRow

NOT_WAITING = Refusal("This policy is not waiting for signatures any more.")


@dataclass(frozen=True, slots=True)
class Applied:
    """The new version, and whether it is in force or waits for `signers`."""

    version: int
    state: Literal["in_force", "pending", "unchanged"]
    signers: tuple[str, ...] = ()


async def put_up(database: Database, source: str, policy: Policy, by: str, now: datetime) -> Applied:
    """Stores a policy (with Slack ids): in force at once when it is the first or nobody must sign, else pending."""
    async with database.write() as session:
        before = await policies.in_force(session)
        if before and await _same(session, before[0], source, policy):
            return Applied(before[0], "unchanged")
        for pending in await policies.lock_pending(session):
            if before and pending.version and await _same(session, pending.version, source, policy):
                return Applied(pending.version, "pending", policy.sign_off.people)
            await _leave(session, pending, now)
        row = PolicyRow(source=source, body=policy.stored(), state="pending", applied_at=now, applied_by=by)
        version = await policies.add(session, row)
        await history.append(session, now, "policy put up", by, policy_version=version)
        signers = policy.sign_off.people if before else ()
        if not signers:
            await _bring_into_force(session, row, policy, now)
            return Applied(version, "in_force")
        for person in signers:
            await cards.want(session, f"policy:{version}:{person}", "policy", person, now, policy_version=version)
        return Applied(version, "pending", signers)


async def _same(session: Session, version: int, source: str, policy: Policy) -> bool:
    row = await policies.get(session, version)
    return row is not None and row.source == source and policies.parsed(row) == policy


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
    """One signer's verdict; the last signature puts the policy in force, an objection holds it."""
    async with database.write() as session:
        row = await policies.lock(session, version)
        refusal = _may_not_sign(row, person)
        if row is None or refusal:
            return refusal or NOT_WAITING
        if request and await receipts.is_done(session, request):
            return TWICE
        if request:
            await receipts.done(session, request, now)
        policy = policies.parsed(row)
        verdict: Literal["signed", "objected"] = "objected" if objection else "signed"
        await policies.sign(
            session, SignatureRow(policy_version=version, person=person, verdict=verdict, reason=objection, at=now)
        )
        await history.append(session, now, f"policy {verdict}", person, policy_version=version)
        await cards.refresh_policy(session, version, now)
        signed = {s.person for s in await policies.signatures(session, version) if s.verdict == "signed"}
        if not signed.issuperset(policy.sign_off.people):
            return verdict
        await _bring_into_force(session, row, policy, now)
        return "in force"


async def _bring_into_force(session: Session, row: PolicyRow, policy: Policy, now: datetime) -> None:
    await policies.leave(session, "in_force", "replaced", now)
    row.state, row.in_force_at = "in_force", now
    session.add(row)
    await session.flush()
    await leads.score_all_again(session, now)
    await handoffs.release_owners_but(session, may_hold_leads(policy), now)
    await history.append(session, now, "policy in force", row.applied_by, policy_version=row.version)
    await cards.refresh_homes(session, policy.sign_off.people, now)
    await alarms.policy_in_force(session, policy, now)


async def _leave(session: Session, row: PolicyRow, now: datetime) -> None:
    row.state, row.replaced_at = "withdrawn", now
    session.add(row)
    await cards.refresh_policy(session, row.version or 0, now)
