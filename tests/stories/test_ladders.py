"""Ladders: each rung as Slack shows it, one message for a storm, more time, and promises of their own."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from storage.tables import HistoryRow
from tests.stories.conftest import ANA, DANA, EMEA, ESCALATIONS, MARKETING, MARTA, MAYA, RAVI, RITA, ROOT, Story
from tests.stories.test_erasure import erase, stored
from tests.support.workspace import Message

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
ACCEPTANCE = TEXT[TEXT.index("    acceptance:") : TEXT.index("    follow_up:")]
FRIDAY_CLOSING = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def agree(story: Story, text: str) -> None:
    """The policy is in force, signed by all who sign."""
    await story.apply_policy(text)
    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")


def with_ladder(*rungs: str, within: str = "4 business hours", more: str = "") -> str:
    ladder = ", ".join(f"{{at: {one}}}" for one in rungs)
    return TEXT.replace(ACCEPTANCE, f"    acceptance: {{within: {within}, ladder: [{ladder}]{more}}}\n")


async def history(story: Story) -> list[str]:
    """What happened to handoffs, in order."""
    async with story.database.read() as session:
        rows = select(HistoryRow.what).where(col(HistoryRow.handoff_id).is_not(None)).order_by(col(HistoryRow.id))
        return list((await session.exec(rows)).all())


async def asked(story: Story, person: str) -> list[Message]:
    """What this person was told of leads that need somebody."""
    return [one for one in await story.dm(person) if "Take over" in one.buttons() or "Sorted" in one.text]


async def test_each_rung_of_a_long_ladder_reaches_whom_it_names(story: Story) -> None:
    """Of 4 business hours from 9:00 on: at 1, 2, 4, 5, 6, 8 and 12 hours."""
    await agree(
        story,
        with_ladder(
            *("25%, do: remind", "50%, do: mention", "100%, do: escalate", "125%, do: escalate, to: director"),
            *("150%, do: pool", "200%, do: mention", "300%, do: recycle"),
        ),
    )
    began = story.clock.at
    handoff = (await story.lead())["handoff_id"]
    dm, team = (await story.card(RITA)).ts, (await story.slack.messages(MARTA, EMEA))[-1].ts

    await story.until(began + timedelta(hours=1))
    warning = (await story.slack.dm_messages(RITA, dm))[-1]
    assert warning.text.startswith("Your answer for Ana Silva at Acme Logistics is due in 3 hours, ")
    await story.until(began + timedelta(hours=2))
    nudge = (await story.slack.messages(MARTA, EMEA, team))[-1]
    assert nudge.text.startswith(f"<@{RITA}>, your answer for Ana Silva at Acme Logistics is due in 2 hours, ")

    await story.until(began + timedelta(hours=4))
    (manager,) = await asked(story, MARTA)
    assert manager.buttons() == ["Reassign", "Extend", "Take over"]
    assert [line for line in ("Reminded", "Asked in the channel", "It was due") if line not in manager.plain()] == []
    assert "was due" in (await story.slack.dm_messages(RITA, dm))[-1].text
    after_friday = MONDAY_9 - (FRIDAY_CLOSING - began)
    await story.until(after_friday + timedelta(hours=5))
    assert len(await asked(story, DANA)) == 1

    await story.until(after_friday + timedelta(hours=6))
    assert (await story.card(RITA)).buttons() == []
    assert "Sorted: Ana Silva at Acme Logistics is open to the whole team now." in (await asked(story, MARTA))[0].text
    opened = (await story.slack.messages(MARTA, EMEA, team))[-1]
    assert opened.text.startswith("Who takes Ana Silva at Acme Logistics? An answer was due ")
    assert await story.forge(MAYA, "accept", handoff) == "Only reps of this team and their manager can take this lead."
    await story.until(after_friday + timedelta(hours=8))
    again = (await story.slack.messages(MARTA, EMEA, team))[-1]
    assert (again.ts > opened.ts, "Who takes Ana Silva" in again.text) == (True, True)
    await story.until(after_friday + timedelta(hours=13))  # an hour of lunch lies between
    assert "Ana Silva" in (await story.slack.messages(MAYA, MARKETING))[-1].text
    assert await history(story) == [
        *("handed over", "reminded", "mentioned", "late", "escalated", "escalated", "pooled", "mentioned", "recycled")
    ]


async def test_whoever_accepts_first_has_what_is_open_to_all(story: Story) -> None:
    await agree(story, with_ladder("100%, do: pool", "200%, do: escalate", more=", repeats: 1"))
    began = story.clock.at
    handoff = (await story.lead())["handoff_id"]
    await story.until(began + timedelta(hours=4))

    assert await story.forge(RAVI, "accept", handoff) == ""
    assert f"<@{RAVI}> accepted" in await story.forge(RITA, "accept", handoff)

    assert "Log follow-up" in (await story.card(RAVI)).all_buttons()
    assert (await history(story))[-2:] == ["pooled", "accepted"]


async def test_of_a_lead_that_nobody_took_the_manager_hears_as_often_as_was_agreed(story: Story) -> None:
    await agree(story, with_ladder("50%, do: pool", "100%, do: escalate", more=", repeats: 1"))
    began = story.clock.at
    await story.lead()

    await story.until(began + timedelta(days=7))

    told = [one for one in await story.dm(MARTA) if "told again" in one.text or "Take over" in one.buttons()]
    assert [one.buttons() for one in told] == [[], ["Reassign", "Take over"]]
    assert (await history(story))[:5] == ["handed over", "pooled", "late", "escalated", "escalated"]
    assert set((await history(story))[5:]) == {"still late"}


async def test_a_promise_in_minutes_is_quiet_after_hours(story: Story) -> None:
    await story.until(FRIDAY_CLOSING - timedelta(minutes=5))  # five minutes before closing on Friday
    posted = len(await story.dm(MARTA))
    await story.lead(title="Analyst", contact_requested=True, signals=[])  # 15 minutes: 7.5 for the reminder
    thread = (await story.card(RITA)).ts
    deadline = (await story.card(RITA)).plain()

    await story.until(datetime(2026, 11, 23, 7, 59, 59, tzinfo=UTC))
    assert len(await story.slack.dm_messages(RITA, thread)) == 1
    await story.until(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    (_, reminder) = await story.slack.dm_messages(RITA, thread)
    assert "was due" in reminder.text
    assert (await story.card(RAVI) if await story.dm(RAVI) else None) is None
    await story.until(datetime(2026, 11, 23, 8, 7, 30, tzinfo=UTC))
    assert (await story.card(RAVI)).all_buttons()[:2] == ["Accept", "Reject"]
    assert deadline
    assert len(await story.dm(MARTA)) == posted


async def leads(story: Story, first: int, last: int) -> list[str]:
    """So many people at once; their handoffs."""
    items: list[dict[str, Any]] = []
    for n in range(first, last):
        one = copy.deepcopy(ANA) | {"external_id": f"B-{n}", "email": f"b{n}@acme.example", "phone": None}
        items.append(
            one | {"first_name": f"Lead{n}", "signals": [s | {"id": f"{n}-{s['id']}"} for s in one["signals"]]}
        )
    answer = await story.send("leads", {"items": items})
    await story.settle()
    return [one["handoff_id"] for one in answer.json()["items"]]


async def test_a_storm_is_one_message_that_grows_and_shrinks(story: Story) -> None:
    await agree(story, with_ladder("100%, do: escalate", "800%, do: recycle"))
    began = story.clock.at
    late = await leads(story, 0, 12)
    await story.pass_time(minutes=20)
    await leads(story, 12, 13)

    await story.until(began + timedelta(hours=4))

    (message,) = await asked(story, MARTA)
    assert "12 leads need somebody" in message.plain()
    assert "And 2 more, shown here as these are sorted." in message.plain()
    assert message.buttons() == ["Reassign", "Extend", "Take over"] * 10
    (line,) = await story.slack.messages(MARTA, ESCALATIONS)
    assert "12 leads need somebody" in line.plain()
    assert len(await story.slack.dm_messages(MARTA, message.ts)) == 1

    assert await story.forge(MARTA, "take_over", late[0]) == ""
    await story.until(began + timedelta(hours=4, minutes=21))
    (message,) = await asked(story, MARTA)
    assert "12 leads need somebody" in message.plain()
    assert "Lead0 Silva at Acme Logistics" in message.plain().partition("Sorted")[2]
    replies = [one.text for one in await story.slack.dm_messages(MARTA, message.ts)]
    assert replies[1:] == ["12 leads need somebody now, see above."]
    for handoff in late[1:]:
        await story.forge(MARTA, "take_over", handoff)
    (message,) = await asked(story, MARTA)
    assert "1 lead needs somebody" in message.plain()
    assert "and 7 more" in message.plain()
    assert message.buttons() == ["Reassign", "Extend", "Take over"]


async def test_after_an_hour_and_once_all_is_sorted_a_new_message_begins(story: Story) -> None:
    await agree(story, with_ladder("100%, do: escalate", "800%, do: recycle", within="1 business hour"))
    (first,) = await leads(story, 0, 1)
    await story.pass_time(minutes=30)
    (second,) = await leads(story, 1, 2)
    await story.pass_time(minutes=61)
    assert len(await asked(story, MARTA)) == 1  # 30 minutes apart

    for handoff in (first, second):
        await story.forge(MARTA, "take_over", handoff)
    (over,) = [one for one in await story.dm(MARTA) if one.plain().startswith("All sorted")]
    assert "Sorted" not in over.plain()
    await leads(story, 2, 3)
    await story.pass_time(minutes=61)

    assert (await story.dm(MARTA))[-1].buttons() == ["Reassign", "Extend", "Take over"]


async def test_what_is_told_again_leaves_the_message_before(story: Story) -> None:
    await agree(story, with_ladder("100%, do: escalate", within="2 business hours"))
    (first, _) = await leads(story, 0, 2)
    await story.pass_time(hours=2)
    await story.pass_time(hours=2, minutes=1)

    before, after = [one for one in await story.dm(MARTA) if "need" in one.text]
    assert (before.plain(), before.buttons()) == ("2 leads need somebody, told again below.", [])
    assert after.buttons() == ["Reassign", "Extend", "Take over"] * 2

    await story.forge(MARTA, "take_over", first)
    before, after = [one for one in await story.dm(MARTA) if "need" in one.text]
    assert before.plain().startswith("1 lead needs somebody, told again below.")
    assert len(after.buttons()) == 3


async def test_a_manager_gives_more_time_and_the_rep_is_told_why(story: Story) -> None:
    began = story.clock.at
    handoff = (await story.lead())["handoff_id"]
    await story.until(began + timedelta(hours=4))
    thread = (await story.card(RITA)).ts

    await story.press_in_dm(MARTA, "Extend")
    refused = await story.submit(MARTA, more="4 business hours")
    assert refused.errors == {"why": "Please complete this required field."}
    await story.submit(MARTA, more="4 business hours", why="Rita is at a fair, mail to ana.silva@acme.example")

    told = (await story.slack.dm_messages(RITA, thread))[-1]
    assert told.text.startswith(f"<@{MARTA}> gave you until ")
    assert "Rita is at a fair" in told.text
    assert "ana.silva" not in told.text
    (message,) = await asked(story, MARTA)
    assert "It is due" in message.plain()
    assert "Rita is at a fair" in message.plain()
    await story.until(datetime(2026, 11, 23, 13, 59, tzinfo=UTC))
    assert await story.dm(RAVI) == []  # 150 % would have been at 9:00 UTC; four hours later, with an hour of lunch
    await story.until(datetime(2026, 11, 23, 14, 1, tzinfo=UTC))
    assert len(await story.dm(RAVI)) == 1
    assert (await history(story)).count("late") == 2

    assert await story.forge(RITA, "extend", handoff) == (
        f"Only the manager of the team (<@{MARTA}>) and admins can do this."
    )
    await story.forge(MARTA, "take_over", handoff)
    assert "nobody gives themselves more time" in await story.forge(MARTA, "extend", handoff)


async def test_of_what_waits_no_clock_is_extended(story: Story) -> None:
    await story.pass_time(hours=6)
    handoff = (await story.lead())["handoff_id"]

    assert await story.forge(MARTA, "extend", handoff) == (
        "Nobody is on shift for this lead yet. It is offered at the next opening."
    )


async def test_who_is_erased_leaves_the_message_and_the_reason_for_more_time_with_them(story: Story) -> None:
    late = await leads(story, 0, 2)
    await story.until(story.clock.at + timedelta(hours=4, seconds=10))
    await story.press_in_dm(MARTA, "Extend")
    await story.submit(MARTA, more="1 business hour", why="Lead-secret is at a fair")
    assert "lead-secret" in await stored(story.database)

    for n in range(2):
        assert (await erase(story, f"b{n}@acme.example"))[0] == 0
        await story.settle()

    assert "lead-secret" not in await stored(story.database)
    told = [one.plain() for one in [*await story.dm(MARTA), *await story.slack.messages(MARTA, ESCALATIONS)]]
    assert [one for one in told if "Lead0" in one or "Lead1" in one] == []
    assert sum("data was erased" in one for one in told) == 2
    assert len(late) == 2
