"""A courier with nothing to send leaves the machine alone."""

from datetime import UTC, datetime, timedelta
from itertools import count

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.courier import Courier
from bot.delivery.pace import Lane, Pace
from bot.delivery.slack import Slack
from storage import cards
from storage.database import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def test_only_new_work_wakes_a_courier_and_looking_for_it_does_not(database: Database) -> None:
    woken: list[str] = []
    database.after_commit = lambda: woken.append("woken")
    courier = Courier(database, Slack(AsyncWebClient(token="xoxb-nobody")), lambda: NOW)

    assert not await courier.deliver_one()
    assert woken == []

    async with database.write() as session:
        await cards.want(session, "a:dm:U1", "dm", "U1", NOW)
    assert woken == ["woken"]


def test_nothing_opens_later_while_everything_is_open_although_the_clock_runs_on() -> None:
    readings = count()
    pace = Pace(lambda: NOW + timedelta(microseconds=next(readings)))
    assert pace.opens_at() is None

    pace.hold(Lane.POST, 30)
    opens = pace.opens_at()
    assert opens is not None
    assert timedelta(seconds=29) < opens - NOW < timedelta(seconds=31)
