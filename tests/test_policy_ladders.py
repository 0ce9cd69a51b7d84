"""What `policy check` doubts in ladders."""

import pytest

from bot.policy_file import read, warnings
from tests.stories.conftest import ROOT

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
LINE = next(line for line in TEXT.splitlines() if line.startswith("    acceptance:"))
REMIND, ESCALATE, RECYCLE = "{at: 50%, do: remind}", "{at: 400%, do: escalate}", "{at: 900%, do: recycle}"
POOL, MENTION, REASSIGN = "{at: 200%, do: pool}", "{at: 300%, do: mention}", "{at: 350%, do: reassign}"


@pytest.mark.parametrize(
    ("rungs", "more", "doubts"),
    [
        ([REMIND, POOL, MENTION, ESCALATE], ", repeats: 2", []),
        ([REMIND, POOL, MENTION, ESCALATE, RECYCLE], ", hours: lead", []),
        (
            [REMIND, POOL],
            "",
            ["ladder[1]: nobody hears of a lead that stays open to the whole team; go on to `escalate` or `recycle`"],
        ),
        (
            [REMIND, MENTION],
            "",
            ["ladder[1]: nobody hears of a lead that stays mentioned in the channel; go on to `escalate` or `recycle`"],
        ),
        (
            [POOL, REASSIGN, RECYCLE],
            "",
            ["ladder[0]: what is open to the whole team goes to one rep again later; put `reassign` first"],
        ),
        (
            [POOL, "{at: 250%, do: pool}", ESCALATE],
            "",
            ["ladder[1]: it is open to the whole team already; this only mentions it again"],
        ),
        (
            [ESCALATE, RECYCLE],
            ", hours: rep",
            ["hours: each new rep's own hours move the way back to marketing; say `hours: team`"],
        ),
        (
            [ESCALATE, RECYCLE],
            ", repeats: 1",
            ["repeats: the ladder ends with `recycle`, so that nothing is repeated"],
        ),
    ],
)
def test_a_ladder_that_rings_otherwise_than_one_would_think_is_doubted(
    rungs: list[str], more: str, doubts: list[str]
) -> None:
    clock = f"    acceptance: {{within: 4 business hours, ladder: [{', '.join(rungs)}]{more}}}"
    text = TEXT.replace(LINE, clock)
    line = text.splitlines().index(clock) + 1

    assert [str(one) for one in warnings(read(text), text)] == [
        f"line {line}, sla.default.acceptance.{doubt}" for doubt in doubts
    ]


def test_a_rung_that_reaches_nobody_is_doubted() -> None:
    clock = LINE.replace("do: remind", "do: mention")
    text = TEXT.replace(LINE, clock).replace('leads: "#new-leads", ', "").replace(' channel: "#emea-leads",', "")

    assert [str(one).partition("ladder")[2] for one in warnings(read(text), text)] == [
        "[0]: not every team has a channel; without one this is a reminder",
    ]
