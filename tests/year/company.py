"""A company with teams on two continents, and when its people really work: told once to Baton, and once by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from bot.domain.policy import Policy

RITA, RAVI, ROSA, RUTH = "U0RITA0001", "U0RAVI0001", "U0ROSA0001", "U0RUTH0001"
UMA, UGO, ULLA = "U0UMA00001", "U0UGO00001", "U0ULLA0001"
MARTA, DANA, MIKE, MAYA = "U0MARTA001", "U0DANA0001", "U0MIKE0001", "U0MAYA0001"
MANAGERS = {"emea": MARTA, "us": MIKE}
GREATEST = 3
"""So many turns the most valuable lead counts as."""
TITLES = ("VP Operations", "Head of IT", "Director Finance")
FIRST, LAST = date(2026, 1, 1), date(2027, 3, 31)

TOLD: dict[str, Any] = {
    "company": "Acme",
    "calendars": {
        "berlin": {"zone": "Europe/Berlin", "cut_off": "15:00", "closed": ["2026-12-24", "2026-12-31"],
                   "hours": {"mon-thu": ["09:00-12:30", "13:30-18:00"], "fri": ["09:00-15:00"]},
                   "holidays": {"country": "DE", "subdivision": "BE"}},
        "new-york": {"zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}, "holidays": {"country": "US"}},
        "evenings": {"zone": "America/Los_Angeles", "hours": {"mon-thu": ["18:00-02:00"], "sun": ["20:00-24:00"]}},
        "lisbon": {"zone": "Europe/Lisbon", "hours": {"tue-fri": ["10:00-16:00"]}, "holidays": {"country": "PT"}},
    },
    "roles": {"marketing": [MAYA]},
    "channels": {"leads": "C0LEADS001", "marketing": "C0MARKET01", "escalations": "C0ESCALATE"},
    "definition": {
        "criteria": [
            {"id": "authority", "label": "Has authority", "reading": "fit", "points": 20,
             "when": {"field": "title", "matches": "VP|Head|Director"}},
            {"id": "demo", "label": "Asked for a demo", "reading": "engagement", "points": 20, "half_life": "60 days",
             "when": {"signal": "demo", "recent": "60 days"}},
            {"id": "asked", "label": "Asked to be contacted", "reading": "engagement", "points": 40,
             "when": {"field": "contact_requested", "equals": True}},
        ],
        "paths": [{"id": "asked", "label": "Asked for sales", "fit": 20, "requires": ["asked"], "sla": "fast"},
                  {"id": "scored", "label": "Fit and engaged", "fit": 20, "engagement": 10}],
    },
    "teams": [
        {"id": "emea", "manager": MARTA, "director": DANA, "calendar": "berlin", "backup": "us",
         "reps": [{"email": RITA, "weight": 2}, {"email": RAVI, "daily_cap": 2},
                  {"email": ROSA, "calendar": "lisbon"}, {"email": RUTH}]},
        {"id": "us", "manager": MIKE, "calendar": "new-york",
         "reps": [{"email": UMA, "calendar": "evenings"}, {"email": UGO, "weight": 3, "daily_cap": 4},
                  {"email": ULLA}]},
    ],
    "segments": [{"id": "large", "label": "Large", "value": GREATEST,
                  "when": {"field": "company.employees", "at_least": 1000}}],
    "routing": [{"id": "america", "when": {"field": "company.country", "equals": "US"}, "team": "us"},
                {"id": "rest", "team": "emea"}, {"id": "others", "team": "us"}],
    "sla": {
        "default": {
            "acceptance": {"within": "4 business hours", "repeats": 3, "ladder": [
                {"at": "50%", "do": "remind"}, {"at": "75%", "do": "mention"}, {"at": "100%", "do": "escalate"},
                {"at": "150%", "do": "reassign"}, {"at": "500%", "do": "recycle"}]},
            "follow_up": {"within": "same business day", "ladder": [
                {"at": "100%", "do": "remind"}, {"at": "150%", "do": "escalate"}, {"at": "300%", "do": "reassign"}]},
            "attempts": {"count": 3, "within": "5 business days"},
            "pause": "10 business days",
        },
        "fast": {
            "acceptance": {"within": "15 minutes", "repeats": 2, "ladder": [
                {"at": "50%", "do": "remind"}, {"at": "100%", "do": "reassign"}, {"at": "200%", "do": "pool"},
                {"at": "400%", "do": "escalate"}, {"at": "2000%", "do": "recycle"}]},
            "follow_up": {"within": "2 business hours", "hours": "rep", "ladder": [
                {"at": "100%", "do": "remind"}, {"at": "300%", "do": "reassign"}]},
        },
    },
}  # fmt: skip

Span = tuple[time, time | None]
DAY_ENDS: time | None = None


@dataclass(frozen=True)
class Hours:
    """When somebody works, by weekday from Monday on; a span without an end lasts until midnight."""

    zone: ZoneInfo
    week: tuple[Sequence[Span], ...]
    off: frozenset[date]

    def is_on(self, at: datetime) -> bool:
        """The same, or they have closed at that very instant."""
        return any(self.is_open(moment) for moment in (at, at - timedelta(microseconds=1)))

    def is_open(self, at: datetime) -> bool:
        """Whether they are at work at that instant."""
        wall = at.astimezone(self.zone)
        return wall.date() not in self.off and any(
            start <= wall.time() and (end is None or wall.time() < end) for start, end in self.week[wall.weekday()]
        )


def _off(country: str, subdivision: str | None = None, *closed: date) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=range(2025, 2029))) | set(closed)


NONE: Sequence[Span] = ()
OFFICE: Sequence[Span] = ((time(9), time(12, 30)), (time(13, 30), time(18)))
EVENING: Span = (time(18), DAY_ENDS)
SMALL_HOURS: Span = (time(0), time(2))
BERLIN = Hours(
    ZoneInfo("Europe/Berlin"),
    (*(OFFICE,) * 4, ((time(9), time(15)),), NONE, NONE),
    _off("DE", "BE", date(2026, 12, 24), date(2026, 12, 31)),
)
NEW_YORK = Hours(ZoneInfo("America/New_York"), (*(((time(9), time(17)),),) * 5, NONE, NONE), _off("US"))
EVENINGS = Hours(
    ZoneInfo("America/Los_Angeles"),
    ((EVENING,), *((SMALL_HOURS, EVENING),) * 3, (SMALL_HOURS,), NONE, ((time(20), DAY_ENDS),)),
    frozenset(),
)
LISBON = Hours(ZoneInfo("Europe/Lisbon"), (NONE, *(((time(10), time(16)),),) * 4, NONE, NONE), _off("PT"))
TEAMS: Mapping[str, Hours] = {"emea": BERLIN, "us": NEW_YORK}
HOURS: Mapping[str, Hours] = {
    RITA: BERLIN, RAVI: BERLIN, ROSA: LISBON, RUTH: BERLIN, UMA: EVENINGS, UGO: NEW_YORK, ULLA: NEW_YORK,
}  # fmt: skip


@dataclass(frozen=True)
class Company:
    """The reps, by hand: when each works, by team what they weigh, and how many leads they take a day at most."""

    reps: Mapping[str, Hours]
    weights: Mapping[str, Mapping[str, int]]
    daily_cap: Mapping[str, int]
    policy: Policy


def company(times: int = 1) -> Company:
    """Each rep is there so many times."""
    teams = [{**team, "reps": [_like(rep, n) for n in range(1, times + 1) for rep in team["reps"]]} for team in TEAM]
    weights = {RITA: 2, UGO: 3}
    own = {team: [_named(rep, n) for n in range(1, times + 1) for rep in names] for team, names in NAMES.items()}
    return Company(
        {_named(rep, n): hours for n in range(1, times + 1) for rep, hours in HOURS.items()},
        {team: {rep: weights.get(_named(rep, 1), 1) for rep in reps} for team, reps in own.items()},
        {_named(rep, n): cap for n in range(1, times + 1) for rep, cap in ((RAVI, 2), (UGO, 4))},
        Policy.model_validate({**TOLD, "teams": teams}),
    )


NAMES: Mapping[str, Sequence[str]] = {"emea": (RITA, RAVI, ROSA, RUTH), "us": (UMA, UGO, ULLA)}
TEAM: Sequence[Mapping[str, Any]] = TOLD["teams"]


def _named(rep: str, number: int) -> str:
    return f"{rep[:-4]}{number:04}"


def _like(rep: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    return {**rep, "email": _named(rep["email"], number)}
