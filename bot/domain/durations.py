"""Promised lengths of time, as people write them: `90 seconds`, `4 business hours`, `same business day`."""

import re
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Kind = Literal["wall", "business", "business days", "same business day"]

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
WRITTEN = re.compile(r"(\d+) (business )?(second|minute|hour|day|week)s?")


class Duration:
    """A length of time: `amount` counts seconds (wall, business) or days (business days)."""

    __slots__ = ("amount", "kind")

    def __init__(self, kind: Kind, amount: int) -> None:
        self.kind: Kind = kind
        self.amount = amount

    @classmethod
    def parse(cls, text: object) -> "Duration":
        """Reads what people write.

        Raises:
            ValueError: with an example, when it cannot be read.
        """
        if isinstance(text, Duration):
            return text
        if text == "same business day":
            return cls("same business day", 1)
        match = WRITTEN.fullmatch(text) if isinstance(text, str) else None
        if not match or int(match[1]) == 0 or (match[2] and match[3] == "week"):
            raise ValueError(
                "write a duration such as `90 seconds`, `4 business hours`, `1 business day` or `same business day`"
            )
        amount, unit = int(match[1]), match[3]
        if match[2] and unit == "day":
            return cls("business days", amount)
        return cls("business" if match[2] else "wall", amount * SECONDS[unit])

    def __str__(self) -> str:
        if self.kind == "same business day":
            return self.kind
        if self.kind == "business days":
            return f"{self.amount} business day{'s' * (self.amount != 1)}"
        unit = next(
            unit for unit, seconds in reversed(SECONDS.items()) if self.amount % seconds == 0 and self._fits(unit)
        )
        count = self.amount // SECONDS[unit]
        return f"{count} {'business ' * (self.kind == 'business')}{unit}{'s' * (count != 1)}"

    def _fits(self, unit: str) -> bool:
        return self.kind == "wall" or unit not in {"day", "week"}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and (self.kind, self.amount) == (other.kind, other.amount)

    def __hash__(self) -> int:
        return hash((self.kind, self.amount))

    def __repr__(self) -> str:
        return f"Duration.parse({str(self)!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "examples": ["90 seconds", "4 business hours", "1 business day", "same business day"]}
