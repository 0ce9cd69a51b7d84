"""What is wrong with something sent, in words that say where and what to do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from handlers.intake.contact_data import hint, shown

MOST = 25
"""Faults told of one item; who has more will find the rest when these are mended."""

Context = Mapping[str, Any]
WORDS: Mapping[str, Callable[[Context], str]] = {
    "missing": lambda _: "This field is required.",
    "string_type": lambda _: "Write this as text.",
    "int_type": lambda _: "Write a whole number, such as 450.",
    "int_from_float": lambda _: "Write a whole number, such as 450.",
    "float_type": lambda _: "Write a number, such as 12000 or 99.5.",
    "finite_number": lambda _: "Write a number, such as 12000 or 99.5.",
    "bool_type": lambda _: "Write true or false.",
    "list_type": lambda _: "Send a list, in square brackets.",
    "dict_type": lambda _: "Send an object, in curly brackets.",
    "model_type": lambda _: "Send an object, in curly brackets.",
    "string_too_long": lambda context: f"Too long: at most {context['max_length']} characters.",
    "too_long": lambda context: f"Too many: at most {context['max_length']}.",
    "greater_than_equal": lambda context: f"Too small: at least {context['ge']}.",
    "less_than_equal": lambda context: f"Too large: at most {context['le']:,}.",
    "literal_error": lambda context: f"Write one of {context['expected']}.",
    "value_error": lambda context: str(context["error"]),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that cannot be taken: its path, such as `signals[1].at`, and what to do."""

    field: str
    message: str


def faults_of(error: ValidationError, model: type[BaseModel]) -> tuple[Fault, ...]:
    """Every fault the model found, up to `MOST`."""
    errors = error.errors(include_url=False, include_input=False)
    faults = [_fault(detail, model) for detail in errors[:MOST]]
    if len(errors) > MOST:
        faults.append(Fault("", f"{len(errors) - MOST} more fields cannot be taken either."))
    return tuple(faults)


def _fault(detail: ErrorDetails, model: type[BaseModel]) -> Fault:
    place = [step for step in detail["loc"] if step != "[key]"]
    if detail["type"] == "extra_forbidden":
        return Fault(path(place), _unknown(str(place[-1]), known_at(model, place[:-1])))
    words = WORDS.get(detail["type"])
    return Fault(path(place), words(detail.get("ctx", {})) if words else f"{detail['msg']}.")


def path(place: Iterable[int | str]) -> str:
    """`("signals", 1, "at")` as people write it: `signals[1].at`; unprintable names are made printable."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{shown(step)[1:-1]}" for step in place)
    return "".join(steps).removeprefix(".")


def _unknown(name: str, known: Sequence[str]) -> str:
    elsewhere = " Anything else goes under `attributes`." if "attributes" in known else ""
    return f"This field is unknown.{hint(name, known)}{elsewhere}"


def known_at(model: type[BaseModel], place: Iterable[int | str]) -> tuple[str, ...]:
    """The field names a model takes at this place of its input."""
    for step in place:
        if isinstance(step, str):
            model = _model_within(model.model_fields[step].annotation)
    return tuple(model.model_fields)


def _model_within(annotation: Any) -> type[BaseModel]:
    """The model that `list[Model]`, `Model | None` or the like speaks of."""
    while not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        annotation = next(part for part in annotation.__args__ if part is not type(None))
    return annotation
