"""Who should sign a definition: of each team somebody who does the work, and somebody who leads it."""

from collections.abc import Iterator

from bot.domain.authority import LEADERS, Role, roles_of
from bot.domain.linting.written import Finding
from bot.domain.policy import Policy

SIDES = ("sales", "marketing")


def advice(policy: Policy) -> Iterator[Finding]:
    """What would make the agreement one of both teams, doers and leaders; nothing of it is a mistake."""
    if not policy.sign_off.people:
        yield Finding(("sign_off",), "nobody signs: name people of both teams, and the definition is an agreement")
        return
    for side in SIDES:
        if not getattr(policy.sign_off, side):
            yield Finding(("sign_off",), f"nobody signs for {side}: a definition that one team made binds one team")
    yield from _sales(policy)
    if len(policy.sign_off.marketing) == 1:
        place = ("sign_off", "marketing")
        yield Finding(place, "one person signs for marketing: name who does the work and who leads it")


def _sales(policy: Policy) -> Iterator[Finding]:
    signers = policy.sign_off.sales
    held = {role for person in signers for role in roles_of(person, policy)}
    if signers and Role.REP not in held:
        yield Finding(("sign_off", "sales"), "no rep signs for sales: name one who works the leads")
    if signers and not held & LEADERS:
        yield Finding(("sign_off", "sales"), "nobody who leads a team signs for sales: name a manager or director")
