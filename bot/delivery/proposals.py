"""From a stored policy to the card of whoever signs or proposed it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.governing.policy_diff import changed_lines, told_changes
from bot.domain.governing.start_day import day_of
from bot.views.blocks import Message
from bot.views.governing.backtest import effect_lines
from bot.views.governing.proposals import Proposal, news, proposal
from storage.assigning import people
from storage.database import Session
from storage.governing import policies
from storage.tables import CardRow, PolicyRow


async def proposal_card(session: Session, row: CardRow, _now: datetime) -> Message | None:
    """The version as it stands now, for one signer or its proposer."""
    stored = await policies.get(session, row.policy_version or 0)
    return proposal(await _proposal(session, stored, row), row.recipient) if stored else None


async def _proposal(session: Session, stored: PolicyRow, row: CardRow) -> Proposal:
    version, policy = stored.version or 0, policies.parsed(stored)
    verdicts = await policies.signatures(session, version)
    signed = [s.person for s in verdicts if s.verdict == "signed"]
    instead = await policies.instead_of(session, stored) if stored.state == "withdrawn" else None
    told, lines = await _changes(session, stored)
    return Proposal(
        version,
        policy.company,
        stored.state,
        stored.applied_by,
        stored.why,
        day_of(policy, stored.starts_at) if stored.starts_at else None,
        told,
        lines,
        effect_lines(stored.effect),
        signed=signed,
        waiting=[person for person in policy.sign_off.people if person not in signed],
        objections=[(s.person, s.reason or "") for s in verdicts if s.verdict == "objected"],
        admins=policy.roles.admins,
        clocks=row.details.get("clocks"),
        next_version=instead.version if instead else None,
    )


async def _changes(session: Session, stored: PolicyRow) -> tuple[Sequence[str], Sequence[str]]:
    """What it changes in the version it replaces, in words and line by line."""
    before, after = await policies.replaced_by(session, stored), policies.parsed(stored)
    if before is None:
        return (), changed_lines("", stored.source)
    old = policies.parsed(before)
    names = await people.names(session, [*old.people(), *after.people()])
    return told_changes(old, after, lambda person: names.get(person, person)), changed_lines(
        before.source, stored.source
    )


async def proposal_news(session: Session, row: CardRow, _now: datetime) -> Message | None:
    """What somebody said of the proposal, as it is by now."""
    version, what, by = row.policy_version or 0, row.details["news"], row.details["by"]
    said = {s.person: s for s in await policies.signatures(session, version)}.get(by)
    if what == "objected" and (said is None or said.verdict != "objected"):
        what = "agreed"
    return news(version, what, by, said.reason if said else None)
