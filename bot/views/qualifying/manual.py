"""The form in which marketing hands a lead over by hand, and what it says afterwards."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.definition import EvidenceGate, Path
from bot.domain.handoff import Handoff, State
from bot.domain.lead import Facts
from bot.domain.policy import Policy
from bot.views.blocks import Json, Leaf, bold, choice, date, header, line, modal, rich, stacked, text_input, user
from bot.views.conditions import field_words
from bot.views.ids import Field, Form
from bot.views.privacy import public_facts
from bot.views.wording import lead_in_short, listed, name

TITLE = "Hand over a lead"


@dataclass(frozen=True, slots=True)
class Box:
    """One thing the form asks: the fact it becomes, which is its block's id too."""

    field: str
    label: str
    most: int = 200
    lines: bool = False
    hint: str = ""


PERSON = (
    Box("first_name", "First name"),
    Box("last_name", "Last name"),
    Box("email", "E-mail address", most=320),
    Box("phone", "Phone number", most=40, hint="With its country, such as +1 415 555 0100."),
    Box("company.name", "Company"),
)
MORE = (
    Box("title", "Job title"),
    Box("company.country", "Country", most=100, hint="Its two letters or its English name."),
    Box("company.domain", "Company's web address"),
    Box("company.industry", "Industry"),
    Box("company.employees", "People in the company", most=12),
    Box("campaign", "Campaign"),
    Box("pain_points", "Pain points", most=2000, lines=True, hint="One a line."),
    Box("bant.budget", "Budget"),
    Box("bant.authority", "Authority"),
    Box("bant.need", "Need"),
    Box("bant.timing", "Timing"),
)
RARE = (
    Box("company.region", "Region or state"),
    Box("language", "Language", most=40, hint="Such as en or pt-BR."),
    Box("time_zone", "Time zone", most=80, hint="Such as Europe/Berlin."),
    Box("external_id", "Id in the system the lead comes from"),
)
"""Asked only where the policy lets no lead pass without."""
ATTRIBUTE = "attributes."
BOXES: Mapping[str, Box] = {box.field: box for box in (*PERSON, *MORE)}
CHECKED = (("checked", "I checked them: they are right"),)


def new_lead(rules: Policy, initial: Mapping[str, str] | None = None) -> Json:
    """The form, with what is filled in already (by field)."""
    filled, paths = initial or {}, [(path, one.gate(path)) for one in rules.all_definitions for path in one.paths]
    always = _always(paths)
    needs = [field_words(field) for field in always]
    return modal(
        TITLE,
        stacked(
            rich(line(f"Sales needs: {listed(needs)}. What Baton knows already you can leave out.")) if needs else None,
            *_boxes((*PERSON, *(box for box in MORE if box.field in always)), filled),
            text_input(
                Field.WHY,
                "Why is this lead ready for sales?",
                hint="What they said or did. It stands on the card, with your name.",
            ),
            choice(
                Field.PATH,
                "How soon should sales answer?",
                [(path.id, f"{_within(path, rules)}: {path.label}") for path, _ in paths],
                placeholder="Choose one",
                chosen=rules.definition.paths[0].id,
            ),
            choice(Field.CHECKED, "Contact details", CHECKED, placeholder="As told, not checked", optional=True),
            header("What else you know"),
            *_boxes(
                (*(box for box in MORE if box.field not in always), *_asked_here([gate for _, gate in paths])), filled
            ),
        ),
        callback_id=Form.NEW_LEAD,
        submit="Hand over",
    )


def _within(path: Path, rules: Policy) -> str:
    """`Within 15 minutes`, `The same business day`."""
    promised = str(rules.clock(path.sla, "acceptance").within)
    return f"The {promised}" if promised.startswith("same") else f"Within {promised}"


def _always(paths: Sequence[tuple[Path, EvidenceGate]]) -> list[str]:
    """The fields without which no path leads to sales."""
    first = paths[0][1]
    return [field for field in first.required if all(field in gate.required for _, gate in paths)]


def _asked_here(gates: Sequence[EvidenceGate]) -> list[Box]:
    """Boxes for what this policy asks of a lead and others do not."""
    asked = dict.fromkeys(field for gate in gates for field in (*gate.required, *gate.verified))
    rare = {box.field: box for box in RARE}
    own = {field: Box(field, field_words(field).capitalize()) for field in asked if field.startswith(ATTRIBUTE)}
    return [box for field in asked if (box := rare.get(field) or own.get(field))]


def _boxes(boxes: Sequence[Box], initial: Mapping[str, str]) -> Iterator[Json]:
    for box in boxes:
        yield text_input(
            box.field,
            box.label,
            optional=True,
            hint=box.hint,
            lines=box.lines,
            most=box.most,
            initial=initial.get(box.field, ""),
        )


def lacking(missing: Sequence[str], unsure: Mapping[str, str], shown: Collection[str]) -> dict[str, str]:
    """What to say at which input of those `shown` when the evidence gate is not passed, else at the promise."""
    said = {name: f"Not sure enough for sales: {how}. If you checked it, say so below." for name, how in unsure.items()}
    said |= dict.fromkeys(missing, "No lead goes to sales without this.")
    elsewhere = [field_words(name) for name in said if name not in shown]
    at_boxes = {name: words for name, words in said.items() if name in shown}
    if not elsewhere:
        return at_boxes
    return at_boxes | {str(Field.PATH): f"No lead goes to sales this way without: {listed(elsewhere)}."}


def handed_over(facts: Facts, handoff: Handoff, *, was_known: bool) -> Json:
    """Who has the lead now, and by when they answer."""
    shared = public_facts(facts)
    return modal(
        TITLE,
        stacked(
            rich(
                line(bold(lead_in_short(shared)), *_whereabouts(handoff)),
                line(f"Baton knew {name(shared)} already; what you wrote is added.") if was_known else None,
            )
        ),
        close="Close",
    )


def _whereabouts(handoff: Handoff) -> tuple[Leaf, ...]:
    if handoff.state is State.OFFERED and handoff.owner and handoff.deadline_at:
        return (" goes to ", user(handoff.owner), ", who answers by ", date(handoff.deadline_at), ".")
    if handoff.owner and handoff.due_at and not handoff.ask_manager:
        return (" waits for somebody on shift: it is offered ", date(handoff.due_at), ".")
    return (" waits: nobody can take it, and ", user(handoff.owner or ""), " is asked to assign it.")
