"""The kinds of fields that inbound items have: each checks, normalises, and says what to do when it cannot."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)

from handlers.intake import contact_data

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours."""
LARGEST_INTEGER = 2**53
"""The largest whole number up to which every JSON reader keeps each one exactly."""
LONGEST_ATTRIBUTE = 1000
PLAIN: dict[str, JsonValue] = {"pattern": r"^[^\u0000]*$"}
"""NUL is no text to PostgreSQL."""
ZONE_MISSING = "The time zone is missing. Write date and time such as 2026-11-20T15:00:00Z."


@dataclass(frozen=True, slots=True)
class Reading:
    """When something is read, and the zone of dates that name none (None: such dates are refused)."""

    now: datetime
    zone: tzinfo | None = None


def told_of(raw: object, known: Container[str]) -> object:
    """The same object with text trimmed, and without those known fields that are null or blank."""
    if not isinstance(raw, Mapping):
        return raw
    trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in raw.items()}
    return {name: value for name, value in trimmed.items() if name not in known or value not in (None, "")}


def _without_blanks(raw: object) -> object:
    return told_of(raw, raw) if isinstance(raw, Mapping) else raw


def _plain(text: str) -> str:
    if "\0" in text:
        raise ValueError("This holds a NUL character. Take it out.")
    return text


def _date(written: object, info: ValidationInfo[Reading]) -> datetime:
    reading = info.context
    try:
        at = datetime.fromisoformat(_plain(written)) if isinstance(written, str) else None
    except ValueError:
        at = None
    if at is None:
        raise ValueError("Write date and time such as 2026-11-20T15:00:00Z.")
    if at.tzinfo is None and reading.zone is None:
        raise ValueError(ZONE_MISSING)
    at = at if at.tzinfo else at.replace(tzinfo=reading.zone)
    if at < EARLIEST:
        raise ValueError("This date is before the year 2000. Correct it or leave it out.")
    if at > reading.now + AHEAD:
        raise ValueError("This date is in the future. Check it, its time zone, and the sender's clock.")
    return at.astimezone(UTC)


def _scalar(value: object) -> str | int | float | bool:
    if isinstance(value, str) and len(value) <= LONGEST_ATTRIBUTE:
        return _plain(value)
    if isinstance(value, str):
        raise ValueError(f"Too long: at most {LONGEST_ATTRIBUTE} characters.")
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) <= LARGEST_INTEGER:
        return value
    raise ValueError("Write a text, a number of at most 2^53, true or false.")


def _whole(value: object) -> object:
    """What other languages write as `450.0` is as whole a number as `450`."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _currency(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise ValueError("Write the currency's three letters, such as EUR.")
    return text.upper()


Name = Annotated[
    str,
    StringConstraints(max_length=200, strip_whitespace=True),
    AfterValidator(_plain),
    Field(json_schema_extra=PLAIN),
]
Words = Annotated[str, Field(max_length=2000, json_schema_extra=PLAIN), AfterValidator(_plain)]
Employees = Annotated[int, Field(ge=0, le=100_000_000), BeforeValidator(_whole)]
Seconds = Annotated[int, Field(ge=0, le=31_622_400), BeforeValidator(_whole)]
Email = Annotated[str, Field(max_length=320, json_schema_extra={"format": "email"}), AfterValidator(contact_data.email)]
Domain = Annotated[str, Field(max_length=500), AfterValidator(contact_data.domain)]
Country = Annotated[str, Field(max_length=100), AfterValidator(contact_data.country)]
Language = Annotated[str, Field(max_length=40), AfterValidator(contact_data.language)]
TimeZone = Annotated[str, Field(max_length=80), AfterValidator(contact_data.time_zone)]
Currency = Annotated[str, Field(max_length=20), AfterValidator(_currency)]
Date = Annotated[
    datetime,
    BeforeValidator(_date),
    Field(description="ISO 8601 with the time zone; not before 2000, not in the future."),
]
Scalar = Annotated[
    str | int | float | bool,
    BeforeValidator(_scalar),
    WithJsonSchema(
        {
            "type": ["string", "number", "boolean"],
            "maxLength": LONGEST_ATTRIBUTE,
            **PLAIN,
            "minimum": -LARGEST_INTEGER,
            "maximum": LARGEST_INTEGER,
        }
    ),
]
Attributes = Annotated[
    dict[Name, Scalar],
    Field(max_length=100, json_schema_extra={"additionalProperties": False}),  # than those whose name is plain
    BeforeValidator(_without_blanks),
]
