"""By which ways a person hears of what concerns them: more can be chosen, never none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.authority import Role, roles_of
from bot.domain.policy import Policy

EmailChoice = Literal["unopened", "every"]


@dataclass(frozen=True, slots=True)
class Reach:
    """What one person is reached by now."""

    roles: frozenset[Role]
    """Empty for somebody the policy does not name: Baton writes to nobody else."""
    email_set_up: bool
    address: str | None = None
    choice: EmailChoice = "unopened"
    waits: Mapping[str, str] = field(default_factory=dict)
    """By SLA, how long an unopened card waits for its e-mail."""


def waits_of(policy: Policy) -> Mapping[str, str]:
    """For every SLA that a lead may come under."""
    return {sla: str(policy.email_after(sla)) for sla in dict.fromkeys(path.sla for path in policy.definition.paths)}


def reach(person: str, policy: Policy | None, address: str | None, choice: EmailChoice, *, email_set_up: bool) -> Reach:
    """What the policy in force, Slack and their own choice make of it."""
    waits = waits_of(policy) if policy else {}
    return Reach(roles_of(person, policy), email_set_up, address, choice, waits)
