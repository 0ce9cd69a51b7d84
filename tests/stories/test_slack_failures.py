"""Whatever Slack refuses, somebody is reached, and whoever can mend it hears of it once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.delivery import rendering
from bot.usecases.governing import policies
from bot.usecases.operating import fallbacks
from bot.views.blocks import Message as Shown
from bot.views.blocks import section
from storage.delivery.emails import settle as settle_email
from storage.tables import AlarmRow, CardRow, EmailRow
from tests.stories.conftest import ANA, ANSWERS, DANA, EMEA, ESCALATIONS, MARTA, MAYA, OLA, RAVI, RITA, ROOT, Story

POLICY = ROOT / "tests/stories/policy.yml"
ANOTHER = {"external_id": "A-2", "email": "ben@acme.example", "phone": None}


async def emails(story: Story, kind: str) -> list[EmailRow]:
    async with story.database.read() as session:
        return list((await session.exec(select(EmailRow).where(EmailRow.kind == kind))).all())


async def open_alarms(story: Story) -> list[str]:
    async with story.database.read() as session:
        return list((await session.exec(select(AlarmRow.name).where(col(AlarmRow.ended_at).is_(None)))).all())


async def waiting(story: Story) -> list[CardRow]:
    async with story.database.read() as session:
        return list((await session.exec(select(CardRow).where(col(CardRow.stale)))).all())


async def told(story: Story, person: str = OLA) -> list[str]:
    return [message.text for message in await story.dm(person)]


async def test_a_lead_for_somebody_who_left_goes_to_the_next_rep_at_once(story: Story, deaf: None) -> None:
    await story.slack.change_person(RITA, deleted=True)

    await story.lead()
    await story.pass_time(seconds=1)

    assert await story.dm(RITA) == []
    assert (await story.card(RAVI)).buttons() == ANSWERS
    (shared,) = await story.slack.messages(MARTA, EMEA)
    assert f"<@{RAVI}>" in shared.text
    assert await waiting(story) == []
    opened = len(await story.slack.calls("conversations.open"))
    await story.lead(**ANOTHER)
    assert len(await story.dm(RAVI)) == 2
    assert len(await story.slack.calls("conversations.open")) == opened


async def test_the_leads_of_somebody_who_leaves_are_rerouted_as_soon_as_slack_says_so(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, usual = asyncio.Queue[None](), fallbacks.person_changed

    async def listened(*given: Any) -> None:
        await usual(*given)
        heard.put_nowait(None)

    monkeypatch.setattr(fallbacks, "person_changed", listened)
    await story.lead()
    await story.slack.change_person(RITA, deleted=True)
    await asyncio.wait_for(heard.get(), 10)
    await story.settle()
    assert [message.buttons() for message in await story.dm(RAVI)] == [ANSWERS]
    assert [message.buttons() for message in await story.dm(RITA)] == [[]]

    await story.slack.change_person(RITA, deleted=False)
    await asyncio.wait_for(heard.get(), 10)
    for number in range(2):
        await story.lead(**{**ANOTHER, "external_id": f"A-{number}", "email": f"b{number}@acme.example"})
    assert (await story.card(RITA)).buttons() == ANSWERS


async def test_somebody_who_left_with_an_open_card_is_noticed_at_the_next_reminder(story: Story, deaf: None) -> None:
    await story.lead()
    assert len(await story.dm(RITA)) == 1
    await story.slack.change_person(RITA, deleted=True)

    await story.until(story.clock.at + timedelta(hours=2, seconds=5))

    assert (await story.card(RAVI)).buttons() == ANSWERS
    (card,) = await story.dm(RITA)
    assert (card.reply_count, card.buttons()) == (0, [])


async def test_a_manager_who_left_is_noticed_within_a_day_and_the_admins_are_told_until_the_account_is_back(
    story: Story, deaf: None
) -> None:
    await story.slack.change_person(MARTA, deleted=True)
    while await story.baton.courier.look_at_one():
        pass
    assert await open_alarms(story) == []

    await story.pass_time(days=1, seconds=1)
    while await story.baton.courier.look_at_one():
        pass
    await story.settle()

    (message,) = await told(story)
    assert f"<@{MARTA}> has no account in Slack any more" in message
    assert "manager of emea" in message
    await story.slack.change_person(MARTA, deleted=False)
    await story.pass_time(days=1, seconds=1)
    while await story.baton.courier.look_at_one():
        pass
    await story.settle()
    (message,) = await told(story)
    assert message.startswith("Solved")


async def test_a_policy_that_names_somebody_else_ends_the_alarm_about_who_left(story: Story) -> None:
    async with story.database.write() as session:
        await fallbacks.person_seen(session, MARTA, False, story.clock.at)
    await story.settle()
    assert len(await told(story)) == 1

    source = POLICY.read_text().replace("marta@", "dana@").replace(", director: dana@acme.example", "")
    version = (await story.apply_policy(source)).version
    for signer in (DANA, MAYA):
        await policies.sign(story.database, version, signer, story.clock.at)
    await story.settle()

    (message,) = await told(story)
    assert message.startswith("Solved")


async def test_where_no_direct_message_can_be_written_the_rep_is_called_in_the_channel(story: Story) -> None:
    await story.slack.allow_direct_messages(False)
    await story.lead()
    await story.settle()

    (card,) = await story.slack.messages(RITA, EMEA)
    _, mention = await story.slack.messages(RITA, EMEA, card.ts)
    assert mention.text == (
        f"<@{RITA}>, I cannot write to you directly. Ana Silva at Acme Logistics is yours. "
        "Accept or reject it on the card above."
    )
    assert "ana.silva@acme.example" not in mention.plain()
    (alarm,) = await emails(story, "alarm")
    assert (alarm.recipient, alarm.retry_at <= story.clock.at) == (OLA, True)
    assert await open_alarms(story) == ["direct messages"]

    await story.until(story.clock.at + timedelta(hours=2, minutes=1))
    *_, reminder = await story.slack.messages(RITA, EMEA, card.ts)
    assert reminder.text.startswith(f"<@{RITA}>, I cannot write to you directly. Your answer for Ana Silva")
    attempts = {row.kind: row.attempt for row in await waiting(story)}
    assert attempts["reminder"] < 10

    await story.slack.allow_direct_messages(True)
    await story.pass_time(hours=1)
    assert (await story.dm(RITA))[0].buttons() == ANSWERS
    assert await open_alarms(story) == []
    assert len(await emails(story, "alarm")) == 1


async def test_a_manager_who_cannot_be_written_to_is_called_in_the_channel_for_escalations(story: Story) -> None:
    await story.lead()
    await story.slack.allow_direct_messages(False)

    await story.until(story.clock.at + timedelta(hours=4, seconds=5))

    calling = [m for m in await story.slack.messages(MARTA, ESCALATIONS) if m.text.startswith(f"<@{MARTA}>")]
    assert [message.buttons() for message in calling] == [["Reassign", "Extend", "Take over"]]


@pytest.mark.parametrize("change", [{"archived": True}, {"app": False}])
async def test_a_channel_that_cannot_be_written_to_is_told_once_and_catches_up_when_it_can(
    story: Story, change: dict[str, bool]
) -> None:
    await story.lead()
    await story.slack.change_channel(EMEA, **change)
    await story.press_in_dm(RITA, "Accept")
    for number in range(3):
        await story.lead(**{**ANOTHER, "external_id": f"A-{number}", "email": f"b{number}@acme.example"})
    await story.pass_time(minutes=10)

    (message,) = await told(story)
    assert message.startswith(f"Baton needs your help. Baton cannot write in <#{EMEA}>")
    assert len(await story.dm(RITA)) + len(await story.dm(RAVI)) == 4
    posts = [call for call in await story.slack.calls("chat.postMessage") if call.params["channel"] == EMEA]
    assert len(posts) < 50

    await story.slack.change_channel(EMEA, **{name: not value for name, value in change.items()})
    await story.pass_time(hours=1)
    assert len(await story.slack.messages(RITA, EMEA)) == 4
    (message,) = await told(story)
    assert message.startswith("Solved")

    await story.slack.change_channel(EMEA, **change)
    await story.lead(**{**ANOTHER, "external_id": "A-9", "email": "b9@acme.example"})
    (message,) = await told(story)
    assert message.startswith("Baton needs your help.")


async def test_with_neither_direct_message_nor_channel_an_e_mail_goes_at_once_and_the_admins_hear_of_each_once(
    story: Story,
) -> None:
    await story.lead()
    dm = await story.slack.dm(RITA)
    await story.slack.fault("chat.postMessage", "error", channel=dm, error="channel_not_found", times=99)
    await story.slack.change_channel(EMEA, gone=True)
    asked = story.clock.at

    for number in range(3):
        await story.lead(**{**ANOTHER, "external_id": f"A-{number}", "email": f"b{number}@acme.example"})
    await story.pass_time(minutes=3)

    at_once = [one for one in await emails(story, "lead") if one.retry_at < asked + timedelta(minutes=3)]
    assert {one.recipient for one in at_once} == {RITA}
    about = await told(story)
    assert len(about) == 2
    assert [len([text for text in about if name in text]) for name in (f"<#{EMEA}>", f"<@{RITA}>")] == [1, 1]


@pytest.mark.parametrize(("refusal", "name"), [("token_revoked", "slack token"), ("account_inactive", "slack app")])
async def test_while_slack_lets_nobody_in_everything_waits_for_one_call_in_a_while(
    story: Story, refusal: str, name: str
) -> None:
    shut = story.slack.revoke_token if refusal == "token_revoked" else lambda on=True: story.slack.install(not on)
    handoff_id = (await story.lead())["handoff_id"]
    await story.slack.forget_calls()
    await shut()
    await story.forge(RITA, "accept", handoff_id)
    for number in range(3):
        await story.lead(**{**ANOTHER, "external_id": f"A-{number}", "email": f"b{number}@acme.example"})
    for _ in range(20):
        await story.pass_time(seconds=10)

    calls = [call for call in await story.slack.calls() if call.method.startswith(("chat.", "conv"))]
    assert {call.error for call in calls} == {refusal}
    assert len(calls) <= 2
    assert await open_alarms(story) == [name]
    (alarm,) = await emails(story, "alarm")
    assert (alarm.recipient, alarm.sent) == (OLA, False)

    await shut(False)
    await story.pass_time(seconds=31)
    assert len(await story.dm(RITA)) + len(await story.dm(RAVI)) == 4
    assert len(await story.slack.messages(RITA, EMEA)) == 4
    assert await open_alarms(story) == []
    assert await waiting(story) == []

    async with story.database.write() as session:
        assert await settle_email(session, alarm.key, alarm.attempt, done_at=story.clock.at)
    await shut()
    await story.lead(**{**ANOTHER, "external_id": "A-9", "email": "b9@acme.example"})
    (alarm,) = await emails(story, "alarm")
    assert (alarm.done_at, alarm.retry_at > story.clock.at) == (None, True)


async def test_a_permission_that_is_missing_holds_up_only_what_needs_it(story: Story) -> None:
    await story.slack.fault("chat.postMessage", "error", channel=EMEA, error="missing_scope", times=2)

    await story.lead()
    await story.settle()
    assert len(await story.dm(RITA)) == 1
    (message,) = await told(story)
    assert "lacks a permission" in message

    await story.pass_time(seconds=5)
    await story.pass_time(seconds=5)
    assert len(await story.slack.messages(RITA, EMEA)) == 1
    (message,) = await told(story)
    assert message.startswith("Solved")


async def test_blocks_that_slack_refuses_are_named_in_the_log_by_place_and_never_by_content(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = rendering.HANDOFF_KINDS["channel"]

    def too_long(*given: Any) -> Shown:
        message = usual(*given)
        return Shown(
            message.text, [section("x"), {**section("x"), "text": {"type": "plain_text", "text": "Ana " * 800}}]
        )

    monkeypatch.setitem(rendering.HANDOFF_KINDS, "channel", too_long)
    with capture_logs() as logs:
        await story.lead()
        await story.press_in_dm(RITA, "Accept")

    refused = [entry for entry in logs if "refused the blocks" in entry["event"]]
    assert {entry["error"] for entry in refused} == {"invalid_blocks /blocks/1/text/text"}
    assert "Ana" not in str(refused)
    (card,) = await story.slack.messages(RITA, EMEA)
    assert "Rita accepted" not in card.text
    assert f"<@{RITA}>" in card.text
    assert await waiting(story) == []


@pytest.mark.parametrize("how", ["bug", "refused"])
async def test_a_message_that_cannot_be_made_holds_up_no_other_and_is_told_when_it_does_not_pass(
    story: Story, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    usual = rendering.HANDOFF_KINDS["channel"]

    def broken(*_: Any) -> Shown:
        raise ValueError("Ana Silva")

    if how == "bug":
        monkeypatch.setitem(rendering.HANDOFF_KINDS, "channel", broken)
    else:
        await story.slack.fault("chat.postMessage", "error", channel=EMEA, error="metadata_too_large", times=6)
    await story.lead()
    assert len(await story.dm(RITA)) == 1
    assert await told(story) == []

    for _ in range(7):
        await story.pass_time(seconds=20)
    (message,) = await told(story)
    assert "Baton cannot send a message" in message
    assert "Ana Silva" not in message

    monkeypatch.setitem(rendering.HANDOFF_KINDS, "channel", usual)
    await story.pass_time(minutes=5)
    assert len(await story.slack.messages(RITA, EMEA)) == 1
    (message,) = await told(story)
    assert message.startswith("Solved")


async def test_a_reminder_whose_card_was_deleted_in_slack_comes_with_the_card_again(story: Story) -> None:
    await story.lead()
    dm = await story.slack.dm(RITA)
    assert dm
    await story.client.chat_delete(channel=dm, ts=(await story.card(RITA)).ts)

    await story.until(story.clock.at + timedelta(hours=2, minutes=1))

    (card,) = await story.dm(RITA)
    assert (card.buttons(), card.reply_count) == (ANSWERS, 1)


async def test_couriers_of_all_processes_share_the_posts_of_a_minute(story: Story) -> None:
    posted = story.clock.at - timedelta(seconds=30)
    async with story.database.write() as session:
        for number in range(240):
            row = CardRow(
                key=f"n-{number}", kind="dm", recipient=f"U0NOBODY{number}", retry_at=posted, created_at=posted
            )
            row.wanted, row.shown, row.stale, row.posted_at = 1, 1, False, posted
            session.add(row)
    assert (await story.send("leads", ANA)).status_code == 202
    while await story.baton.courier.deliver_one():
        pass
    assert await story.slack.calls("chat.postMessage") == []

    await story.pass_time(seconds=31)

    assert len(await story.dm(RITA)) == 1
    assert len(await story.slack.messages(RITA, EMEA)) == 1


async def test_what_could_not_be_sent_for_want_of_a_connection_is_not_looked_for(story: Story) -> None:
    address, nowhere = story.client.base_url, "http://127.0.0.1:9/api/"
    story.client.base_url = nowhere
    await story.lead()
    assert await story.dm(RITA) == []

    story.client.base_url = address
    await story.pass_time(seconds=6)

    assert len(await story.dm(RITA)) == 1
    assert len(await story.slack.messages(RITA, EMEA)) == 1
    assert await story.slack.calls("conversations.history") == []


async def test_a_post_of_unknown_outcome_in_a_channel_that_is_gone_is_looked_for_ever_more_rarely(
    story: Story,
) -> None:
    await story.slack.fault("chat.postMessage", "drop_reply", channel=EMEA)
    await story.lead()
    await story.slack.change_channel(EMEA, gone=True)
    for _ in range(20):
        await story.pass_time(seconds=6)

    assert len(await story.dm(RITA)) == 1
    assert 3 < len(await story.slack.calls("conversations.history")) < 10
    (message,) = await told(story)
    assert f"<#{EMEA}>" in message
