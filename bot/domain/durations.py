"""Promised lengths of time, as people write them: `90 seconds`, `4 business hours`, `same business day`."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Kind = Literal["wall", "business", "business days", "same business day"]

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
BUSINESS_UNITS = ("second", "minute", "hour")
SAME_DAY: Literal["same business day"] = "same business day"
WRITTEN = r"([1-9][0-9]{0,9}) (business )?(second|minute|hour|day|week)s?"
LONGEST_DAYS = 3653
"""Ten years: a longer promise is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: `amount` counts seconds (wall, business) or days (business days)."""

    kind: Kind
    amount: int

    @classmethod
    def parse(cls, text: object) -> "Duration":
        """Reads what people write.

        Raises:
            ValueError: with an example, when it cannot be read; also for zero and for more than ten years.
        """
        if isinstance(text, Duration):
            return text
        if text == SAME_DAY:
            return cls(SAME_DAY, 1)
        match = re.fullmatch(WRITTEN, text) if isinstance(text, str) else None
        if not match or (match[2] and match[3] == "week"):
            raise ValueError(
                "write a duration such as `90 seconds`, `4 business hours`, `1 business day` or `same business day`"
            )
        count, unit = int(match[1]), match[3]
        if count * SECONDS[unit] > LONGEST_DAYS * SECONDS["day"]:
            raise ValueError("longer than 10 years")
        if match[2] and unit == "day":
            return cls("business days", count)
        return cls("business" if match[2] else "wall", count * SECONDS[unit])

    def __str__(self) -> str:
        if self.kind == SAME_DAY:
            return self.kind
        if self.kind == "business days":
            return _counted(self.amount, "business day")
        units = SECONDS if self.kind == "wall" else BUSINESS_UNITS
        unit = next(unit for unit in reversed(units) if unit != "week" and self.amount % SECONDS[unit] == 0)
        return _counted(self.amount // SECONDS[unit], f"{'business ' * (self.kind == 'business')}{unit}")

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        examples = ["90 seconds", "4 business hours", "1 business day", SAME_DAY]
        return {"type": "string", "pattern": f"^({SAME_DAY}|{WRITTEN})$", "examples": examples}


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'s' * (count != 1)}"
