"""A lead called Ana, her handoff in every state, and the rules it was made under."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.briefs import Brief
from bot.domain.definition import Criterion, Definition, EvidenceGate, FieldCondition, Path, SignalCondition
from bot.domain.handoff import Agreement, Handoff, State
from bot.domain.lead import Bant, Company, Evidence, Facts, Gap, Scoring, Signal, Stage
from bot.domain.policy import Channels, Policy, Roles, SignOff
from bot.domain.story import Earlier, FollowUp, PastOffer, Story
from bot.domain.teams import Rep, Team

NOW = datetime(2026, 11, 20, 16, 10, tzinfo=UTC)
DEADLINE = NOW + timedelta(hours=3)
RITA, RAVI, MARTA, DANA, MAYA, OLA = "U0RITA", "U0RAVI", "U0MARTA", "U0DANA", "U0MAYA", "U0OLA"
EMAIL, PHONE = "ana.silva@acme.example", "+14155550100"

RULES = Policy(
    company="Baton Makers",
    channels=Channels(leads="C0LEADS", marketing="C0MARKETING"),
    roles=Roles(marketing=(MAYA,), admins=(OLA,)),
    sign_off=SignOff(sales=(MARTA,), marketing=(MAYA,)),
    definition=Definition(
        criteria=(
            Criterion(
                id="authority",
                label="Has authority",
                reading="fit",
                points=20,
                when=FieldCondition(field="title", matches="vp"),
            ),
            Criterion(
                id="reachable",
                label="Business e-mail",
                reading="fit",
                points=5,
                when=FieldCondition(field="email", known=True),
            ),
            Criterion(
                id="callable",
                label="Phone known",
                reading="fit",
                points=5,
                when=FieldCondition(field="phone", known=True),
            ),
            Criterion(
                id="pricing",
                label="Came back to pricing",
                reading="engagement",
                points=25,
                when=SignalCondition(signal="page_view", url="*/pricing*", at_least=3),
            ),
        ),
        paths=(Path(id="scored", label="Fit and engaged", fit=40, engagement=30),),
        evidence=EvidenceGate(required=("email", "company.name")),
    ),
    teams=(Team(id="emea", manager=MARTA, director=DANA, reps=(Rep(email=RITA), Rep(email=RAVI))),),
)

ANA = Facts(
    source="webinar",
    external_id="A-1001",
    email=EMAIL,
    phone=PHONE,
    first_name="Ana",
    last_name="Silva",
    title="VP Operations",
    company=Company(name="Acme", industry="Manufacturing", employees=450, country="US", region="CA"),
    campaign="spring-webinar",
    bant=Bant(budget="approved", timing="this quarter"),
    pain_points=("manual invoicing", "late payments"),
)

SCORING = Scoring(
    fit=50,
    engagement=40,
    path="scored",
    evidence=(
        Evidence(criterion="authority", label="Has authority", reading="fit", points=20, found="VP Operations"),
        Evidence(
            criterion="reachable", label="Business e-mail", reading="fit", points=5, found=EMAIL, at=NOW, verified=True
        ),
        Evidence(criterion="callable", label="Phone known", reading="fit", points=5, found="+1 415 555 0100"),
        Evidence(
            criterion="pricing",
            label="Came back to pricing",
            reading="engagement",
            points=25,
            found="3 × page view in 7 days, last acme.example/pricing",
            at=NOW - timedelta(minutes=1),
        ),
    ),
)

SIGNALS = (
    Signal(kind="page_view", at=NOW - timedelta(minutes=1), url=f"https://acme.example/pricing?utm={EMAIL}"),
    Signal(kind="webinar_attended", at=NOW - timedelta(hours=1), label="Invoicing 101"),
)

BUDGET = Gap(
    criterion="budget",
    label="Budget is there",
    reading="fit",
    points=15,
    why="unknown",
    ask="What budget is set aside for this?",
)
URGENT = Gap(
    criterion="soon",
    label="Wants it soon",
    reading="engagement",
    points=10,
    why="unknown",
    ask="By when do you need it?",
)
TOO_SMALL = Gap(
    criterion="size",
    label="1,000 people or more",
    reading="fit",
    points=20,
    why="contrary",
    found="450",
    ask="How many?",
)
BARELY = Gap(
    criterion="demo", label="Asked for two demos", reading="engagement", points=30, why="short", found="1 of 2 × demo"
)

BRIEF = Brief(
    campaign="Spring-Webinar",
    words="Invoicing without paper,\nfor people who type.",
    offer="A month for free",
    url="https://acme.example/spring?x=1",
    by=MAYA,
    at=NOW - timedelta(days=30),
)

UNDO: dict[str, Any] = {"state": "offered", "owner": RITA}
OFFERED: dict[str, Any] = {
    "owner": RITA,
    "offered_at": NOW - timedelta(hours=1),
    "deadline_at": DEADLINE,
    "due_at": DEADLINE,
}
DECIDED: dict[str, Any] = {"owner": RITA, "decided_at": NOW, "decided_by": RITA, "closed_at": NOW, "undo": UNDO}
IN_STATE: dict[State, dict[str, Any]] = {
    State.WAITING: {"owner": MARTA, "due_at": DEADLINE},
    State.OFFERED: OFFERED,
    State.ACCEPTED: {**OFFERED, "accepted_at": NOW, "decided_at": NOW, "decided_by": RITA, "undo": UNDO},
    State.RECYCLED: {**DECIDED, "reason": "bad-timing", "detail": "Budget moved to spring."},
    State.DISQUALIFIED: {**DECIDED, "reason": "customer"},
    State.WITHDRAWN: {"owner": RITA, "closed_at": NOW},
}
STAGE = {
    State.WAITING: Stage.MQL,
    State.OFFERED: Stage.MQL,
    State.ACCEPTED: Stage.SQL,
    State.RECYCLED: Stage.RECYCLED,
    State.DISQUALIFIED: Stage.DISQUALIFIED,
    State.WITHDRAWN: Stage.WON,
}


def handoff(state: State = State.OFFERED, **changes: Any) -> Handoff:
    at = {**IN_STATE[state], **changes}
    return Handoff(
        id="h-1",
        lead_id="l-1",
        state=state,
        policy_version=1,
        path="scored",
        sla="default",
        team="emea",
        **{"number": 1, "turn": 1, "scoring": SCORING, "created_at": NOW - timedelta(hours=1), **at},
    )


def story(state: State = State.OFFERED, *, facts: Facts = ANA, **changes: Any) -> Story:
    """Ana's story in this state; `changes` are those of the handoff."""
    return Story(
        handoff(state, **changes),
        facts,
        STAGE[state],
        Agreement(RULES, RULES),
        signals=SIGNALS,
        signals_in_all=7,
    )


def followed_up(note: str | None = None) -> Story:
    touched = story(State.ACCEPTED, followed_up_at=NOW, due_at=None, undo=None)
    return replace(touched, follow_ups=(FollowUp(RITA, NOW, "call", "no_answer", note),))


def waiting_for_the_prospect(why: str | None = None) -> Story:
    until = NOW + timedelta(days=4)
    stopped = story(State.ACCEPTED, paused_at=NOW, paused_until=until, due_at=until, undo=None)
    return replace(stopped, follow_ups=(FollowUp(RITA, NOW, "wait", "wait", why),))


def passed_on(ended: str, **changes: Any) -> Story:
    """Rita had it; Ravi has it now."""
    moved = story(State.OFFERED, owner=RAVI, turn=2, **changes)
    return replace(moved, past_offers=(PastOffer(RITA, NOW - timedelta(hours=4), ended),))


def second_time() -> Story:
    again = story(State.OFFERED, number=2)
    return replace(again, earlier=(Earlier(1, "recycled", NOW - timedelta(days=50), "bad-timing"),))
