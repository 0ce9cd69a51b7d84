"""Passages of leads to sales: offers, follow-ups, and whose turn it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import document

OPEN = "(state IN ('waiting', 'offered') OR (state = 'accepted' AND followed_up_at IS NULL))"


class HandoffRow(SQLModel, table=True):
    """One passage of a lead to sales. Open means one owner and one deadline; the database insists."""

    __tablename__ = "handoff"
    __table_args__ = (
        UniqueConstraint("lead_id", "number", name="handoff_number"),
        CheckConstraint(
            "state IN ('waiting','offered','accepted','recycled','disqualified','withdrawn')", name="handoff_state"
        ),
        CheckConstraint(
            f"NOT {OPEN} OR (owner IS NOT NULL AND due_at IS NOT NULL)", name="open_has_owner_and_deadline"
        ),
        CheckConstraint(f"{OPEN} OR due_at IS NULL", name="closed_has_no_deadline"),
        Index("handoff_due", "due_at"),
        Index(
            "handoff_in_hand",
            "owner",
            "state",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "handoff_of_team",
            "team",
            "state",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "handoff_one_open",
            "lead_id",
            unique=True,
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    lead_id: str = Field(foreign_key="lead.id")
    number: int
    state: str
    policy_version: int = Field(foreign_key="policy.version")
    path: str
    sla: str
    team: str
    owner: str | None = None
    scoring: dict[str, Any] = document()
    created_at: datetime
    first_offered_at: datetime | None = None
    offered_at: datetime | None = None
    clock_from: datetime | None = None
    recycle_from: datetime | None = None
    deadline_at: datetime | None = None
    due_at: datetime | None = None
    step: int = 0
    turn: int = 0
    accepted_at: datetime | None = None
    followed_up_at: datetime | None = None
    closed_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    detail: str | None = Field(default=None, sa_type=Text)
    disputed: str | None = None
    undo: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    without_teams: list[str] = document(default_factory=list)
    ask_manager: bool = False
    owner_gone: bool = False
    backoff: int = 0
    origin: str = Field(default="path", sa_column_kwargs={"server_default": "path"})
    """`path`: it met one; `hand`: marketing qualified it; `claim`: a rep asked for a near miss."""
    qualified_by: str | None = None
    note: str | None = Field(default=None, sa_type=Text)
    """Why, in the words of whoever qualified or claimed it."""
    cool_off_until: datetime | None = None
    """Set when it was recycled: not to be handed over again before, without a person's word."""
    segment: str | None = None
    zone: str | None = None
    """The time zone of the lead, where it was told."""
    value: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """So many turns the lead counts as."""
    pooled_at: datetime | None = None
    """Since then any rep of the team may take it."""
    touched_at: datetime | None = None
    """The first touch after accepting; `followed_up_at` is when all that was promised was done."""
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    """Between these the clock stands still: the rep waits for the prospect."""
    clock_version: int | None = None
    """The policy by whose promises the clock runs, where it is not the handoff's own."""


class OfferRow(SQLModel, table=True):
    """One rep's turn at a handoff. `answered_after` is in business seconds of the team."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("offer_of_handoff", "handoff_id"),
        Index("offer_of_rep", "rep", "offered_at"),
        Index("offer_answered", "rep", "ended_at"),
        Index("offer_of_team", "team", "offered_at"),
        Index(
            "offer_one_open",
            "handoff_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    handoff_id: str = Field(foreign_key="handoff.id")
    lead_id: str = Field(foreign_key="lead.id", index=True)
    rep: str
    team: str
    offered_at: datetime
    deadline_at: datetime
    ended_at: datetime | None = None
    ended: str | None = None
    answered_after: float | None = None
    opened_at: datetime | None = None
    """When the rep first touched the card; empty is *unopened*."""
    why: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    """Why this rep, and why nobody else, as it stood at that moment."""


class FollowUpRow(SQLModel, table=True):
    """One touch of the rep after accepting."""

    __tablename__ = "follow_up"

    id: int | None = Field(default=None, primary_key=True)
    handoff_id: str = Field(foreign_key="handoff.id", index=True)
    by: str
    at: datetime
    how: str
    outcome: str
    note: str | None = Field(default=None, sa_type=Text)


class TurnsRow(SQLModel, table=True):
    """Whose turn it is in a team; locked while a lead is handed to one of its reps."""

    __tablename__ = "team_turns"

    team: str = Field(primary_key=True)
    turns: dict[str, Any] = document()


class RaisedRow(SQLModel, table=True):
    """A handoff about which a manager was told, and the message that tells of it: one message may tell of many."""

    __tablename__ = "raised"
    __table_args__ = (Index("raised_on", "card_key"), Index("raised_with", "recipient", "at"))

    handoff_id: str = Field(foreign_key="handoff.id", primary_key=True)
    turn: int = Field(primary_key=True)
    step: int = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    card_key: str
    at: datetime


class MarketingClockRow(SQLModel, table=True):
    """What marketing promised about one lead, until when, and what became of it.

    `handover`: it qualified, and is to be offered to sales; `returned`: sales gave it back; `question`: a rep asked.
    """

    __tablename__ = "marketing_clock"
    __table_args__ = (
        CheckConstraint("kind IN ('handover', 'returned', 'question')", name="marketing_clock_kind"),
        CheckConstraint("(ended_at IS NULL) = (due_at IS NOT NULL)", name="marketing_clock_runs_until_it_ends"),
        Index("marketing_clock_due", "due_at"),
        Index("marketing_clock_of_lead", "lead_id"),
        Index("marketing_clock_of_handoff", "handoff_id"),
    )

    id: str = Field(primary_key=True)
    kind: str
    lead_id: str = Field(foreign_key="lead.id")
    handoff_id: str | None = Field(default=None, foreign_key="handoff.id")
    sla: str
    policy_version: int = Field(foreign_key="policy.version")
    team: str | None = None
    started_at: datetime
    deadline_at: datetime
    due_at: datetime | None = None
    step: int = 0
    backoff: int = 0
    asked_by: str | None = None
    words: str | None = Field(default=None, sa_type=Text)
    """The question, as the rep asked it."""
    ended_at: datetime | None = None
    ended: str | None = None
    ended_by: str | None = None
    answer: str | None = Field(default=None, sa_type=Text)


class MarketingLateRow(SQLModel, table=True):
    """A promise of marketing's of which a message to whoever leads marketing tells, beside others."""

    __tablename__ = "marketing_late"

    card_key: str = Field(primary_key=True)
    clock_id: str = Field(foreign_key="marketing_clock.id", primary_key=True)


class AbsenceRow(SQLModel, table=True):
    """When somebody gets no leads: from then until then, or until they say that they are back."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("source IN ('self', 'manager', 'status', 'dnd', 'baton')", name="absence_source"),
        Index("absence_of", "person", "ends_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person: str
    starts_at: datetime
    ends_at: datetime | None = None
    source: str
    """Who says so: they themselves, their manager, their status in Slack, its do-not-disturb, or Baton."""
    by: str
    why: str | None = None
    created_at: datetime
