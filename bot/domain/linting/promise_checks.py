"""What the shape of a policy cannot say of promised times: for which leads they hold, and which hold for none."""

from collections.abc import Iterable, Iterator
from itertools import chain

from bot.domain.linting.written import Finding, Node, definitions, did_you_mean
from bot.domain.policy import Policy
from bot.domain.promises import DEFAULT_SLAS, SlaRule

ASKED = ("path", "segment", "team")


def _names_lead_somewhere(policy: Node) -> Iterator[Finding]:
    paths = chain.from_iterable(one["paths"] for one in definitions(policy))
    known = {
        "path": _ids(paths),
        "segment": _ids(policy["segments"]),
        "team": _ids(policy["teams"]),
        "sla": {*DEFAULT_SLAS, *(str(one.place[-1]) for one in policy["sla"])},
    }
    for rule in policy["sla_for"]:
        for what, names in known.items():
            name = rule[what]
            if name.text and name.text not in names:
                yield name.says(f"there is no {what} `{name.text}`{did_you_mean(name.text, names)}")


def _ids(items: Iterable[Node]) -> set[str]:
    return {item["id"].text for item in items} - {""}


CHECKS = (_names_lead_somewhere,)


def never_asked(policy: Policy) -> Iterator[Finding]:
    """Rules that an earlier one always forestalls, and promised times that no path and no rule names."""
    for number, rule in enumerate(policy.sla_for):
        earlier = next((nth for nth, one in enumerate(policy.sla_for[:number]) if _holds_with(one, rule)), None)
        if earlier is not None:
            yield Finding(("sla_for", number), f"never reached: rule {earlier + 1} before it holds whenever it does")
    paths = (path.sla for definition in policy.all_definitions for path in definition.paths)
    named = {"default", *paths, *(rule.sla for rule in policy.sla_for)}
    for sla in policy.sla:
        if sla not in named and sla not in DEFAULT_SLAS:
            yield Finding(("sla", sla), "no path and no rule of `sla_for` names these promised times")


def _holds_with(one: SlaRule, other: SlaRule) -> bool:
    return all(getattr(one, name) in {None, getattr(other, name)} for name in ASKED)


DOUBTS = (never_asked,)
