"""What senders are answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.lead import Stage
from handlers.intake.incoming import Kind


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class LeadStanding(Answer):
    """Where the lead stands now."""

    lead_id: str
    stage: Stage
    duplicate: bool = Field(description="True when nothing new was told, and so nothing was stored.")


class LeadTaken(LeadStanding):
    """Where the lead stands now, and why."""

    fit: int
    engagement: int
    path: str | None = Field(description="The path of the definition by which the lead qualifies, if it does.")
    handoff_id: str | None = Field(description="The lead's latest handoff to sales, if there is one.")


class FieldFault(Answer):
    """One field that cannot be taken, and what to do."""

    field: str = Field(examples=["signals[1].at"], description="Empty where it is the whole.")
    message: str


class ItemRefused(Answer):
    """An item of a batch of which nothing was stored."""

    status: Literal[422] = 422
    errors: tuple[FieldFault, ...]


class LeadItem(LeadTaken):
    """A lead of a batch that was stored."""

    status: Literal[202] = 202


class StandingItem(LeadStanding):
    """A signal or outcome of a batch that was stored."""

    status: Literal[202] = 202


class LeadItems(Answer):
    """Each item's own answer, in the order they were sent."""

    items: tuple[LeadItem | ItemRefused, ...]


class StandingItems(Answer):
    """Each item's own answer, in the order they were sent."""

    items: tuple[StandingItem | ItemRefused, ...]


class ProblemDocument(Answer):
    """Why a request was not taken (RFC 9457)."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    errors: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """How one kind of item is answered: alone, as one of a batch, and the batch."""

    alone: type[LeadStanding]
    one_of_many: type[LeadItem | StandingItem]
    batch: type[LeadItems | StandingItems]


ANSWERS: Mapping[Kind, Told] = {
    "leads": Told(LeadTaken, LeadItem, LeadItems),
    "signals": Told(LeadStanding, StandingItem, StandingItems),
    "outcomes": Told(LeadStanding, StandingItem, StandingItems),
}
