"""Companies that sales knows: brought in from a list, recognised in leads, and whose their leads are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.domain.handoff import Handoff, State
from bot.domain.identifying.company_names import keys_to_look_up, name_key
from bot.domain.identifying.identity import Account, Recognised, domains, recognise, upward
from bot.domain.lead import Facts
from bot.domain.policy import Policy
from bot.domain.teams import Team
from bot.usecases.qualifying.known import Known, Lead
from storage.assigning import offers, people
from storage.database import Session
from storage.identifying import accounts, merges
from storage.tables import AccountRow, LeadRow


@dataclass(frozen=True, slots=True)
class IncomingAccount:
    """An account as a list tells it, normalised; `owner` is a rep's e-mail address."""

    name: str
    domain: str | None = None
    country: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class TakenAccount:
    """Where it is kept now; `duplicate` says that nothing new was told."""

    account_id: int
    duplicate: bool


NOBODY = "nobody of your policy has this address; apply the policy that names them first"


async def take_account(session: Session, told: IncomingAccount, now: datetime) -> TakenAccount | str:
    """Stores an account, or what is new of it: known by its domain, else by its name; words where it cannot be."""
    owner = await people.with_address(session, told.owner) if told.owner else None
    if told.owner and owner is None:
        return NOBODY
    await accounts.alone_with(session)
    row = await _known(session, told)
    known = {"name": told.name, "domain": told.domain, "country": told.country, "owner": owner}
    values = {field: value for field, value in known.items() if value is not None}
    if row and all(getattr(row, field) == value for field, value in values.items()):
        return TakenAccount(row.id or 0, duplicate=True)
    row = row or AccountRow(name=told.name, name_key="", changed_at=now)
    for field, value in values.items():
        setattr(row, field, value)
    row.name_key, row.changed_at = name_key(told.name), now
    await accounts.save(session, row)
    return TakenAccount(row.id or 0, duplicate=False)


async def _known(session: Session, told: IncomingAccount) -> AccountRow | None:
    """By its domain; else the one of this name that has no other domain and is in no other country."""
    if told.domain and (row := await accounts.of_domain(session, told.domain)):
        return row
    named = await accounts.of_name(session, name_key(told.name))
    free = [row for row in named if not (told.domain and row.domain) and _same(row.country, told.country)]
    return free[0] if len(free) == 1 else None


def _same(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


async def note_account(session: Session, lead: LeadRow) -> None:
    """Recognises the account of a locked lead by what is known of it now, and notes how."""
    (found,) = await recognised(session, [Facts.model_validate(lead.facts)])
    lead.account_id, lead.account_why = noted(found)
    session.add(lead)


def noted(found: Recognised | None) -> tuple[int | None, dict[str, Any] | None]:
    """What a lead's row says of its account: which, and how it was recognised."""
    return (found.account, found.model_dump(mode="json", exclude={"account"})) if found else (None, None)


async def recognised(session: Session, every: Sequence[Facts]) -> list[Recognised | None]:
    """The account of each of these leads, as far as one is known; all are looked up at once."""
    asked = [(facts, _parts(facts), _keys(facts)) for facts in every]
    parts = {part for _, theirs, _ in asked for part in theirs}
    keys = {key for *_, theirs in asked for key in theirs}
    rows = await accounts.that_may_be(session, parts, keys) if parts or keys else ()
    if not rows:
        return [None for _ in every]
    return [
        recognise(facts, [_account(row) for row in rows if accounts.may_be(row, theirs, names)])
        for facts, theirs, names in asked
    ]


def _parts(facts: Facts) -> frozenset[str]:
    return frozenset(part for _, domain in domains(facts) for part in upward(domain))


def _keys(facts: Facts) -> frozenset[str]:
    return keys_to_look_up(facts.company.name) if facts.company.name else frozenset()


def _account(row: accounts.Stored) -> Account:
    return Account(id=row.id, name=row.name, domain=row.domain, country=row.country, owner=row.owner)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whose a lead is before any rule is asked, and by what; `account` where it is theirs by the account."""

    team: Team
    rep: str
    how: Literal["account", "holder", "before", "earlier"]
    account: int | None = None


async def keeper(
    session: Session,
    lead: Lead,
    known: Known,
    policy: Policy,
    without: Collection[str],
    *,
    earlier: bool = False,
) -> Keeper | None:
    """The rep whom a lead belongs to, while they work in a team, have an account and have not passed on it.

    That is whoever had the lead when it was merged with another by mistake, else the owner of its account, else
    whoever has another lead of an account without an owner, else, where `earlier` ones count, whoever accepted it the
    last time; as far as the policy lets it.
    """
    sticky = policy.assignment.sticky
    whose: dict[Literal["account", "holder", "before", "earlier"], str | None] = {
        "before": await _before_merge(session, lead.id, known.past)
    }
    if lead.account_id and sticky.account:
        row = await accounts.get(session, lead.account_id)
        whose["account"] = row.owner if row else None
        another = None if whose["account"] else await accounts.rep_who_has_another(session, lead.account_id, lead.id)
        whose["holder"] = another
    if earlier and sticky.earlier_rep and known.past:
        whose["earlier"] = await offers.last_accepted_by(session, lead.id)
    named = {rep for rep in whose.values() if rep and rep not in without}
    gone = await people.inactive(session, named) if named else set()
    for how, rep in whose.items():
        team = next((team for team in policy.teams if rep and team.has(rep)), None)
        if team and rep in named - gone:
            return Keeper(team, rep, how, lead.account_id if how in {"account", "holder"} else None)
    return None


async def _before_merge(session: Session, lead_id: str, past: Sequence[Handoff]) -> str | None:
    newest = next(iter(past), None)
    if newest is None or newest.state is not State.WITHDRAWN or newest.closed_at is None:
        return None
    return newest.owner if await merges.undone_at(session, lead_id, newest.closed_at) else None
