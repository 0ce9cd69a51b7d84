"""Failures asked for in advance, each used up by the calls it meets."""

from __future__ import annotations

from enum import StrEnum
from itertools import count

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    DROP_REQUEST = "drop_request"
    DROP_REPLY = "drop_reply"
    DELAY = "delay"
    STATUS = "status"
    ERROR = "error"


class Fault(BaseModel):
    """What shall go wrong with the next `times` calls of a method, in one channel when `channel` is given."""

    model_config = ConfigDict(extra="forbid")

    method: str
    kind: FaultKind
    channel: str | None = None
    seconds: float = Field(default=0, ge=0, le=600)
    status: int = Field(default=500, ge=400, le=599)
    error: str = "internal_error"
    retry_after: int | None = Field(default=None, ge=0)
    times: int = Field(default=1, ge=1)


class Faults:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self._waiting: dict[int, Fault] = {}
        self._ids = count(1)

    def add(self, fault: Fault) -> int:
        number = next(self._ids)
        self._waiting[number] = fault.model_copy()
        return number

    def waiting(self) -> list[Fault]:
        return list(self._waiting.values())

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, channel: str | None) -> Fault | None:
        """Uses up one turn of the oldest fault for that method and channel."""
        for number, fault in self._waiting.items():
            if fault.method in (method, "*") and fault.channel in (None, channel):
                fault.times -= 1
                if not fault.times:
                    del self._waiting[number]
                return fault
        return None
