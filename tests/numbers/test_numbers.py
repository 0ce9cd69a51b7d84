"""The numbers of leads that really went through the use cases, on both engines."""

from typing import Any

import pytest

from bot.domain.handoff import Change, Refusal
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import Median, Question, Report, Scope, Share, Span
from bot.domain.numbers.stats_request import Request
from bot.usecases.accounting import numbers
from bot.usecases.deciding import handoffs, working
from storage.database import Database
from tests.numbers.recorded import at
from tests.numbers.story import Workplace, workplace

NOW = at(28)


async def ask(database: Database, since: float = 0, **question: Any) -> Report:
    report = await numbers.answer(database, Question(Span(at(since), NOW, "the last two days"), **question))
    assert isinstance(report, Report)
    return report


async def played(database: Database) -> Workplace:
    """Accepted and followed up; rejected; sent on to the other team and accepted there; open; never handed over."""
    place = await workplace(database)
    for lead in ("ana", "bo", "cy"):
        await place.lead(lead, at(0), campaign="spring")
    await place.lead("di", at(26), source="fair")
    await place.lead("ed", at(1), asked=False)
    ana, bo, cy = [(await place.handoff(lead)).id for lead in ("ana", "bo", "cy")]
    done = (
        await handoffs.accept(database, ana, "U0RITA01", at(2)),
        await working.log_follow_up(database, ana, "U0RITA01", "call", "reached", None, at(3)),
        await handoffs.reject(database, bo, "U0RITA01", "bad-timing", at(1)),
        await handoffs.reject(database, cy, "U0RITA01", "not-mine", at(1)),
        await handoffs.accept(database, cy, "U0RAVI01", at(1.5)),
    )
    assert all(isinstance(change, Change) for change in done)
    return place


async def test_what_happened_is_what_is_counted(database: Database) -> None:
    await played(database)

    figures = (await ask(database)).total

    assert (figures.received, figures.mqls, figures.offered, figures.waiting) == (5, 4, 4, 0)
    assert (figures.accepted, figures.rejected, figures.ignored, figures.unanswered) == (2, 1, 0, 1)
    assert figures.open == 2
    assert figures.acceptance == Share(2, 3)
    assert figures.answered_in_time == Share(3, 3)
    assert figures.time_to_accept == Median(4500, 2)
    assert figures.followed_up_in_time == Share(1, 2)
    assert figures.handed_over_in_time == Share(4, 4)
    assert figures.reasons == (("bad-timing", 1), ("not-mine", 1))


async def test_by_rep_each_rep_answers_for_their_own_offers(database: Database) -> None:
    await played(database)

    rita, ravi = (await ask(database, by=By.REP)).groups

    assert (rita.key, rita.label) == ("U0RITA01", "Rita Ray")
    assert (rita.figures.offered, rita.figures.accepted, rita.figures.rejected) == (4, 1, 2)
    assert rita.figures.time_to_accept == Median(7200, 1)
    assert (ravi.key, ravi.label) == ("U0RAVI01", "U0RAVI01")
    assert (ravi.figures.offered, ravi.figures.accepted) == (1, 1)
    assert ravi.figures.followed_up_in_time == Share(0, 1)


async def test_undone_is_as_if_it_had_not_been_answered(database: Database) -> None:
    place = await workplace(database)
    await place.lead("ana", at(0))
    ana = (await place.handoff("ana")).id
    await handoffs.reject(database, ana, "U0RITA01", "bad-timing", at(0.5))
    await handoffs.undo(database, ana, "U0RITA01", at(0.55))

    undone = (await ask(database)).total
    await handoffs.accept(database, ana, "U0RITA01", at(1))
    answered = (await ask(database)).total

    assert (undone.rejected, undone.unanswered, undone.reasons) == (0, 1, ())
    assert (answered.accepted, answered.unanswered, answered.reasons) == (1, 0, ())


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (By.CAMPAIGN, [("spring", "spring", 3, 3), (None, "No campaign", 2, 1)]),
        (By.SOURCE, [("form", "form", 4, 3), ("fair", "fair", 1, 1)]),
        (By.PATH, [("asked", "Asked for sales", None, 4)]),
        (By.CRITERION, [("size", "200 people or more", None, 4), ("asked", "Asked to be contacted", None, 4)]),
        (By.POLICY, [("1", "Version 1", None, 4)]),
        (By.GRADE, [("A1", "A1", None, 4)]),
        (By.ORIGIN, [("path", "Met a path", None, 4)]),
        (By.REASON, [("not-mine", "Not my territory", None, 1), ("bad-timing", "Not now", None, 1)]),
        (By.TEAM, [("emea", "emea", None, 3), ("us", "us", None, 1)]),
    ],
)
async def test_labels_are_those_of_the_policy(database: Database, by: By, groups: list[Any]) -> None:
    await played(database)

    asked = await ask(database, by=by)

    assert [(one.key, one.label, one.figures.received, one.figures.mqls) for one in asked.groups] == groups


async def test_only_what_is_in_the_period_counts(database: Database) -> None:
    await played(database)

    later = await ask(database, since=20)

    assert (later.total.received, later.total.mqls, later.total.unanswered) == (1, 1, 1)


async def test_leads_of_history_only_are_not_counted(database: Database) -> None:
    place = await played(database)
    await place.lead("past", at(2), history=True)
    await place.history_only("bo")

    figures = (await ask(database)).total

    assert (figures.received, figures.mqls, figures.rejected) == (4, 3, 0)


async def test_me_is_whoever_asks(database: Database) -> None:
    await played(database)

    mine = await numbers.requested(database, Request(mine=True), "U0RAVI01", NOW)
    nobodys = await numbers.requested(database, Request(mine=True), "U0MARTA1", NOW)

    assert isinstance(mine, Report)
    assert (mine.total.offered, mine.total.accepted) == (1, 1)
    assert isinstance(nobodys, Report)
    assert nobodys.is_empty


async def test_a_team_is_asked_for_by_its_short_name(database: Database) -> None:
    await played(database)

    us = await numbers.requested(database, Request(team="us"), "U0ANYONE", NOW)
    unknown = await numbers.requested(database, Request(team="uss"), "U0ANYONE", NOW)

    assert isinstance(us, Report)
    assert us.question.scope == Scope(team="us")
    assert (us.total.mqls, us.total.accepted) == (1, 1)
    assert unknown == Refusal("There is no team `uss`. Did you mean `us`?")


async def test_a_database_without_anything_has_an_empty_report(database: Database) -> None:
    assert (await ask(database, by=By.CAMPAIGN)).is_empty
    assert await numbers.requested(database, Request(team="us"), "U0ANYONE", NOW) == Refusal(
        "There are no teams yet. They come with the policy; see `/lead help`."
    )
