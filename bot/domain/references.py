"""How a policy names people, channels, shares and delays; each refuses what it cannot be, in words."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from bot.domain.definition import PlainDuration
from bot.domain.durations import Duration

PERSON = r"[^\s@]+@[^\s@]+|[UW][A-Z0-9]{2,}"
CHANNEL = r"#[^\s#@]{1,80}|[CG][A-Z0-9]{2,}"
LANGUAGE = "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"


def _fits(pattern: str, expected: str) -> AfterValidator:
    def check(written: str) -> str:
        if not re.fullmatch(pattern, written):
            raise ValueError(expected)
        return written

    return AfterValidator(check)


def _percent(written: object) -> object:
    if isinstance(written, int) and not isinstance(written, bool):
        return written
    if isinstance(written, str) and re.fullmatch("[0-9]{1,6} ?%", written):
        return int(written[:-1])
    raise ValueError("write a share such as `50%`")


SHORTEST_RETENTION = timedelta(days=30)


def _no_slip(written: Duration) -> Duration:
    """What is erased does not come back: a slip of the keyboard must not erase everything."""
    if written.amount < SHORTEST_RETENTION.total_seconds():
        raise ValueError(f"write at least `{SHORTEST_RETENTION.days} days`: what is erased does not come back")
    return written


AT_ONCE: Literal["at once"] = "at once"


def _delay(written: object) -> object:
    try:
        return AT_ONCE if written == AT_ONCE else Duration.parse(written)
    except ValueError as error:
        raise ValueError(f"{error}, or `{AT_ONCE}`") from None


PersonRef = Annotated[
    str,
    Field(max_length=254),
    _fits(PERSON, "write an e-mail address, or a Slack id such as U012ABCDEF"),
    WithJsonSchema({"type": "string", "maxLength": 254, "pattern": f"^({PERSON})$"}),
]
ChannelRef = Annotated[
    str,
    _fits(CHANNEL, 'write a channel such as "#new-leads" (in quotes), or a Slack id such as C012ABCDEF'),
    WithJsonSchema({"type": "string", "pattern": f"^({CHANNEL})$"}),
]
Percent = Annotated[
    int,
    BeforeValidator(_percent),
    Field(ge=1, le=10_000),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[0-9]{1,6} ?%$"}, {"type": "integer", "minimum": 1}]}),
]
Cap = Annotated[int, Field(ge=1)]
Language = Annotated[
    str,
    Field(max_length=20),
    _fits(LANGUAGE, "write a language such as de or pt-BR"),
    WithJsonSchema({"type": "string", "maxLength": 20, "pattern": f"^{LANGUAGE}$"}),
]
"""As in a lead's `language`: `de`, `pt-BR`."""
HandsOut = Literal["turns", "load", "claim"]
ClockHours = Literal["team", "rep", "lead", "always"]
Retention = Annotated[PlainDuration, AfterValidator(_no_slip)]
Delay = Annotated[Duration | Literal["at once"], BeforeValidator(_delay)]
