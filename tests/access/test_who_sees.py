"""Who may sign, ask and look: commands, App Home and the policy, by what people are in the workspace."""

from collections.abc import Mapping
from functools import partial

import pytest

from bot.delivery.standing import standing_of
from storage.assigning import people
from tests.access import hands
from tests.access.hands import Somebody, changed, rows, send
from tests.access.test_who_may import ONE_TEAM, WHO, all_at_once
from tests.stories.conftest import MARTA, RITA, Story

NAMED = {"owner", "other rep", "manager", "director", "marketing", "admin"}
WORKING = NAMED - {"marketing"}
MEMBERS = NAMED | {"rep of another team", "other manager", "member"}
"""With one team in the policy, the people of the other one are members and nothing more."""
NOT_FOR_GUESTS = "You are a guest of this workspace"
NOT_NAMED = "for people whom the policy names"
NOT_MARKETING, NOT_PROPOSING = "Only marketing and admins", "Only managers, marketing, admins and signers"
NOT_WORKING = "Only reps and their managers"
ELSEWHERE = "for people of the workspace"
COMMANDS: Mapping[tuple[str, str], tuple[set[str], str]] = {
    ("/lead", "find silva"): (NAMED, "Ana Silva"),
    ("/lead", "why silva"): (NAMED, "Ana Silva"),
    ("/lead", "fair"): (NAMED, "Turns in emea"),
    ("/lead", "email sometimes"): (NAMED, "Say which e-mails"),
    ("/lead", "new"): ({"marketing", "admin"}, ""),
    ("/lead", "brief"): (NAMED, "No campaign has a brief yet"),
    ("/lead", "propose"): ({"manager", "director", "marketing", "admin"}, ""),
    ("/lead", "away one day"): (WORKING, "I cannot read that"),
    ("/lead", "back"): (WORKING, "You are not away"),
    ("/lead", "policy"): (MEMBERS, "What Acme calls a lead"),
    ("/lead", "help"): (WHO.keys() - {"stranger"}, "/lead find"),
    ("/lead", "dance"): (WHO.keys() - {"stranger"}, "is not something I know"),
    ("/leadstats", "help"): (WHO.keys() - {"stranger"}, "/leadstats"),
    ("/leadstats", ""): (MEMBERS, ""),
}
"""What is typed: who has the answer, and words of it. Help is for everybody whom Slack lets type."""


async def test_leads_are_for_the_named_numbers_for_members_and_help_for_everybody(story: Story) -> None:
    await story.lead()
    before = await rows(story.database)
    for (name, text), (may, words) in COMMANDS.items():
        answers = await all_at_once(story, WHO, partial(hands.command, name=name, text=text))
        for role, answer in answers:
            assert answer.status == 200
            assert told(role, answer.told) == (role in may), f"{name} {text} by {role}: {answer.told}"
            assert role not in may or words in answer.told + str(answer.body), f"{name} {text} by {role}"
    assert changed(before, await rows(story.database)) == {"person"}


def told(role: str, words: str) -> bool:
    """Whether that is an answer, not a refusal of the kind that this role gets."""
    refusals = {"guest": NOT_FOR_GUESTS, "stranger": ELSEWHERE, "bot": ELSEWHERE, "deactivated": ELSEWHERE}
    refused = (refusals.get(role, NOT_NAMED), NOT_NAMED, NOT_MARKETING, NOT_PROPOSING, NOT_WORKING)
    return not any(refusal in words for refusal in refused)


async def test_a_guest_whom_the_policy_names_is_as_good_as_anybody(story: Story) -> None:
    await story.apply_policy(ONE_TEAM.replace("marketing: [maya@acme.example]}", "marketing: [gus@agency.example]}", 1))
    for signer in (MARTA, WHO["guest"].id):
        await send(story, hands.press(Somebody(signer), "sign_policy", "2"))
    await story.lead()

    answer = await send(story, hands.command(WHO["guest"], "/lead", "find silva"))

    assert "Ana Silva" in answer.told


async def test_only_signers_sign_and_object_and_are_shown_the_form_to_object(story: Story) -> None:
    await story.apply_policy(ONE_TEAM.replace("fit: 40", "fit: 35", 1))
    await story.slack.forget_calls()
    before = await rows(story.database)
    signers = {"manager", "marketing"}
    for payload in (
        lambda who: hands.press(who, "sign_policy", "2"),
        lambda who: hands.press(who, "object_policy", "2"),
        lambda who: hands.submission(who, "object_form", "2", {"detail": "35 lets in too many"}),
    ):
        for role, answer in await all_at_once(story, WHO.keys() - signers, payload):
            assert (ELSEWHERE if role == "stranger" else "`sign_off`") in answer.told, role
    assert changed(before, await rows(story.database)) == set()
    assert await story.slack.calls("views.open") == []

    await send(story, hands.submission(WHO["marketing"], "object_form", "2", {"detail": "35 lets in too many"}))
    await send(story, hands.press(WHO["marketing"], "object_policy", "2"))
    await send(story, hands.press(WHO["manager"], "sign_policy", "2"))

    verdicts = {row["person"]: row["verdict"] for row in (await rows(story.database))["policy_signature"]}
    assert verdicts == {"U0MAYA0001": "objected", MARTA: "signed"}
    assert len(await story.slack.calls("views.open")) == 1


@pytest.mark.parametrize(("who", "sees"), [("owner", "How this works"), ("member", "How this works"), ("guest", "")])
async def test_app_home_says_nothing_of_leads_to_guests(story: Story, who: str, sees: str) -> None:
    await send(story, hands.home_opened(WHO[who]))
    await story.settle()
    home = await story.slack.home(WHO[who].id)
    assert home
    assert sees in home.plain()
    assert ("There is nothing here for you" in home.plain()) == (who == "guest")


async def test_an_event_of_another_workspace_is_taken_and_forgotten(story: Story) -> None:
    before = await rows(story.database)
    answer = await send(story, hands.home_opened(WHO["stranger"]))
    assert answer.status == 200
    assert changed(before, await rows(story.database)) == set()


async def test_slack_is_asked_once_a_day_and_only_about_those_whom_the_policy_does_not_name(story: Story) -> None:
    await story.slack.forget_calls()
    for role in ("member", "guest", "owner", "admin", "member", "guest"):
        await send(story, hands.command(WHO[role], "/leadstats", ""))
    asked = [call.params["user"] for call in await story.slack.calls("users.info")]
    assert asked == [WHO["member"].id, WHO["guest"].id]

    await story.slack.change_person(WHO["guest"].id, is_restricted=False)
    await story.pass_time(days=1, seconds=1)
    assert NOT_FOR_GUESTS not in (await send(story, hands.command(WHO["guest"], "/leadstats", ""))).told


async def test_where_slack_does_not_say_who_somebody_is_they_are_asked_to_try_again(story: Story) -> None:
    await story.slack.fault("users.info", "status", status=500)
    answer = await send(story, hands.command(WHO["member"], "/leadstats", ""))
    assert "try again" in answer.told
    assert "try again" not in (await send(story, hands.command(WHO["member"], "/leadstats", ""))).told


async def test_slack_has_only_so_long_to_say_who_somebody_is(story: Story) -> None:
    await story.slack.fault("users.info", "delay", seconds=1)
    role = await standing_of(story.database, story.client, WHO["member"].id, story.clock.now(), patience=0.05)
    assert role == "unknown"


async def test_a_rep_who_was_deactivated_and_came_back_may_ask_again(story: Story) -> None:
    async with story.database.write() as session:
        row = await people.get(session, RITA)
        assert row
        row.active = False
        session.add(row)
    await story.slack.change_person(RITA, deleted=True)
    assert ELSEWHERE in (await send(story, hands.command(WHO["owner"], "/leadstats", ""))).told

    await story.slack.change_person(RITA, deleted=False)
    assert ELSEWHERE not in (await send(story, hands.command(WHO["owner"], "/leadstats", ""))).told
