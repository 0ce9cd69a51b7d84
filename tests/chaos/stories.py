"""The stories that are played, and what each of them always leads to, whatever fails meanwhile."""

import copy
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.chaos.people import Json, People
from tests.chaos.world import POLICY
from tests.stories.conftest import ANA, EMEA, ESCALATIONS, MARKETING, MARTA, MAYA, RAVI, RITA

ANA_EMAIL = "ana.silva@acme.example"


@dataclass(frozen=True, slots=True)
class Story:
    """What people do; what happens to each lead, by e-mail; and how many messages and replies each conversation has."""

    name: str
    play: Callable[[People], Awaitable[None]]
    happens: Mapping[str, Sequence[str]]
    shows: Mapping[str, tuple[int, int]]


def friday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=UTC)


def monday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


async def accepted(people: People) -> None:
    await people.open_home(RITA)
    await people.lead()
    await people.press(RITA, "Accept")
    await people.press(RITA, "Undo")
    await people.press(RITA, "Accept")
    await people.fill_in(RITA, "Log follow-up", how="call", outcome="reached")
    await people.pass_time(minutes=6)


async def unanswered(people: People) -> None:
    """Of 4 business hours: reminded at 2, manager at 4, the next rep at 6, with marketing 12 after the first offer."""
    await people.lead()
    await people.until(monday(16, 1))


async def rejected(people: People) -> None:
    await people.lead()
    await people.fill_in(RITA, "Reject", reason="bad-data", detail="The phone is a fax")
    await people.press(RITA, "Undo")
    await people.fill_in(RITA, "Reject", reason="bad-timing")
    await people.until(datetime(2027, 2, 19, 8, 0, tzinfo=UTC))
    page = {"lead": {"email": ANA_EMAIL}, "kind": "page_view", "url": "https://acme.example/pricing"}
    pages = [{**page, "id": f"p-{n}", "at": "2027-02-19T08:00:00Z"} for n in range(3)]
    attended = {"lead": {"email": ANA_EMAIL}, "kind": "webinar_attended", "id": "w-2", "at": "2027-02-19T08:00:00Z"}
    await people.tell("signals", {"items": [*pages, attended]})


async def reassigned(people: People) -> None:
    await people.lead()
    await people.until(friday(13, 1))
    await people.fill_in(MARTA, "Reassign", rep=RAVI)
    await people.fill_in(RAVI, "Reject", reason="not-mine")
    await people.press(MARTA, "Take over")
    await people.fill_in(MARTA, "Log follow-up", how="call", outcome="reached")


async def together(people: People) -> None:
    """More than one portion of a request: nineteen items that cannot be taken stand between two that can."""
    first, last = (_somebody(name) for name in ("first", "last"))
    bad: list[Json] = [{"source": "fair"} for _ in range(19)]
    await people.tell("leads", {"items": [first, *bad, last]})
    await people.press(RITA, "Accept")
    outcome = {"lead": {"email": last["email"]}, "outcome": "opportunity", "at": "2026-11-20T09:00:00Z"}
    await people.tell("outcomes", outcome)


def _somebody(name: str) -> Json:
    """An Ana of another family, at a company of its own."""
    company = {**ANA["company"], "name": name.title(), "domain": f"{name}.example"}
    who = {"external_id": name, "email": f"ana@{name}.example", "last_name": name.title(), "phone": None}
    return {**copy.deepcopy(ANA), **who, "company": company}


async def new_rules(people: People) -> None:
    await people.lead()
    await people.put_up(POLICY.replace("{email: rita@acme.example, weight: 2, daily_cap: 10}, ", ""))
    await people.press(MARTA, "Sign")
    await people.press(MAYA, "Sign")


async def after_hours(people: People) -> None:
    await people.pass_time(hours=6)
    await people.lead()
    await people.lead(title="Head of Operations")
    await people.until(monday(8, 1))
    await people.lead(consent=False)


async def fast(people: People) -> None:
    """Of 15 minutes: reminded at half of them, the next rep when they are over; then the manager."""
    await people.lead(title="Analyst", contact_requested=True, signals=[])
    await people.pass_time(minutes=46)


A = ANA_EMAIL
STORIES: Mapping[str, Story] = {
    story.name: story
    for story in (
        Story(
            "accepted",
            accepted,
            {A: ["handed over", "accepted", "undone", "accepted", "followed up"]},
            {RITA: (1, 0), EMEA: (1, 0), MARKETING: (1, 0)},
        ),
        Story(
            "unanswered",
            unanswered,
            {
                A: [
                    *("handed over", "reminded", "late", "escalated"),
                    *("reassigned", "reminded", "late", "escalated", "recycled"),
                ]
            },
            {RITA: (1, 1), RAVI: (1, 1), EMEA: (1, 0), MARTA: (2, 0), ESCALATIONS: (2, 0), MARKETING: (1, 0)},
        ),
        Story(
            "rejected",
            rejected,
            {
                A: [
                    *("handed over", "rejected", "undone", "rejected"),
                    *("marketing reminded", "marketing escalated", "handed over"),
                ]
            },
            {RITA: (1, 0), RAVI: (1, 0), EMEA: (2, 0), MARKETING: (1, 1), MAYA: (1, 0)},
        ),
        Story(
            "reassigned",
            reassigned,
            {
                A: [
                    *("handed over", "reminded", "late", "escalated"),
                    *("reassigned", "rerouted", "taken over", "followed up"),
                ]
            },
            {RITA: (1, 1), RAVI: (1, 0), EMEA: (1, 0), MARTA: (3, 0), ESCALATIONS: (2, 0), MARKETING: (1, 0)},
        ),
        Story(
            "together",
            together,
            {"ana@first.example": ["handed over", "accepted"], "ana@last.example": ["handed over", "accepted"]},
            {RITA: (1, 0), RAVI: (1, 0), EMEA: (2, 0), MARKETING: (2, 0)},
        ),
        Story(
            "new rules",
            new_rules,
            {A: ["handed over", "sent back to routing"]},
            {RITA: (1, 0), RAVI: (1, 0), EMEA: (1, 0), MARTA: (1, 0), MAYA: (1, 0)},
        ),
        Story(
            "after hours",
            after_hours,
            {A: ["handed over", "offered", "withdrawn"]},
            {RITA: (1, 0), EMEA: (1, 0)},
        ),
        Story(
            "fast",
            fast,
            {A: [*("handed over", "reminded", "late", "reassigned"), *("reminded", "late", "escalated", "escalated")]},
            {RITA: (1, 1), RAVI: (1, 1), EMEA: (1, 0), MARTA: (1, 1), ESCALATIONS: (1, 0)},
        ),
    )
}
