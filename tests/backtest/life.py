"""A long life of many leads, drawn from a seed and lived through the real use cases, a day at a time."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from bot.domain.handoff import Handoff
from bot.domain.judging.qualification import judge
from bot.domain.lead import Bant, Company, Facts, Proof, Signal
from bot.domain.policy import Policy
from bot.usecases.deciding import handoffs as deciding
from bot.usecases.deciding.escalations import escalate_one
from bot.usecases.governing import policies
from bot.usecases.identifying.merging import Merged, merge, unmerge
from bot.usecases.qualifying.handing_over import hand_over
from bot.usecases.qualifying.intake import take_lead, take_outcome, take_signal
from bot.usecases.qualifying.nurture import score_some
from bot.usecases.qualifying.qualification import score_again
from bot.usecases.qualifying.telling import Incoming, Result, Who
from storage.database import Database
from storage.deciding import handoffs
from storage.governing import policies as stored
from storage.identifying import leads, merges
from storage.qualifying import signals as told
from storage.tables import HandoffRow, LeadRow

MONDAY = datetime(2026, 8, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
RITA, RAVI, MARTA = "U0RITA0001", "U0RAVI0001", "U0MARTA001"

CRITERIA: list[dict[str, Any]] = [
    {"id": "authority", "label": "Has authority", "reading": "fit", "points": 20,
     "when": {"field": "title", "matches": "(?i)vp|head|director"}},
    {"id": "size", "label": "200 people or more", "reading": "fit", "points": 20,
     "when": {"field": "company.employees", "at_least": 200}},
    {"id": "budget", "label": "Has budget", "reading": "fit", "points": 15,
     "when": {"field": "bant.budget", "known": True}},
    {"id": "pricing", "label": "Came to pricing", "reading": "engagement", "points": 25, "half_life": "14 days",
     "repeats": {"points": 5, "most": 15}, "when": {"signal": "page_view", "url": "*/pricing*", "within": "7 days"}},
    {"id": "webinar", "label": "Attended a webinar", "reading": "engagement", "points": 15,
     "when": {"signal": "webinar_attended"}},
    {"id": "careers", "label": "Looks for a job", "reading": "engagement", "points": -30, "half_life": "10 days",
     "when": {"signal": "page_view", "url": "*/careers*"}},
    {"id": "asked", "label": "Asked to be contacted", "reading": "engagement", "points": 40,
     "when": {"field": "contact_requested", "equals": True}},
]  # fmt: skip
PATHS: list[dict[str, Any]] = [
    {"id": "scored", "label": "Fit and engaged", "fit": 40, "engagement": 25},
    {"id": "asked", "label": "Asked for sales", "fit": 20, "requires": ["asked"]},
]
REST: dict[str, Any] = {
    "company": "Acme",
    "teams": [{"id": "emea", "manager": MARTA, "reps": [{"email": RITA}, {"email": RAVI}]},
              {"id": "us", "manager": MARTA, "reps": [{"email": RAVI}]}],
    "sla": {"default": {"acceptance": {"within": "4 days", "ladder": [{"at": "100%", "do": "recycle"}]},
                        "follow_up": {"within": "90 days", "ladder": [{"at": "100%", "do": "remind"}]}}},
    "routing": [{"id": "us", "when": {"field": "company.country", "equals": "US"}, "team": "us"},
                {"id": "rest", "team": "emea"}],
}  # fmt: skip


def policy(
    criteria: list[dict[str, Any]] = CRITERIA,
    paths: list[dict[str, Any]] = PATHS,
    evidence: dict[str, Any] | None = None,
    **more: Any,
) -> Policy:
    """The rules of this company, with some of them replaced."""
    definition = {"criteria": criteria, "paths": paths, "evidence": evidence or {}}
    return Policy.model_validate({**REST, "definition": definition, **more})


QUIET = {"id": "quiet", "label": "Quiet fit", "fit": 40, "requires": ["quiet"]}
NOT_LATELY = {
    "id": "quiet",
    "label": "Not seen at the competition's",
    "reading": "fit",
    "points": 0,
    "when": {
        "all": [
            {"signal": "webinar_attended"},
            {"not": {"signal": "page_view", "url": "*/compare*", "recent": "20 days"}},
        ]
    },
}
SAW = {"id": "demo", "label": "Saw a demo", "reading": "engagement", "points": 20, "when": {"signal": "demo"}}
PRODUCT = {
    "id": "robots",
    "label": "Robots",
    "when": {"field": "campaign", "equals": "robots"},
    "uses": ["size", "asked"],
    "criteria": [SAW],
    "paths": [{"id": "robot-demo", "label": "Demo of robots", "fit": 20, "engagement": 20}],
}
VERSIONS: tuple[Policy, ...] = (
    policy(),
    policy(paths=[{**PATHS[0], "fit": 35}, PATHS[1]], evidence={"required": ["email"]}),
    policy([*CRITERIA, NOT_LATELY], [*PATHS, QUIET], evidence={"required": ["company.name"], "verified": ["email"]}),
    policy([*CRITERIA, NOT_LATELY], [PATHS[0], PATHS[1], QUIET], definitions=[PRODUCT]),
)


@dataclass
class Life:
    """Leads and a clock; every step is told how to choose by the same seed."""

    database: Database
    seed: int
    now: datetime = MONDAY
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.number = 0
        self.merges: list[int] = []

    async def live(self, days: int, versions: tuple[Policy, ...] = VERSIONS) -> None:
        """Day after day people and leads do something; what time brings of a day or of a night comes at its end."""
        begins = {4 + number * days // (len(versions) + 1): version for number, version in enumerate(versions)}
        for day in range(days):
            self.now = MONDAY + day * DAY
            await self.come_due()
            if day in begins:
                await policies.put_up(self.database, f"version of day {day}", begins[day], "test", self.tick())
                await self.come_due()
            await self.news(self.chance.randint(5, 10))
            await self.decide()
            self.now = MONDAY + day * DAY + SECOND  # after all that happens on a day, and all that is due at such times
            await self.come_due()
        self.now = MONDAY + days * DAY
        await self.come_due()

    def tick(self) -> datetime:
        """A moment that nothing else has."""
        self.now += timedelta(milliseconds=1)
        return self.now

    async def come_due(self) -> None:
        while await escalate_one(self.database, self.tick()):
            pass
        while await score_some(self.database, self.tick()):
            pass

    async def news(self, number: int) -> None:
        async with self.database.write() as session:
            for _ in range(number):
                new = not self.names or self.chance.random() < 0.45
                await (self.arrive(session) if new else self.chance.choice(NEWS)(self, session))

    async def arrive(self, session: Any) -> None:
        self.number += 1
        name = f"lead-{self.number}"
        kind = self.chance.random()
        incoming = Incoming(self.facts(name), tuple(self.signal() for _ in range(self.chance.randint(0, 3))))
        wait = self.now + timedelta(days=self.chance.randint(1, 6)) if kind > 0.85 else None
        await take_lead(session, incoming, self.tick(), history=kind < 0.15, hand_over_at=wait)
        self.names.append(name)

    def facts(self, name: str) -> Facts:
        maybe: Callable[[float], bool] = lambda share: self.chance.random() < share  # noqa: E731 - short and local
        return Facts(
            source="form",
            external_id=name,
            email=f"{name}@acme.example" if maybe(0.8) else None,
            title=self.chance.choice(("VP Operations", "Engineer", "Head of IT", None)),
            company=Company(
                name="Acme" if maybe(0.7) else None,
                employees=self.chance.choice((20, 300, 5000, None)),
                country=self.chance.choice(("DE", "US")),
            ),
            campaign=self.chance.choice(("robots", "spring", None)),
            contact_requested=True if maybe(0.1) else None,
            bant=Bant(budget="approved" if maybe(0.3) else None),
        )

    def signal(self) -> Signal:
        kind, url = self.chance.choice(
            (("page_view", "https://acme.example/pricing"), ("page_view", "https://acme.example/careers"),
             ("page_view", "https://acme.example/compare"), ("webinar_attended", None), ("demo", None))
        )  # fmt: skip
        at = self.now - timedelta(hours=self.chance.randint(0, 72))
        return Signal(id=f"s-{self.chance.random()}", kind=kind, at=at, url=url)

    def somebody(self) -> str:
        """Of those who came lately more is heard."""
        lately = self.chance.random() < 0.7
        return self.chance.choice(self.names[-30:] if lately else self.names)

    def who(self) -> Who:
        return Who(source="form", external_id=self.somebody())

    async def did(self, session: Any) -> None:
        await take_signal(session, self.who(), self.signal(), self.tick(), history=self.chance.random() < 0.1)

    async def learned(self, session: Any) -> None:
        known = self.facts(self.somebody())
        await take_lead(session, Incoming(known), self.tick(), history=self.chance.random() < 0.1)

    async def refused(self, session: Any) -> None:
        name = self.somebody()
        known = Facts(source="form", external_id=name, consent=self.chance.random() < 0.5)
        await take_lead(session, Incoming(known), self.tick())

    async def ended(self, session: Any) -> None:
        kind = self.chance.choice(("opportunity", "won", "lost"))
        at = self.tick()
        await take_outcome(session, self.who(), Result(kind, at), at, history=self.chance.random() < 0.2)  # type: ignore[arg-type]

    async def vouched(self, session: Any) -> None:
        lead_id = await leads.known_as(session, [("source:form", self.somebody())])
        for found in lead_id.values():
            lead = await leads.lock(session, found)
            at = self.tick()
            if lead.facts.get("email"):
                lead.proofs = [
                    *lead.proofs,
                    Proof(field="email", value=lead.facts["email"], by=MARTA, at=at).model_dump(mode="json"),
                ]
                await score_again(session, lead, at)

    async def by_hand(self, session: Any) -> None:
        """Marketing hands over, or a rep claims, what met no path."""
        found = await leads.known_as(session, [("source:form", self.somebody())])
        rules = await stored.in_force(session)
        for one in found.values():
            lead_id = await merges.speaks_for(session, one)
            lead = await leads.lock(session, lead_id)
            past = await handoffs.of_lead(session, lead_id)
            if rules is None or (past and past[0].is_open) or lead.stage not in {"suspect", "prospect", "recycled"}:
                continue
            facts, done, at = Facts.model_validate(lead.facts), await told.of_lead(session, lead_id), self.tick()
            scoring = judge(rules[1], facts, done, at)
            origin = self.chance.choice(("hand", "claim"))
            path = rules[1].definition.paths[0]
            if origin == "hand":
                lead.evidence_at, lead.history_only = at, False
            await hand_over(session, lead, scoring, path, rules, at, origin=origin, by=MARTA)  # type: ignore[arg-type]

    async def met(self, session: Any) -> None:
        """Two leads turn out to be one person, and sometimes that was wrong."""
        names = [("source:form", self.somebody()) for _ in range(2)]
        found = list((await leads.known_as(session, names)).values())
        merged = await merge(session, found[0], found[-1], MARTA, {}, self.tick()) if len(found) > 1 else None
        if isinstance(merged, Merged):
            self.merges.append(merged.id)
        if self.merges and self.chance.random() < 0.2:
            await unmerge(session, self.merges.pop(), MARTA, self.tick())

    async def decide(self) -> None:
        """Some open handoffs are answered, some answers are taken back; the rest is left to the clock."""
        async with self.database.read() as session:
            statement = select(HandoffRow.id, LeadRow.facts).join(LeadRow, col(LeadRow.id) == HandoffRow.lead_id)
            rows = await session.exec(statement.where(HandoffRow.state == "offered"))
            found = sorted(
                rows, key=lambda row: row[1]["external_id"]
            )  # the same order on every run: ids are drawn elsewhere
            offered = [await handoffs.get_one(session, handoff_id) for handoff_id, _ in found]
        for handoff in offered:
            drawn = self.chance.random()
            if drawn < 0.25:
                await self.reject(handoff)
            elif drawn < 0.4:
                await deciding.accept(self.database, handoff.id, handoff.owner or "", self.tick())

    async def reject(self, handoff: Handoff) -> None:
        reason = self.chance.choice(("wrong-person", "bad-timing", "other", "customer", "other"))
        by = handoff.owner or ""
        await deciding.reject(self.database, handoff.id, by, reason, self.tick(), detail="no")
        if self.chance.random() < 0.15:
            await deciding.undo(self.database, handoff.id, by, self.tick())


NEWS = (
    *(Life.did,) * 14,
    *(Life.learned,) * 4,
    *(Life.refused,) * 3,
    Life.ended,
    Life.vouched,
    *(Life.met,) * 3,
    Life.by_hand,
)
