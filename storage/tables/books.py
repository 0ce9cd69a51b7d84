"""What happened, chained; and what senders were answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import document


class HistoryRow(SQLModel, table=True):
    """What happened, who did it, under which policy, and why (the rule and its inputs). Append-only.

    Committed rows are chained by hash a moment later: `link` is the place in the chain.
    """

    __tablename__ = "history"
    __table_args__ = (
        Index("history_of_handoff", "handoff_id"),
        Index("history_of_lead", "lead_id"),
        Index("history_link", "link", unique=True),
        Index("history_unchained", "id", sqlite_where=text("link IS NULL"), postgresql_where=text("link IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    lead_id: str | None = Field(default=None, foreign_key="lead.id")
    handoff_id: str | None = Field(default=None, foreign_key="handoff.id")
    what: str
    who: str
    policy_version: int | None = None
    why: dict[str, Any] = document(default_factory=dict)
    link: int | None = None
    salt: str | None = None
    hash: str | None = None


class HistoryHeadRow(SQLModel, table=True):
    """The end of the chain: one row, locked by whoever lengthens it."""

    __tablename__ = "history_head"
    __table_args__ = (CheckConstraint("id = 1", name="history_has_one_head"),)

    id: int = Field(default=1, primary_key=True)
    link: int = 0
    hash: str = ""


class ReceiptRow(SQLModel, table=True):
    """The answer a webhook got, so that its repeat gets the same."""

    __tablename__ = "receipt"
    __table_args__ = (Index("receipt_at", "at"),)

    webhook_id: str = Field(primary_key=True)
    status: int
    answer: dict[str, Any] = document()
    at: datetime
