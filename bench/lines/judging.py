"""Judging one lead with much to look at by a long definition, against reading each signal once a criterion."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.line import Figure, Line, Side, Target, Unit
from bench.timing import once_a_round
from bot.domain.judging.qualification import judge
from bot.domain.lead import Company, Facts, Signal
from bot.domain.policy import Policy

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SIGNALS = 200
CRITERIA = 50
KINDS = ("email_click", "webinar_attended", "ebook_download", "form_submitted")

ASKED: Sequence[Callable[[int], tuple[str, dict[str, Any]]]] = (
    lambda number: ("fit", {"field": "title", "matches": rf"(?i)\b(vp|head|chief|director|lead{number})\b"}),
    lambda number: ("fit", {"field": "company.industry", "one_of": ["Logistics", "Manufacturing", f"Trade {number}"]}),
    lambda number: ("fit", {"field": "company.employees", "at_least": number * 10}),
    lambda number: ("engagement", {"signal": "page_view", "url": f"*/pricing/{number // 10}*", "at_least": 2}),
    lambda number: ("engagement", {"signal": "page_view", "url": "*/pricing*", "at_least": number, "within": "7 days"}),
    lambda number: ("engagement", {"signal": "email_click", "recent": f"{number + 1} days"}),
    lambda number: (
        "engagement",
        {"all": [{"signal": "page_view", "url": f"*/blog/*{number % 10}", "seconds": number}, {"persona": "ops"}]},
    ),
    lambda number: (
        "fit",
        {"any": [{"signal": "webinar_attended", "at_least": number}, {"field": "bant.budget", "known": True}]},
    ),
    lambda _: ("engagement", {"not": {"signal": "unsubscribed"}}),
    lambda _: ("fit", {"persona": "ops"}),
)
"""Ten kinds of criteria: reading and condition, each a little different by its number."""


def definition() -> Policy:
    """A policy of fifty criteria of every kind, with a gate, and a path that nobody meets."""
    criteria = []
    for number in range(CRITERIA):
        reading, when = ASKED[number % len(ASKED)](number)
        fades = {"half_life": "14 days", "repeats": {"points": 2, "most": 10}} if "signal" in when else {}
        criteria.append(
            {
                "id": f"c{number}",
                "label": f"Criterion {number}",
                "reading": reading,
                "points": 10,
                "when": when,
                **fades,
            }
        )
    persona = {"id": "ops", "label": "Operations", "titles": ["vp", "head of"], "employees_from": 100}
    return Policy.model_validate(
        {
            "company": "Acme",
            "personas": [persona],
            "definition": {
                "criteria": criteria,
                "paths": [{"id": "all", "label": "Everything", "fit": 900}, {"id": "one", "label": "One", "fit": 800}],
                "evidence": {"required": ["email", "company.name"], "verified": ["email"]},
            },
            "teams": [{"id": "emea", "manager": "m@acme.example", "reps": [{"email": "r@acme.example"}]}],
        }
    )


def lead() -> tuple[Facts, tuple[Signal, ...]]:
    """A lead with two hundred signals: a visit every few hours, every fourth to the prices, and much else between."""
    facts = Facts(
        source="bench",
        email="ana.silva@acme.example",
        phone="+493012345678",
        title="VP Operations",
        company=Company(name="Acme", domain="acme.example", industry="Manufacturing", employees=450, country="DE"),
    )
    return facts, tuple(_signal(number) for number in range(SIGNALS))


def _signal(number: int) -> Signal:
    return Signal(
        kind=KINDS[number // 2 % len(KINDS)] if number % 2 else "page_view",
        at=NOW - timedelta(hours=3 * number),
        url=f"https://acme.example/{'pricing' if number % 4 == 0 else 'blog'}/{number}",
        seconds=number,
    )


def works() -> tuple[Callable[[], object], Callable[[], object]]:
    """Judging that lead, and reading each of its signals once a criterion and doing nothing with it."""
    policy, (facts, signals) = definition(), lead()

    def nothing() -> int:
        return sum(1 for _ in range(CRITERIA) for signal in signals if signal.url)

    return lambda: judge(policy, facts, signals, NOW), nothing


OURS, FLOOR = works()
LINES = (
    Line(
        "judging",
        f"judge {SIGNALS} signals by {CRITERIA} criteria",
        (Figure("median", "one judgement", Unit.SECONDS, Target(0.001)),),
        Side("Baton", once_a_round(OURS)),
        (Side("look at each signal once a criterion", once_a_round(FLOOR)),),
    ),
)
