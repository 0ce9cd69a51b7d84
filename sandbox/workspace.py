"""Who works here and which channels there are, as the workspace file says."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

PALETTE = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "d58247", "2b6836", "5b89d5", "99a949")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is not a time zone")
    return name


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Team(_Frozen):
    id: str = Field(pattern=r"^T[A-Z0-9]+$")
    name: str
    domain: str = Field(pattern=r"^[a-z0-9-]+$")


class Person(_Frozen):
    id: str = Field(pattern=r"^[UW][A-Z0-9]+$")
    name: str = Field(pattern=r"^[a-z0-9._-]+$")
    real_name: str
    email: str
    title: str = ""
    tz: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    avatar_color: str = Field(default="", pattern=r"^([0-9a-f]{6})?$")
    is_admin: bool = False
    is_restricted: bool = False
    deleted: bool = False
    is_bot: bool = False
    status_text: str = Field(default="", max_length=100)
    status_emoji: str = Field(default="", pattern=r"^(:[a-z0-9_+'-]+:)?$")
    status_expiration: int = Field(default=0, ge=0)
    """In unix seconds; 0: until it is cleared."""

    @property
    def color(self) -> str:
        return self.avatar_color or PALETTE[sum(self.id.encode()) % len(PALETTE)]


class ChannelPlan(_Frozen):
    """A channel as it is when the workspace opens; `members` are people's names, `app` says whether the app is in."""

    id: str = Field(pattern=r"^[CG][A-Z0-9]+$")
    name: str = Field(pattern=r"^[a-z0-9_-]{1,80}$")
    topic: str = ""
    private: bool = False
    members: tuple[str, ...] = ()
    app: bool = False


class Workspace(_Frozen):
    team: Team
    people: tuple[Person, ...]
    channels: tuple[ChannelPlan, ...]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        names = {person.name for person in self.people}
        strangers = {name for channel in self.channels for name in channel.members if name not in names}
        if strangers:
            raise ValueError(f"channel members who are not among the people: {', '.join(sorted(strangers))}")
        for what, values in (
            ("id", [*(p.id for p in self.people), *(c.id for c in self.channels)]),
            ("name", [p.name for p in self.people]),
            ("email", [p.email.lower() for p in self.people]),
            ("channel name", [c.name for c in self.channels]),
        ):
            twice = sorted(value for value, times in Counter(values).items() if times > 1)
            if twice:
                raise ValueError(f"the same {what} is given twice: {', '.join(twice)}")
        return self


def load(path: str | Path) -> Workspace:
    """Reads a workspace file; raises pydantic's ValidationError, naming every fault, when it does not hold together."""
    return Workspace.model_validate(YAML(typ="safe").load(Path(path).read_text(encoding="utf-8")))
