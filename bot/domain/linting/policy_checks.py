"""What the shape of a policy cannot say: names that lead nowhere, ids that come twice, ladders that do not climb.

The checks read a policy as written, before it is known to have the right shape, so that all its problems can be told
at once: a value of the wrong shape reads as empty here and is somebody else's problem.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from bot.domain.fields import is_field, nearest_field
from bot.domain.judging.verification import VERIFIABLE
from bot.domain.linting import condition_checks, promise_checks, routing_checks
from bot.domain.linting.written import Finding, Node, definitions, did_you_mean
from bot.domain.marketing_clock import RINGS
from bot.domain.promises import DEFAULT_SLAS


def problems(written: object) -> Iterator[Finding]:
    """Everything that makes a policy wrong beyond its shape; `written` is plain data as read from YAML or JSON."""
    policy = Node(written)
    rooms = (CHECKS, routing_checks.CHECKS, promise_checks.CHECKS, condition_checks.CHECKS)
    return chain.from_iterable(check(policy) for check in chain.from_iterable(rooms))


def _ids_come_once(policy: Node) -> Iterator[Finding]:
    lists = (policy["teams"], policy["routing"], policy["reasons"], policy["personas"], policy["definitions"])
    reps = (team["reps"] for team in policy["teams"])
    yield from chain.from_iterable(_repeated(items, "id") for items in lists)
    yield from chain.from_iterable(_repeated(items, "email") for items in reps)
    for kind in ("criteria", "paths"):  # an id means one thing in the whole policy
        yield from _repeated(chain.from_iterable(definition[kind] for definition in definitions(policy)), "id")


def _repeated(items: Iterable[Node], key: str) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for item in items:
        name = item[key].text.casefold()
        seen[name] += 1
        if name and seen[name] > 1:
            yield item[key].says(f"`{item[key].text}` is here already")


def _names_lead_somewhere(policy: Node) -> Iterator[Finding]:
    slas = {*DEFAULT_SLAS, *_keys(policy["sla"])}
    calendars = {"default", *_keys(policy["calendars"])}
    for team in policy["teams"]:
        yield from _unknown(team["calendar"], "calendar", calendars)
    for rule in policy["routing"]:
        yield from _unknown(rule["team"], "team", _ids(policy["teams"]))
    for definition in definitions(policy):
        for path in definition["paths"]:
            yield from _unknown(path["sla"], "sla", slas)


def _criteria_are_there(policy: Node) -> Iterator[Finding]:
    main = _ids(policy["definition"]["criteria"])
    for definition in definitions(policy):
        used = {one.text for one in definition["uses"]} if definition.place != ("definition",) else set()
        known = _ids(definition["criteria"]) | used
        for name in definition["uses"]:
            yield from _unknown(name, "criterion of the main definition", main)
        for required in chain.from_iterable(path["requires"] for path in definition["paths"]):
            if required.text in main - known:
                yield required.says(f"`{required.text}` is one of the main definition's criteria; add it to `uses`")
            else:
                yield from _unknown(required, "criterion", known)


def _ids(items: Node) -> set[str]:
    return {item["id"].text for item in items} - {""}


def _keys(section: Node) -> set[str]:
    return {str(item.place[-1]) for item in section}


def _unknown(name: Node, what: str, known: Iterable[str]) -> Iterator[Finding]:
    if name.text and name.text not in known:
        yield name.says(f"there is no {what} `{name.text}`{did_you_mean(name.text, known)}")


def _gates_ask_for_fields(policy: Node) -> Iterator[Finding]:
    for definition in definitions(policy):
        for gate in (definition["evidence"], *(path["evidence"] for path in definition["paths"])):
            for field in chain(gate["required"], gate["verified"]):
                if field.text and not is_field(field.text):
                    yield field.says(f"unknown field{nearest_field(field.text)}")
            for field in gate["verified"]:
                if is_field(field.text) and field.text not in VERIFIABLE:
                    yield field.says(f"only {', '.join(VERIFIABLE)} can be verified")


def _personas_are_somebody(policy: Node) -> Iterator[Finding]:
    for persona in policy["personas"]:
        if persona["id"].text and not any(persona[trait].value not in (None, [], ()) for trait in TRAITS):
            yield persona.says(f"fits nobody: say at least one of {', '.join(TRAITS)}")
        least, most = persona["employees_from"].number, persona["employees_to"].number
        if least is not None and most is not None and least > most:
            yield persona["employees_to"].says("can never hold: less than `employees_from`")


TRAITS = ("industries", "titles", "countries", "employees_from", "employees_to")


def _teams_have_reps(policy: Node) -> Iterator[Finding]:
    for team in policy["teams"]:
        if team["reps"].value == []:
            yield team["reps"].says("nobody is in this team, so its leads would go to nobody; name at least one rep")


def _ladders_climb(policy: Node) -> Iterator[Finding]:
    for sla in policy["sla"]:
        for clock in ("acceptance", "follow_up", *MARKETINGS):
            ladder = list(sla[clock]["ladder"])
            for lower, upper in pairwise(ladder):
                if 0 < _share(upper["at"].value) <= _share(lower["at"].value):
                    yield upper["at"].says("each rung must come after the one before it")
        for rung in sla["follow_up"]["ladder"]:
            if rung["do"].text == "recycle":
                yield rung["do"].says(
                    "a lead that was accepted is not recycled by a clock; remind, escalate or reassign"
                )


MARKETINGS = ("returned", "question")
"""The clocks of marketing, whose ladders end with marketing."""


def _marketing_is_only_told(policy: Node) -> Iterator[Finding]:
    for sla in policy["sla"]:
        for rung in chain.from_iterable(sla[clock]["ladder"] for clock in MARKETINGS):
            if rung["do"].text and rung["do"].text not in RINGS:
                yield rung["do"].says(f"marketing's own clocks can only {' or '.join(RINGS)}")
            if rung["to"].text == "director":
                yield rung["to"].says("marketing has no director here; it goes to `roles.marketing_lead`")


def _share(written: object) -> int:
    """The percentage a rung is written with; 0 when it cannot be read."""
    if isinstance(written, str):
        digits = written.removesuffix("%").strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
    return written if isinstance(written, int) else 0


def _directors_exist(policy: Node) -> Iterator[Finding]:
    without = [team["id"].text for team in policy["teams"] if not team["director"].text]
    for sla in policy["sla"]:
        for rung in chain(sla["acceptance"]["ladder"], sla["follow_up"]["ladder"]):
            if rung["to"].text == "director" and without:
                yield rung["to"].says(f"team `{without[0]}` has no director")


CHECKS = (
    _ids_come_once,
    _names_lead_somewhere,
    _criteria_are_there,
    _gates_ask_for_fields,
    _personas_are_somebody,
    _teams_have_reps,
    _ladders_climb,
    _directors_exist,
    _marketing_is_only_told,
)
