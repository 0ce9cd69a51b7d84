"""The tables. They do not validate: what comes in is checked at the edges, and the constraints hold the rest.

Times are UTC-aware on both engines. Nothing here has relationships: every read is a query one can see.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

OPEN = "(state IN ('waiting', 'offered') OR (state = 'accepted' AND followed_up_at IS NULL))"


def document(**options: Any) -> Any:
    """A JSON column that is never NULL."""
    return Field(sa_column=Column(JSON, nullable=False), **options)


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


class LeadRow(SQLModel, table=True):
    """A lead. Whoever changes anything about a lead, its handoffs included, locks this row first."""

    __tablename__ = "lead"
    __table_args__ = (
        CheckConstraint(
            "stage IN ('suspect','prospect','mql','sql','opportunity','won','lost','recycled','disqualified')",
            name="lead_stage",
        ),
        Index("lead_due_for_scoring", "score_at"),
        Index("lead_last_heard_of", "evidence_at"),
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
        Index("handoff_of_owner", "owner", "state"),
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


class OfferRow(SQLModel, table=True):
    """One rep's turn at a handoff. `answered_after` is in business seconds of the team."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("offer_of_handoff", "handoff_id"),
        Index("offer_of_rep", "rep", "offered_at"),
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


class CardRow(SQLModel, table=True):
    """One Slack message as it should be (`wanted`) and as it was last shown (`shown`)."""

    __tablename__ = "card"
    __table_args__ = (
        Index("card_behind", "retry_at", sqlite_where=text("stale = 1"), postgresql_where=text("stale")),
        Index("card_refresh", "refresh_at"),
        Index("card_posted", "posted_at"),
        Index("card_leased", "lease_until"),
        Index("card_of_handoff", "handoff_id"),
    )

    key: str = Field(primary_key=True)
    """What the message is for; carried in its metadata, so that a lost reply can be found again."""
    kind: str
    recipient: str
    """A person (their DM) or a channel."""
    handoff_id: str | None = Field(default=None, foreign_key="handoff.id")
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
    """When it last became a new message; its recipient rests a moment, whoever sends next."""
    lease_until: datetime | None = None
    retry_at: datetime
    refresh_at: datetime | None = None
    digest: str | None = None
    """Of what was last shown: an update that would change nothing is not sent."""
    error: str | None = None
    created_at: datetime


class TurnsRow(SQLModel, table=True):
    """Whose turn it is in a team; locked while a lead is handed to one of its reps."""

    __tablename__ = "team_turns"

    team: str = Field(primary_key=True)
    turns: dict[str, Any] = document()


class ReceiptRow(SQLModel, table=True):
    """The answer a webhook got, so that its repeat gets the same."""

    __tablename__ = "receipt"

    webhook_id: str = Field(primary_key=True)
    status: int
    answer: dict[str, Any] = document()
    at: datetime


class EmailRow(SQLModel, table=True):
    """One e-mail that is to be sent once, unless it has become needless by then."""

    __tablename__ = "email"
    __table_args__ = (
        Index(
            "email_waiting", "retry_at", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")
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
