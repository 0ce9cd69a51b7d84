"""Playing one story under one plan, and what came of it."""

from dataclasses import dataclass

from tests.chaos.faults import Enough, Met, Plan
from tests.chaos.invariants import Finding, Harm, Place, astray, faults, histories, miscounted, shown, stored, unkept
from tests.chaos.people import People
from tests.chaos.stories import Story
from tests.chaos.world import Stuck, World
from tests.stories.conftest import EMEA, ESCALATIONS, MARKETING, MARTA, MAYA, NEW, RAVI, RITA
from tests.support.workspace import Message

VIEWERS = {EMEA: RITA, NEW: RITA, MARKETING: MAYA, ESCALATIONS: MARTA}
"""Somebody who sees each channel."""
READERS = (RITA, RAVI, MARTA, MAYA, "U0DANA0001", "U0OLA00001")


class Harmed(Exception):
    """An invariant does not hold."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(finding.words for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Played:
    """The faults a story met, and the harm that was done by them."""

    story: str
    met: list[Met]
    findings: list[Finding]


async def play(world: World, story: Story, plan: Plan) -> Played:
    """Plays it to its end, or to the first harm."""
    happens = story.happens

    async def check(people: People, *, over: bool = False) -> None:
        db, (messages, dms) = await stored(world.eyes), await _seen(world)
        found = [
            *faults(db, messages, world.clock.at),
            *unkept(db, people.promised),
            *astray(histories(db), happens, over=over),
            *(miscounted(messages, story.shows, dms) if over else ()),
        ]
        if found:
            raise Harmed(found)

    people = People(world, check)
    async with world.fresh(plan):
        try:
            await story.play(people)
            await check(people, over=True)
        except Enough:
            pass
        except Stuck as stuck:
            return Played(story.name, plan.met, [Finding(Harm.STUCK, str(stuck))])
        except Harmed as harmed:
            return Played(story.name, plan.met, harmed.findings)
    return Played(story.name, plan.met, [])


async def _seen(world: World) -> tuple[dict[Place, Message], dict[str, str]]:
    dms = {channel: person for person in READERS if (channel := await world.slack.dm(person))}
    return await shown(world.slack, {**VIEWERS, **dms}), dms
