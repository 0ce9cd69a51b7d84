"""A lead, what it is known by, what it did and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import document, listed


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
        Index("lead_near", "near", sqlite_where=text("near IS NOT NULL"), postgresql_where=text("near IS NOT NULL")),
        Index(
            "lead_merged_into",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        Index(
            "lead_of_account",
            "account_id",
            sqlite_where=text("account_id IS NOT NULL"),
            postgresql_where=text("account_id IS NOT NULL"),
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
    definition: str | None = None
    """Which product definition spoke last; empty: the main one."""
    near: str | None = None
    """The path this lead nearly meets, while it is in nurture."""
    gated: str | None = None
    """The path it would meet, were it not for the evidence gate."""
    lacking: list[str] = listed()
    proofs: list[dict[str, Any]] = listed()
    """Fields somebody vouched for: see `bot.domain.lead.Proof`."""
    merged_into: str | None = None
    """The lead that speaks for this one since they are known to be one person."""
    absorbed: list[str] = listed()
    """Leads merged into this one, those merged into them too."""
    account_id: int | None = None
    account_why: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    """How the account was recognised: `how`, `matched`, `likeness` (0 to 100)."""


class TellingRow(SQLModel, table=True):
    """What was told of a lead at one moment, when it was news, so that any moment can be seen again."""

    __tablename__ = "telling"
    __table_args__ = (Index("telling_of_lead", "lead_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    lead_id: str = Field(foreign_key="lead.id")
    at: datetime
    facts: dict[str, Any] = document()
    """As told and normalised, without what is unknown."""
    past: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Told as history: nothing was to be handed over for it."""


class MergeRow(SQLModel, table=True):
    """Two leads are one person, from `at` until it was undone."""

    __tablename__ = "lead_merge"
    __table_args__ = (Index("merge_of_survivor", "survivor"), Index("merge_of_absorbed", "absorbed"))

    id: int | None = Field(default=None, primary_key=True)
    survivor: str = Field(foreign_key="lead.id")
    absorbed: str = Field(foreign_key="lead.id")
    at: datetime
    by: str
    why: dict[str, Any] = document(default_factory=dict)
    undone_at: datetime | None = None
    undone_by: str | None = None


class LikenessRow(SQLModel, table=True):
    """Two leads that may be one person, until somebody says so (`same`) or not; `one` sorts before `other`."""

    __tablename__ = "likeness"
    __table_args__ = (UniqueConstraint("one", "other", name="likeness_once"), Index("likeness_of_other", "other"))

    id: int | None = Field(default=None, primary_key=True)
    one: str = Field(foreign_key="lead.id")
    other: str = Field(foreign_key="lead.id")
    why: dict[str, Any] = document(default_factory=dict)
    at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    same: bool | None = None


class AccountRow(SQLModel, table=True):
    """A company that sales already knows, and whose it is."""

    __tablename__ = "account"
    __table_args__ = (Index("account_name_key", "name_key", postgresql_ops={"name_key": "varchar_pattern_ops"}),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    name_key: str
    """The name as it is compared: folded, without what says only which kind of company it is."""
    domain: str | None = Field(default=None, unique=True)
    country: str | None = None
    owner: str | None = None
    """A rep, by Slack id."""
    changed_at: datetime


class BriefRow(SQLModel, table=True):
    """What sales should know of a campaign, in marketing's words; `campaign` is its folded name."""

    __tablename__ = "campaign_brief"

    campaign: str = Field(primary_key=True)
    name: str
    words: str = Field(sa_type=Text)
    offer: str | None = Field(default=None, sa_type=Text)
    """What the leads were promised."""
    url: str | None = Field(default=None, sa_type=Text)
    by: str
    at: datetime


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
    past: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Told as history: nothing was to be handed over for it."""


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
