"""The policy, who signed it, and the people it names."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text, false, text
from sqlmodel import Field, SQLModel


class PolicyRow(SQLModel, table=True):
    """One version of the policy: the file as written, and as JSON with Slack ids."""

    __tablename__ = "policy"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'in_force', 'replaced', 'withdrawn')", name="policy_state"),
        Index(
            "policy_one_in_force",
            "state",
            unique=True,
            sqlite_where=text("state = 'in_force'"),
            postgresql_where=text("state = 'in_force'"),
        ),
    )

    version: int | None = Field(default=None, primary_key=True)
    source: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    state: str
    applied_at: datetime
    applied_by: str
    in_force_at: datetime | None = None
    replaced_at: datetime | None = None
    starts_at: datetime | None = None
    """Not in force before, however soon everyone has signed."""
    why: str | None = Field(default=None, sa_type=Text)
    """Why it was proposed, in the words of whoever did."""
    effect: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    """What it would have changed in the last 90 days, once that is worked out."""
    recount: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether clocks that run when it comes into force are counted anew by its promises."""
    recounted: str | None = None
    """How far that is: the last handoff whose clock was looked at."""


class SignatureRow(SQLModel, table=True):
    """What one signer said of a pending policy; nobody signs twice."""

    __tablename__ = "policy_signature"
    __table_args__ = (CheckConstraint("verdict IN ('signed', 'objected')", name="signature_verdict"),)

    policy_version: int = Field(foreign_key="policy.version", primary_key=True)
    person: str = Field(primary_key=True)
    verdict: str
    reason: str | None = Field(default=None, sa_type=Text)
    at: datetime


class PersonRow(SQLModel, table=True):
    """What Slack said of a person when last asked."""

    __tablename__ = "person"

    slack_id: str = Field(primary_key=True)
    email: str | None = Field(default=None, index=True)
    name: str
    time_zone: str | None = None
    active: bool = True
    guest: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """A guest of the workspace, not a member."""
    dm_channel: str | None = None
    email_choice: str = Field(default="unopened", sa_column_kwargs={"server_default": "unopened"})
    """`every`: an e-mail beside every DM; `unopened`: where nobody touched the card, and for fast leads."""
    checked_at: datetime
