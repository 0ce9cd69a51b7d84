"""The fields of a lead that a policy may ask about, and what kind of answer each gives."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from bot.domain.lead import Bant, Company, Facts
from bot.domain.values import Value

GROUPS: Mapping[str, type[Value]] = {"company": Company, "bant": Bant}
FIELDS = (
    *(field for field in Facts.model_fields if field not in {*GROUPS, "attributes"}),
    *(f"{group}.{field}" for group, model in GROUPS.items() for field in model.model_fields),
)
"""Every field a condition may ask about, but for `attributes.<anything>`."""
NUMBERS = frozenset({"company.employees"})
YES_OR_NO = frozenset({"contact_requested", "consent"})
SEVERAL = frozenset({"pain_points"})
"""Fields with a list of values, each of which may answer."""
EXAMPLES: Mapping[str, str] = {"company": "company.name", "bant": "bant.budget", "attributes": "attributes.plan"}


def is_field(name: str) -> bool:
    group, _, attribute = name.partition(".")
    return name in FIELDS or (group == "attributes" and attribute != "" and "." not in attribute)


def nearest_field(written: str) -> str:
    """`; did you mean …?`, or which kind of name is asked for."""
    if written in EXAMPLES:
        return f"; name one part of it, such as `{EXAMPLES[written]}`"
    same_ending = [field for field in FIELDS if field.rpartition(".")[2] == written.rpartition(".")[2]]
    near = same_ending or get_close_matches(written, FIELDS, 1)
    return (
        f"; did you mean `{near[0]}`?"
        if near
        else "; write one of a lead's fields, such as `title` or `company.employees`"
    )


def answers(field: str) -> tuple[Callable[[object], bool], str]:
    """Whether a value can be an answer of a field, and what can, in words."""
    if field in YES_OR_NO:
        return lambda value: isinstance(value, bool), "true or false"
    if field in NUMBERS:
        return lambda value: isinstance(value, int | float) and not isinstance(value, bool), "a number"
    return lambda value: isinstance(value, str), "text (write a number that is one in quotes)"
