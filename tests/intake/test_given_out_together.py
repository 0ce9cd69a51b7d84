"""Leads that are stored together are given out as if they had come one after the other."""

import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from bench.company import Company
from bot.domain.policy import Policy
from bot.usecases.identifying.accounts import IncomingAccount, take_account
from bot.usecases.qualifying import newcomers
from bot.usecases.qualifying.intake import take_leads
from bot.usecases.qualifying.telling import Incoming
from handlers.intake.fields import Reading
from handlers.intake.incoming import read
from storage.database import Database, Session, parse_url
from storage.tables import CardRow, EmailRow, HandoffRow, HistoryRow, LeadRow, OfferRow, PolicyRow, TurnsRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EARLIER = "2026-11-20T08:00:00Z"
COMPANY = Company(teams=2)
MANY = 9
Json = dict[str, Any]
SHUT = {"zone": "UTC", "hours": {"mon-fri": ["13:00-17:00"]}}


def reps(policy: Json, **more: Any) -> Json:
    """The policy, with this about every rep of the first team."""
    first, *others = policy["teams"]
    return policy | {"teams": [first | {"reps": [rep | more for rep in first["reps"]]}, *others]}


def teams(policy: Json, **more: Any) -> Json:
    return policy | {"teams": [team | more for team in policy["teams"]]}


WAYS: dict[str, Callable[[Json], Json]] = {
    "by turns": lambda policy: policy,
    "two a day": lambda policy: reps(policy, daily_cap=2),
    "three in hand": lambda policy: reps(policy, open_cap=3),
    "by load": lambda policy: teams(policy, hands_out="load"),
    "to whoever claims": lambda policy: teams(policy, hands_out="claim"),
    "once the shift begins": lambda policy: policy | {"calendars": {"always": SHUT}},
}


def leads() -> list[Incoming]:
    """Of two teams in turn; the third and the fifth are of the company of the first."""
    every = [COMPANY.lead(number) for number in range(MANY)]
    for number in (2, 4):
        every[number] |= {"company": every[0]["company"], "email": f"lead.{number}@{every[0]['company']['domain']}"}
    for done in (signal for one in every for signal in one["signals"]):
        done["at"] = EARLIER
    told = [read("leads", one, Reading(NOW)) for one in every]
    return [one for one in told if isinstance(one, Incoming)]


@asynccontextmanager
async def opened(template: Path, path: Path, policy: Json) -> AsyncIterator[Database]:
    shutil.copy(template, path)
    database = Database(parse_url(f"sqlite:///{path}"))
    body = Policy.model_validate(policy).stored()
    async with database.write() as session:
        session.add(PolicyRow(source="", body=body, state="in_force", applied_at=NOW, applied_by="test"))
        await take_account(session, IncomingAccount("Acme", leads()[0].facts.company.domain), NOW)
    yield database
    await database.close()


async def given_out(database: Database, monkeypatch: pytest.MonkeyPatch, at_once: int) -> list[Any]:
    """All that is known afterwards of whose which lead is, and what everybody hears of it."""
    numbers = itertools.count()
    monkeypatch.setattr(newcomers, "new_id", lambda _: f"lead{next(numbers)}")
    every = leads()
    for start in range(0, len(every), at_once):
        left = every[start : start + at_once]
        while left:
            async with database.write() as session:
                left = left[len(await take_leads(session, left, NOW)) :]
    async with database.read() as session:
        return await _known(session)


async def _known(session: Session) -> list[Any]:
    """Where ids of handoffs would stand, which are by chance, stand those of their leads."""

    async def every(table: type[SQLModel], order: Any) -> list[Json]:
        rows = [row.model_dump(mode="json") for row in await session.exec(select(table).order_by(order))]
        return [{name: _without_chance(value, of) for name, value in row.items()} for row in rows]

    of = {row.id: row.lead_id for row in await session.exec(select(HandoffRow))}
    return [
        await every(LeadRow, LeadRow.id),
        await every(HandoffRow, HandoffRow.lead_id),
        await every(OfferRow, OfferRow.id),
        await every(TurnsRow, TurnsRow.team),
        await every(HistoryRow, HistoryRow.id),
        sorted(map(str, await every(CardRow, CardRow.key))),
        sorted(map(str, await every(EmailRow, EmailRow.key))),
    ]


def _without_chance(value: Any, of: Mapping[str, str]) -> Any:
    known = next((handoff for handoff in of if isinstance(value, str) and handoff in value), None)
    return value.replace(known, of[known]) if known else value


@pytest.mark.parametrize("way", WAYS)
async def test_leads_of_one_transaction_go_where_they_would_one_by_one(
    way: str, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, found = WAYS[way](COMPANY.policy()), []
    for at_once in (1, MANY):
        async with opened(sqlite_template, tmp_path / f"{at_once}.db", policy) as database:
            found.append(await given_out(database, monkeypatch, at_once))
    alone, together = found
    assert len(alone[1]) == MANY
    for one, other in zip(alone, together, strict=True):
        assert one == other
