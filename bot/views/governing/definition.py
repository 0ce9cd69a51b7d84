"""The definition both teams signed, in plain words: in a window from every card, and in answer to `/lead policy`."""

from collections.abc import Iterator, Sequence
from functools import partial

from bot.domain.definition import Criterion, Definition, EvidenceGate, Path, Persona, ProductDefinition
from bot.domain.dossier import Agreed
from bot.domain.governing.glossary import NAMES, OWNER, meaning
from bot.domain.lead import Stage
from bot.domain.policy import Policy, Reason
from bot.domain.promises import Clock
from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    actions,
    bold,
    bullets,
    date,
    header,
    line,
    modal,
    rich,
    stacked,
    user,
)
from bot.views.conditions import condition_words, either, field_words
from bot.views.room import MESSAGE, WINDOW, first_of, most_that_fits
from bot.views.text import words
from bot.views.wording import listed

DEFINITIONS, PERSONAS, PAINS, PROMISES, SIGNERS = 6, 10, 6, 10, 10


def window(agreed: Agreed, *buttons: Json) -> Json:
    """The definition of one version, with these buttons under it."""
    row = [actions(*buttons)] if buttons else []
    return modal("Definition", [*most_that_fits(partial(_told, agreed), WINDOW), *row], close="Close")


def message(agreed: Agreed, *buttons: Json) -> Message:
    """The definition in force: what counts, what qualifies, what each stage means, the times promised, the reasons."""
    paths = listed([one.label for one in agreed.policy.definition.paths[:5]])
    row = [actions(*buttons)] if buttons else []
    text = words("{title}: {paths}.", title=_title(agreed), paths=paths)
    return Message(text, [*most_that_fits(partial(_told, agreed), MESSAGE), *row])


def _title(agreed: Agreed) -> str:
    return f"What {agreed.policy.company} calls a lead for sales (version {agreed.version})"


def _told(agreed: Agreed, most: int) -> list[Json]:
    rules = agreed.policy
    return stacked(
        header(_title(agreed)),
        rich(_signed(agreed), line("A newer version is in force for new leads.") if agreed.replaced else None),
        *(block for one in rules.definitions[: min(DEFINITIONS, most)] for block in _product(one, rules, most)),
        _more_definitions(len(rules.definitions) - min(DEFINITIONS, most)),
        *_definition(rules.definition, rules, most, "Everybody else" if rules.definitions else ""),
        _personas(rules.personas, min(PERSONAS, most)),
        rich(line(bold("What each stage means")), bullets(_stages(rules))),
        rich(line(bold("Times promised")), first_of(_times(rules), min(PROMISES, most))),
        rich(line(bold("Why sales may refuse a lead")), first_of([_reason(one) for one in rules.reasons], most)),
    )


def _signed(agreed: Agreed) -> Json | None:
    """Who put their name to it, when, and since when it is in force."""
    since: tuple[Leaf, ...] = ("In force since ", date(agreed.since), ". ") if agreed.since else ()
    if not agreed.signed:
        return line(*since, "Nobody was asked to sign it.")
    shown = agreed.signed[:SIGNERS]
    names: list[Leaf] = [leaf for person, at in shown for leaf in (", ", user(person), " ", date(at))][1:]
    more = f" and {len(agreed.signed) - len(shown)} more" if len(agreed.signed) > len(shown) else ""
    return line(*since, "Signed by ", *names, f"{more}.")


def _product(one: ProductDefinition, rules: Policy, most: int) -> list[Json]:
    whose = f" ({condition_words(one.when, rules)})" if one.when else ""
    whole = one.model_copy(update={"criteria": rules.criteria_of(one)})
    return _definition(whole, rules, most, f"{one.label}{whose}")


def _more_definitions(rest: int) -> Json | None:
    return rich(line(f"and {rest} more definitions")) if rest > 0 else None


def _definition(definition: Definition, rules: Policy, most: int, title: str) -> list[Json]:
    paths = [_path(one, definition, rules) for one in definition.paths]
    return stacked(
        header(title) if title else None,
        rich(line(bold("A lead goes to sales when one of these holds")), first_of(paths, most)),
        *(_criteria(reading, definition.criteria, rules, most) for reading in ("fit", "engagement")),
        rich(_gate(definition.evidence, "Always with ")),
    )


def _path(path: Path, definition: Definition, rules: Policy) -> Json | None:
    known = {one.id: one.label for one in (*rules.definition.criteria, *definition.criteria)}
    asks = [
        *([f"fit of at least {path.fit}"] if path.fit else []),
        *([f"engagement of at least {path.engagement}"] if path.engagement else []),
        *(f"“{known.get(one, one)}”" for one in path.requires),
    ]
    own = _gate_words(path.evidence) if path.evidence else ""
    return line(bold(path.label), f": {listed(asks)}" if asks else None, f"; with {own}" if own else None)


def _criteria(reading: str, criteria: Sequence[Criterion], rules: Policy, most: int) -> Json | None:
    lines = [_criterion(one, rules) for one in criteria if one.reading == reading]
    if not lines:
        return None
    title = "Fit: how well they match us" if reading == "fit" else "Engagement: how interested they are"
    return rich(line(bold(title)), first_of(lines, most))


def _criterion(one: Criterion, rules: Policy) -> Json | None:
    against = " against the lead" if one.points < 0 else ""
    again = f", {one.repeats.points} more each further time up to {one.repeats.most}" if one.repeats else ""
    fading = f", half of it after {one.half_life}" if one.half_life else ""
    worth = f"{abs(one.points)} {'point' if abs(one.points) == 1 else 'points'}{against}"
    return line(one.label, f": {worth}{again}{fading}", f" ({condition_words(one.when, rules)})")


def _gate(gate: EvidenceGate, start: str) -> Json | None:
    said = _gate_words(gate)
    return line(bold(start), said) if said else None


def _gate_words(gate: EvidenceGate) -> str:
    fields = dict.fromkeys((*gate.required, *gate.verified))
    return listed([f"{'verified ' * (one in gate.verified)}{field_words(one)}" for one in fields])


def _personas(personas: Sequence[Persona], most: int) -> Json | None:
    if not personas:
        return None
    return rich(line(bold("Who we sell to")), first_of([_persona(one) for one in personas], most))


def _persona(one: Persona) -> Json | None:
    return line(bold(one.label), f": {'; '.join(_traits(one))}")


def _traits(one: Persona) -> Iterator[str]:
    """What makes somebody such a person, and what moves them."""
    if one.titles:
        yield f"{either(one.titles)}"
    if one.industries:
        yield f"in {either(one.industries)}"
    if one.countries:
        yield f"from {either(one.countries)}"
    sizes = one.employees_from, one.employees_to
    if None not in sizes:
        yield f"{sizes[0]:,} to {sizes[1]:,} people"
    elif sizes[0] is not None:
        yield f"{sizes[0]:,} people or more"
    elif sizes[1] is not None:
        yield f"{sizes[1]:,} people at most"
    if one.pain_points:
        yield f"pain points: {', '.join(one.pain_points[:PAINS])}"


def _stages(rules: Policy) -> Iterator[Json | None]:
    for stage in Stage:
        said = meaning(stage, rules.stages)
        yield line(bold(NAMES[stage]), f", {OWNER[stage]}: ", said)


def _times(rules: Policy) -> list[Json | None]:
    names = list(dict.fromkeys(("default", *rules.sla)))
    return [line(bold(name.capitalize()), f": {_promises(rules, name)}") for name in names]


def _promises(rules: Policy, name: str) -> str:
    answer, touch = _within(rules.clock(name, "acceptance")), _within(rules.clock(name, "follow_up"))
    passes = rules.marketing_handoff(name)
    return f"marketing hands over within {passes}; sales answers within {answer} and follows up within {touch}"


def _within(clock: Clock) -> str:
    return f"the {clock.within}" if str(clock.within).startswith("same") else str(clock.within)


def _reason(one: Reason) -> Json | None:
    back = f"back to marketing{f' for {one.cool_off}' if one.cool_off else ''}"
    means = {"recycle": back, "disqualify": "disqualified", "reroute": "to another team"}
    return line(bold(one.label), f": {means[one.means]}")
