"""A lead, what it is known by, what it did and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import document


class LeadRow(SQLModel, table=True):
    """A lead. Whoever changes anything about a lead, its handoffs included, locks this row first."""

    __tablename__ = "lead"
    __table_args__ = (
        CheckConstraint(
            "stage IN ('suspect','prospect','mql','sql','opportunity','won','lost','recycled','disqualified')",
            name="lead_stage",
        ),
        Index("lead_due_for_scoring", "score_at"),
        Index(
            "lead_last_heard_of",
            "evidence_at",
            sqlite_where=text("erased_at IS NULL"),
            postgresql_where=text("erased_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    facts: dict[str, Any] = document()
    search: str = Field(sa_type=Text)
    stage: str = "suspect"
    fit: int = 0
    engagement: int = 0
    path: str | None = None
    created_at: datetime
    evidence_at: datetime
    """When something new was last learned; a rep who passed on the lead may be asked again after it."""
    qualified_at: datetime | None = None
    recycled_at: datetime | None = None
    recycled_count: int = 0
    cool_off_until: datetime | None = None
    hand_over_at: datetime | None = None
    """Not to be handed over before; spreads an import over the hours reps need for it."""
    history_only: bool = False
    score_at: datetime | None = None
    """When to score again; empty means: nothing to do until something happens."""
    backoff: int = 0
    erased_at: datetime | None = None
    """Since then nothing here says who it was."""


class IdentityRow(SQLModel, table=True):
    """What a lead is known by; one name never leads to two leads."""

    __tablename__ = "lead_identity"

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    lead_id: str = Field(foreign_key="lead.id", index=True)


class SignalRow(SQLModel, table=True):
    __tablename__ = "signal"
    __table_args__ = (
        UniqueConstraint("lead_id", "fingerprint", name="signal_once"),
        Index("signal_of_lead", "lead_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    lead_id: str = Field(foreign_key="lead.id")
    fingerprint: str
    signal_id: str | None = None
    kind: str
    at: datetime
    label: str | None = Field(default=None, sa_type=Text)
    url: str | None = Field(default=None, sa_type=Text)
    seconds: int | None = None
    received_at: datetime


class OutcomeRow(SQLModel, table=True):
    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("lead_id", "fingerprint", name="outcome_once"),
        CheckConstraint("outcome IN ('opportunity', 'won', 'lost')", name="outcome_kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    lead_id: str = Field(foreign_key="lead.id")
    fingerprint: str
    handoff_id: str | None = Field(default=None, foreign_key="handoff.id")
    outcome: str
    at: datetime
    amount: float | None = None
    currency: str | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    received_at: datetime
