"""A lead's next passage to sales, before anybody has it."""

from datetime import datetime

from bot.domain.assigning.rules import profile_of, segment_of
from bot.domain.definition import Path
from bot.domain.handoff import Handoff, Origin, State, next_number
from bot.domain.lead import Scoring
from bot.domain.new_ids import new_id
from bot.domain.policy import Policy
from bot.usecases.qualifying.known import Known, Lead


def new_handoff(
    lead: Lead,
    known: Known,
    path: Path,
    rules: tuple[int, Policy],
    team: str,
    scoring: Scoring,
    now: datetime,
    *,
    origin: Origin,
    by: str | None,
    note: str | None = None,
) -> Handoff:
    """The next handoff of a lead without an open one, by rules (version and policy); nothing is stored yet."""
    version, policy = rules
    profile = profile_of(policy, known.facts, known.signals, now) if policy.segments else None
    segment = segment_of(policy, profile) if profile else None
    return Handoff(
        id=new_id(now),
        lead_id=lead.id,
        number=next_number(known.past),
        state=State.WAITING,
        policy_version=version,
        path=path.id,
        sla=policy.sla_of(path, segment.id if segment else None, team),
        team=team,
        scoring=scoring,
        created_at=now,
        origin=origin,
        qualified_by=by,
        note=note,
        segment=segment.id if segment else None,
        zone=known.facts.time_zone,
        value=segment.value if segment else 1,
    )
