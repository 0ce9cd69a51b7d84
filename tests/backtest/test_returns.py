"""How often sales gave a lead back counts from the last time a person qualified it, looked back on as well."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.backtesting.past import Heard, Passage, Record, Spell, Told
from bot.domain.backtesting.replay import Life, Replay, turns
from bot.domain.handoff import Origin, State
from bot.domain.lead import Facts, Signal

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


@pytest.mark.parametrize(
    ("origins", "passes"),
    [
        (("path", "path"), True),
        (("path", "path", "path"), False),
        (("path", "path", "path", "hand"), True),
        (("hand", "path", "path"), False),
        (("hand", "path", "path", "path", "hand", "path"), True),
        (("path", "path", "claim"), False),
    ],
)
def test_a_lead_given_back_three_times_since_a_persons_word_waits_for_another(
    origins: tuple[Origin, ...], passes: bool
) -> None:
    passages = tuple(
        Passage(
            str(number), number, day(number), "scored", "emea", 1, State.RECYCLED, origin, closed_at=day(number + 1)
        )
        for number, origin in enumerate(origins, 1)
    )
    news = day(len(origins) + 2)
    heard = Heard(news, Signal(kind="page_view", at=news))
    record = Record((Told(START, Facts(source="web", email="bo@bo.example")),), (heard,), passages=passages)
    life = Life("lead", {"lead": record}, (Spell(None, ("lead",)),))
    last = list(turns(life, day(30)))[-1]
    assert Replay(life, last).may_pass(news + timedelta(hours=1)) is passes
