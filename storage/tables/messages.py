"""What people are told: in Slack, by e-mail, and what only an admin can mend."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import document

IN_TURN = ("recipient", "created_at", "retry_at")
NEW, SHOWN, HOME = "ts IS NULL AND kind <> 'home'", "ts IS NOT NULL", "kind = 'home'"
"""Messages that are to be posted, to be changed, and App Homes: each kind has calls, and so a pace, of its own."""


class CardRow(SQLModel, table=True):
    """One Slack message as it should be (`wanted`) and as it was last shown (`shown`)."""

    __tablename__ = "card"
    __table_args__ = (
        Index("card_behind", "retry_at", sqlite_where=text("stale = 1"), postgresql_where=text("stale")),
        Index(
            "card_to_post",
            *IN_TURN,
            sqlite_where=text(f"stale = 1 AND {NEW}"),
            postgresql_where=text(f"stale AND {NEW}"),
        ),
        Index(
            "card_to_change",
            *IN_TURN,
            sqlite_where=text(f"stale = 1 AND {SHOWN}"),
            postgresql_where=text(f"stale AND {SHOWN}"),
        ),
        Index(
            "card_homes",
            "retry_at",
            sqlite_where=text(f"stale = 1 AND {HOME}"),
            postgresql_where=text(f"stale AND {HOME}"),
        ),
        Index("card_refresh", "refresh_at"),
        Index("card_posted", "posted_at"),
        Index("card_leased", "lease_until"),
        Index("card_of_handoff", "handoff_id"),
        Index(
            "card_of_lead",
            "lead_id",
            sqlite_where=text("lead_id IS NOT NULL"),
            postgresql_where=text("lead_id IS NOT NULL"),
        ),
    )

    key: str = Field(primary_key=True)
    """What the message is for; carried in its metadata, so that a lost reply can be found again."""
    kind: str
    recipient: str
    """A person (their DM) or a channel."""
    handoff_id: str | None = Field(default=None, foreign_key="handoff.id")
    lead_id: str | None = None
    """Of messages about a lead that is not with sales."""
    policy_version: int | None = Field(default=None, foreign_key="policy.version")
    parent: str | None = Field(default=None, foreign_key="card.key")
    details: dict[str, Any] = document(default_factory=dict)
    wanted: int = 1
    shown: int = 0
    stale: bool = True
    """`wanted > shown` by more than news, kept beside them so that an index can find it; news waits by `refresh_at`."""
    channel: str | None = None
    ts: str | None = None
    attempt: int = 0
    failures: int = 0
    posting_since: datetime | None = None
    """Set while the outcome of a post is unknown: cleared by the answer, or by looking."""
    posted_at: datetime | None = None
    """When it last became a new message, or may have; its recipient rests a moment, whoever sends next."""
    lease_until: datetime | None = None
    retry_at: datetime
    refresh_at: datetime | None = None
    digest: str | None = None
    """Of what was last shown: an update that would change nothing is not sent."""
    error: str | None = None
    created_at: datetime


class EmailRow(SQLModel, table=True):
    """One e-mail that is to be sent once, unless it has become needless by then."""

    __tablename__ = "email"
    __table_args__ = (
        Index(
            "email_waiting", "retry_at", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")
        ),
        Index(
            "email_done",
            "done_at",
            sqlite_where=text("done_at IS NOT NULL"),
            postgresql_where=text("done_at IS NOT NULL"),
        ),
        Index("email_of_handoff", "handoff_id"),
    )

    key: str = Field(primary_key=True)
    """What the e-mail is for; its Message-ID is made of it, so that a repeat is known as one."""
    kind: str
    recipient: str
    """A person, by Slack id: the address is looked up when it is sent."""
    handoff_id: str | None = Field(default=None, foreign_key="handoff.id")
    details: dict[str, Any] = document(default_factory=dict)
    retry_at: datetime
    """Not to be sent before."""
    done_at: datetime | None = None
    sent: bool = False
    """False with `done_at`: it was needless."""
    attempt: int = 0
    failures: int = 0
    lease_until: datetime | None = None
    error: str | None = None
    created_at: datetime


class WebhookRow(SQLModel, table=True):
    """One event that another system is to be told once, and again until it says that it has it."""

    __tablename__ = "webhook"
    __table_args__ = (
        Index(
            "webhook_waiting",
            "retry_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "webhook_done",
            "done_at",
            sqlite_where=text("done_at IS NOT NULL"),
            postgresql_where=text("done_at IS NOT NULL"),
        ),
        Index("webhook_of_lead", "lead_id"),
    )

    key: str = Field(primary_key=True)
    """What it is about; sent as its id, so that a repeat is known as one."""
    event: str
    lead_id: str = Field(foreign_key="lead.id")
    handoff_id: str | None = Field(default=None, foreign_key="handoff.id")
    details: dict[str, Any] = document(default_factory=dict)
    retry_at: datetime
    done_at: datetime | None = None
    sent: bool = False
    attempt: int = 0
    failures: int = 0
    lease_until: datetime | None = None
    error: str | None = None
    created_at: datetime


class AlarmRow(SQLModel, table=True):
    """Something only an admin can mend, from when it was seen until it was gone; told once."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "alarm_one_open",
            "name",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str
    words: str = Field(sa_type=Text)
    since: datetime
    ended_at: datetime | None = None
