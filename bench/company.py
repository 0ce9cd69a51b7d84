"""A company of any size to send leads to: its Slack workspace, its policy, and leads of its teams."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
OPEN_ALL_DAY = {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}
REPS = 2
"""In each team."""
OFFICE = ("marketing", "escalations", "leads")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Company:
    """So many teams, each with a channel, a manager and two reps; everybody is at work all day, and none has a cap."""

    teams: int

    def workspace(self) -> Json:
        """Its people and channels, as a workspace file has them."""
        people = [_person(name) for name in self._names()]
        channels = [
            *(_channel(f"{team}-leads", [f"{team}-manager", *_reps(team)]) for team in self._teams()),
            *(_channel(name, ["marketing", "director", "admin"]) for name in OFFICE),
        ]
        return {"team": {"id": "T0BENCH", "name": "Bench", "domain": "bench"}, "people": people, "channels": channels}

    def policy(self) -> Json:
        """The policy of the examples, for these teams; a lead goes to the team that its campaign names."""
        policy: Json = YAML(typ="safe").load((ROOT / "examples/policy.yml").read_text(encoding="utf-8"))
        first = next(iter(self._teams()))
        return policy | {
            "calendars": {"always": OPEN_ALL_DAY},
            "channels": {name: f"#{name}" for name in OFFICE},
            "roles": {"marketing": [_email("marketing")], "admins": [_email("admin")]},
            "sign_off": {"sales": [_email(f"{first}-manager")], "marketing": [_email("marketing")]},
            "teams": [_team(name) for name in self._teams()],
            "routing": [
                *({"id": name, "when": {"field": "campaign", "equals": name}, "team": name} for name in self._teams()),
                {"id": "rest", "team": first},
            ],
            "assignment": {},
        }

    def reps(self) -> list[str]:
        """The Slack ids of all reps."""
        return [_id("U", rep) for team in self._teams() for rep in _reps(team)]

    def channels(self) -> list[str]:
        """The Slack ids of all teams' channels."""
        return [_id("C", f"{team}-leads") for team in self._teams()]

    def lead(self, number: int, *, team: int | None = None) -> Json:
        """Somebody new who qualifies by what they are and did; of the teams in turn, where none is named."""
        at = datetime.now(UTC)
        return {
            **someone(number),
            "campaign": f"team-{(number if team is None else team) % self.teams}",
            "title": "VP Operations",
            "signals": [_signal(number, 0, "webinar_attended", at), *(_visit(number, n, at) for n in range(1, 4))],
        }

    def write(self, folder: Path) -> None:
        """Leaves both files there; JSON is YAML too."""
        (folder / "workspace.yml").write_text(json.dumps(self.workspace()), encoding="utf-8")
        (folder / "policy.yml").write_text(json.dumps(self.policy()), encoding="utf-8")

    def _teams(self) -> Sequence[str]:
        return [f"team-{number}" for number in range(self.teams)]

    def _names(self) -> list[str]:
        return [
            "marketing",
            "director",
            "admin",
            *(name for team in self._teams() for name in (f"{team}-manager", *_reps(team))),
        ]


def name_of(number: int) -> str:
    """How a lead's company is called, which each of its messages says; in letters, for digits may be a phone number."""
    return "Company " + "".join("ABCDEFGHIJ"[int(digit)] for digit in f"{number:07d}")


def someone(number: int) -> Json:
    """Somebody new of a company that fits, who did nothing yet: not enough for any path."""
    return {
        "source": "bench",
        "external_id": f"bench-{number}",
        "email": f"lead.{number}@company-{number}.example",
        "first_name": "Lea",
        "last_name": f"Number{number}",
        "title": "Designer",
        "company": {
            "name": name_of(number),
            "domain": f"company-{number}.example",
            "industry": "Manufacturing",
            "employees": 450,
            "country": "DE",
        },
        "consent": True,
        "bant": {"budget": "approved", "need": "manual invoicing", "timing": "this quarter"},
        "pain_points": ["manual invoicing"],
    }


def _signal(number: int, one: int, kind: str, at: datetime) -> Json:
    return {"id": f"{number}-{one}", "kind": kind, "at": (at - timedelta(hours=1 + one)).isoformat()}


def _visit(number: int, one: int, at: datetime) -> Json:
    return _signal(number, one, "page_view", at) | {"url": f"https://bench.example/pricing/{one}"}


def _reps(team: str) -> list[str]:
    return [f"{team}-rep-{number}" for number in range(REPS)]


def _team(name: str) -> Mapping[str, Any]:
    return {
        "id": name,
        "manager": _email(f"{name}-manager"),
        "director": _email("director"),
        "channel": f"#{name}-leads",
        "calendar": "always",
        "reps": [{"email": _email(rep)} for rep in _reps(name)],
    }


def _email(name: str) -> str:
    return f"{name}@bench.example"


def _id(kind: str, name: str) -> str:
    return kind + "".join(filter(str.isalnum, name)).upper()


def _person(name: str) -> Json:
    return {"id": _id("U", name), "name": name, "real_name": name.title(), "email": _email(name)}


def _channel(name: str, members: list[str]) -> Json:
    return {"id": _id("C", name), "name": name, "members": members, "app": True}
