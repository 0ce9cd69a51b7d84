"""How teams stand while leads are given out one after the other: whose turn it is, and what everybody was given."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.assigning.choice import Choice
from bot.domain.assigning.choosing import Work
from bot.domain.assigning.ledger import Ledger
from bot.domain.policy import Policy
from bot.domain.teams import Team
from storage.assigning import workload
from storage.database import Session
from storage.deciding import handoffs

NO_LEDGER = Ledger(behind={})


@dataclass(slots=True)
class Tally:
    """The ledgers of some teams, and what their reps have; leads count that were given out and are not stored yet."""

    ledgers: dict[str, Ledger]
    booked: set[str] = field(default_factory=set)
    """Teams whose ledger says something new."""
    _offered: Counter[str] = field(default_factory=Counter)
    _stored: dict[str, Mapping[str, Work]] = field(default_factory=dict)

    def count(self, choice: Choice, rep: str | None) -> None:
        """A lead is given out."""
        if choice.booked and choice.team in self.ledgers:
            self.ledgers[choice.team] = self.ledgers[choice.team].booked(choice.booked)
            self.booked.add(choice.team)
        if rep:
            self._offered[rep] += 1

    def all_stored(self) -> None:
        """Whatever is asked from now on counts all leads that were given out."""
        self._offered.clear()
        self._stored.clear()

    def ledger_of(self, team: Team) -> Ledger:
        return self.ledgers.get(team.id, NO_LEDGER)

    async def work_of(self, session: Session, policy: Policy, team: Team, now: datetime) -> Mapping[str, Work]:
        """What each rep of a team was given today and this week and has in hand; nothing where that matters to none."""
        if not _counts(team):
            return {}
        if team.id not in self._stored:
            self._stored[team.id] = await _stored(session, policy, team, now)
        return {rep: _more(work, self._offered[rep]) for rep, work in self._stored[team.id].items()}


def _counts(team: Team) -> bool:
    capped = any(rep.daily_cap or rep.weekly_cap or rep.open_cap for rep in team.reps)
    return capped or team.hands_out == "load"


def _more(work: Work, offered: int) -> Work:
    return Work(work.day + offered, work.week + offered, work.open + offered) if offered else work


async def _stored(session: Session, policy: Policy, team: Team, now: datetime) -> Mapping[str, Work]:
    reps = {rep.email for rep in team.reps}
    midnight = now.astimezone(ZoneInfo(policy.calendar(team.id).zone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    monday = (midnight - timedelta(days=midnight.weekday())).astimezone(now.tzinfo)
    offered = await handoffs.offers_since(session, reps, midnight.astimezone(now.tzinfo), monday)
    load = await workload.of(session, reps, now)
    return {rep: Work(*offered.get(rep, (0, 0)), load[rep].open if rep in load else 0) for rep in reps}
