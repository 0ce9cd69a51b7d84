"""Leads judged many at once stand afterwards where each would stand by itself."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select, text, update

from bot.domain.lead import Signal
from bot.domain.policy import Policy
from bot.usecases.qualifying import nurture
from bot.usecases.qualifying.qualification import score_again
from bot.usecases.stepping import StepFailed
from storage.assigning import people
from storage.database import Database
from storage.governing import policies
from storage.identifying import leads
from storage.qualifying import signals
from storage.tables import HandoffRow, HistoryRow, LeadRow, PersonRow, PolicyRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIT = {"field": "company.employees", "at_least": 200}
RULES: dict[str, Any] = {
    "company": "Acme",
    "definition": {
        "criteria": [
            {"id": "size", "label": "200 people or more", "reading": "fit", "points": 40, "when": FIT},
            {"id": "webinar", "label": "Attended a webinar", "reading": "engagement", "points": 40,
             "half_life": "10 days", "when": {"signal": "webinar"}},
            {"id": "vip", "label": "Is known to us", "reading": "fit", "points": 10,
             "when": {"field": "attributes.vip", "equals": True}},
            {"id": "visit", "label": "Only looked", "reading": "engagement", "points": -1, "when": {"signal": "visit"}},
            {"id": "stranger", "label": "Is no customer", "reading": "fit", "points": 0,
             "when": {"not": {"field": "attributes.customer", "equals": True}}},
        ],
        "paths": [{"id": "scored", "label": "Fit and engaged", "fit": 40, "engagement": 30}],
        "evidence": {"required": ["company.name"]},
    },
    "teams": [{"id": "emea", "manager": "U0MARTA1", "reps": [{"email": "U0RITA01"}]}],
}  # fmt: skip
BIG = {"name": "Acme", "employees": 500}
"""What qualifies, where nothing speaks against it: a big company that came to the webinar yesterday.

All of them only looked, and are no customers: that alone makes nobody a prospect.
"""
STATES: Mapping[str, dict[str, Any]] = {
    "nothing is met": {"company": {"name": "Acme"}, "done": 99},
    "prospect far from any path": {"company": {"name": "Acme"}, "done": 1},
    "faded just below": {"company": BIG, "done": 5, "was": {"path": "scored", "engagement": 33}},
    "passes": {"company": BIG, "done": 1},
    "gated anew": {"company": {"employees": 500}, "done": 1},
    "gated before": {
        "company": {"employees": 500}, "done": 1,
        "was": {"stage": "prospect", "gated": "scored", "lacking": ["company.name"]},
    },
    "not gated any more": {"company": BIG, "done": 9, "was": {"gated": "scored", "lacking": ["company.name"]}},
    "recycled without news": {
        "company": BIG, "done": 1, "was": {"stage": "recycled", "recycled_at": NOW - DAY, "recycled_count": 1},
        "evidence": 2,
    },
    "recycled with news": {
        "company": BIG, "done": 1, "was": {"stage": "recycled", "recycled_at": NOW - 3 * DAY, "recycled_count": 1},
    },
    "recycled with news, below": {
        "company": BIG, "done": 9, "was": {"stage": "recycled", "recycled_at": NOW - 3 * DAY, "recycled_count": 1},
    },
    "recycled with news, cooling off": {
        "company": BIG, "done": 1,
        "was": {"stage": "recycled", "recycled_at": NOW - 3 * DAY, "recycled_count": 1, "cool_off_until": NOW + DAY},
    },
    "waits for its turn": {"company": BIG, "done": 1, "was": {"hand_over_at": NOW + DAY}},
    "waited for its turn": {"company": BIG, "done": 1, "was": {"hand_over_at": NOW}},
    "of the past": {"company": BIG, "done": 1, "was": {"history_only": True}},
    "without consent": {"company": BIG, "done": 1, "consent": False},
    "recycled three times": {"company": BIG, "done": 1, "was": {"recycled_count": 3}},
    "failed before": {"company": {"name": "Acme"}, "done": 1, "was": {"backoff": 4}},
    "is no prospect any more": {"company": {"name": "Acme"}, "done": 99, "was": {"stage": "prospect"}},
    "vouched for": {
        "company": BIG, "done": 9,
        "was": {"proofs": [{"field": "company.name", "value": "Acme", "by": "U0MAYA01", "at": NOW.isoformat()}]},
    },
}  # fmt: skip
"""What is known and stored of a lead; `done`: its webinar was so many days ago (99: it did nothing)."""
ALONE = {"passes", "waited for its turn", "recycled with news", "gated anew", "gated before", "not gated any more"}
"""Those of which more follows than their own row says."""


async def fill(database: Database, twin: str) -> None:
    async with database.write() as session:
        for number, (name, state) in enumerate(STATES.items()):
            facts = {"source": "web", "company": state["company"], "consent": state.get("consent")}
            row = LeadRow(
                id=f"{name}/{twin}",
                facts=facts,
                search="",
                created_at=NOW - 30 * DAY,
                evidence_at=NOW - state.get("evidence", 1) * DAY,
                score_at=NOW - timedelta(seconds=number),
                **state.get("was", {}),
            )
            session.add(row)
            await session.flush()
            done = [Signal(kind="webinar", at=NOW - state["done"] * DAY), Signal(kind="visit", at=NOW - DAY)]
            await signals.add(session, row.id, [one for one in done if one.at > NOW - 90 * DAY], NOW)


@pytest.fixture
async def filled(database: Database) -> Database:
    policy = Policy.model_validate(RULES)
    row = PolicyRow(version=1, source="", body=policy.stored(), state="in_force", applied_at=NOW, applied_by="test")
    async with database.write() as session:
        await policies.add(session, row)
        await people.save(session, PersonRow(slack_id="U0RITA01", name="Rita Ray", checked_at=NOW))
    return database


async def standing(database: Database, twin: str) -> dict[str, Any]:
    """All that is stored of these leads and of their handoffs, but what no two have in common."""
    async with database.read() as session:
        rows = (await session.exec(select(LeadRow).where(col(LeadRow.id).endswith(f"/{twin}")))).all()
        of_leads = {row.id.partition("/")[0]: row.model_dump(exclude={"id"}) for row in rows}
        passed = (await session.exec(select(HandoffRow.lead_id, HandoffRow.state, HandoffRow.scoring))).all()
        happened = (await session.exec(select(HistoryRow.lead_id, HistoryRow.what, HistoryRow.why))).all()
    for lead_id, *rest in (*passed, *happened):
        name, _, whose = (lead_id or "").partition("/")
        if whose == twin:
            of_leads[name].setdefault("more", []).append(rest)
    return of_leads


async def test_judged_together_they_stand_where_each_would_stand_alone(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored_alone: list[str] = []

    async def noting(session: Any, lead: LeadRow, now: datetime) -> None:
        scored_alone.append(lead.id.partition("/")[0])
        await score_again(session, lead, now)

    monkeypatch.setattr(nurture, "score_again", noting)
    await fill(filled, "together")
    assert await nurture.score_some(filled, NOW)
    assert not await nurture.score_some(filled, NOW)
    await fill(filled, "apart")
    for name in STATES:
        async with filled.write() as session:
            await score_again(session, await leads.lock(session, f"{name}/apart"), NOW)

    together = await standing(filled, "together")
    assert together == await standing(filled, "apart")
    assert set(scored_alone) == ALONE
    stages = {name: row["stage"] for name, row in together.items() if row["stage"] != "prospect"}
    assert stages == {
        "nothing is met": "suspect",
        "is no prospect any more": "suspect",
        "passes": "mql",
        "waited for its turn": "mql",
        "recycled with news": "mql",
        "recycled without news": "recycled",
        "recycled with news, cooling off": "recycled",
    }
    assert together["waits for its turn"]["score_at"] == NOW + DAY
    assert (together["faded just below"]["path"], together["faded just below"]["near"]) == (None, "scored")
    assert together["failed before"]["backoff"] == 0


async def test_a_lead_that_nobody_can_judge_waits_alone(filled: Database) -> None:
    await fill(filled, "x")
    unreadable = {True: "not JSON", False: "[]"}[filled.is_sqlite]
    async with filled.write() as session:
        broken = text("UPDATE lead SET facts = :facts WHERE id = 'nothing is met/x'")
        await session.exec(broken, params={"facts": unreadable})  # type: ignore[call-overload]

    with pytest.raises(StepFailed, match="nothing is met/x"):
        await nurture.score_some(filled, NOW)
    while await nurture.score_some(filled, NOW):
        pass

    async with filled.read() as session:
        late = (await session.exec(select(LeadRow.id).where(col(LeadRow.score_at) <= NOW))).all()
        (put_off,) = (await session.exec(select(LeadRow.backoff).where(LeadRow.id == "nothing is met/x"))).all()
    assert (list(late), put_off) == ([], 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # elsewhere the rows are locked all the while
async def test_what_is_learned_while_leads_are_judged_is_not_overwritten(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(filled, "x")
    look = nurture._look

    async def and_then_learned(*asked: Any) -> Any:
        seen = await look(*asked)
        async with filled.write() as session:
            lead = await leads.lock(session, "prospect far from any path/x")
            lead.facts = {**lead.facts, "company": BIG}
            await score_again(session, lead, NOW)
        async with filled.write() as session:
            fresh = await leads.lock(session, "failed before/x")
            fresh.facts = {**fresh.facts, "attributes": {"vip": True}}
        return seen

    monkeypatch.setattr(nurture, "_look", and_then_learned)
    assert await nurture.score_some(filled, NOW)
    monkeypatch.setattr(nurture, "_look", look)
    first = await standing(filled, "x")
    assert first["prospect far from any path"]["stage"] == "mql"
    assert (first["failed before"]["fit"], first["failed before"]["score_at"] is None) == (0, False)

    assert await nurture.score_some(filled, NOW)
    assert (await standing(filled, "x"))["failed before"]["fit"] == 10


async def test_without_a_policy_nothing_is_judged_and_nobody_is_looked_at_again(database: Database) -> None:
    await fill(database, "x")
    while await nurture.score_some(database, NOW):
        pass
    async with database.read() as session:
        assert set((await session.exec(select(LeadRow.score_at))).all()) == {None}
    async with database.write() as session:
        await session.exec(update(LeadRow).values(stage="won", score_at=NOW))
    assert await nurture.score_some(database, NOW)
    assert not await nurture.score_some(database, NOW)
