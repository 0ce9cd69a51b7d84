"""Leads that really go to sales, in a company of two teams."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.domain.handoff import Handoff
from bot.domain.lead import Company, Facts
from bot.domain.policy import Policy
from bot.usecases.qualifying.qualification import score_again
from storage.assigning import people
from storage.database import Database
from storage.deciding import handoffs
from storage.governing import policies
from storage.tables import LeadRow, PersonRow, PolicyRow
from tests.numbers.recorded import at

POLICY = {
    "company": "Acme",
    "definition": {
        "criteria": [
            {"id": "size", "label": "200 people or more", "reading": "fit", "points": 20,
             "when": {"field": "company.employees", "at_least": 200}},
            {"id": "asked", "label": "Asked to be contacted", "reading": "engagement", "points": 40,
             "when": {"field": "contact_requested", "equals": True}},
        ],
        "paths": [{"id": "asked", "label": "Asked for sales", "requires": ["asked"]}],
    },
    "teams": [
        {"id": "emea", "manager": "U0MARTA1", "reps": [{"email": "U0RITA01"}]},
        {"id": "us", "manager": "U0MIKE01", "reps": [{"email": "U0RAVI01"}]},
    ],
    "routing": [{"id": "home", "team": "emea"}, {"id": "else", "team": "us"}],
    "reasons": [{"id": "bad-timing", "label": "Not now", "means": "recycle"},
                {"id": "not-mine", "label": "Not my territory", "means": "reroute"}],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Workplace:
    """A database in which this policy is in force."""

    database: Database

    async def lead(
        self, name: str, now: datetime, *, asked: bool = True, history: bool = False, **facts: object
    ) -> str:
        """A lead comes in, and goes to sales when it `asked`."""
        known = Facts.model_validate(
            {"source": "form", "contact_requested": asked, "company": Company(employees=500), **facts}
        )
        row = LeadRow(
            id=name,
            facts=known.model_dump(mode="json"),
            search=name,
            created_at=now,
            evidence_at=now,
            history_only=history,
        )
        async with self.database.write() as session:
            session.add(row)
            await session.flush()
            await score_again(session, row, now)
        return name

    async def handoff(self, lead_id: str) -> Handoff:
        async with self.database.read() as session:
            return (await handoffs.of_lead(session, lead_id))[0]

    async def history_only(self, lead_id: str) -> None:
        async with self.database.write() as session:
            row = (await session.exec(select(LeadRow).where(col(LeadRow.id) == lead_id))).one()
            row.history_only = True


async def workplace(database: Database) -> Workplace:
    policy = Policy.model_validate(POLICY)
    row = PolicyRow(
        version=1,
        source="",
        body=policy.model_dump_json(),
        state="in_force",
        applied_at=at(-1000),
        applied_by="U0OLA001",
        in_force_at=at(-1000),
    )
    async with database.write() as session:
        await policies.add(session, row)
        await people.save(session, PersonRow(slack_id="U0RITA01", name="Rita Ray", checked_at=at(-1000)))
    return Workplace(database)
