"""What people can ask: commands and App Home."""

from tests.stories.conftest import EMEA, MAYA, NEW, RITA, Story


async def test_leadstats_counts_what_happened(story: Story) -> None:
    await story.lead()
    await story.lead(external_id="B-1", email="b1@acme.example", phone=None, campaign="autumn")
    await story.press_in_dm(RITA, "Accept")

    done = await story.slack.command(MAYA, NEW, "/leadstats", "30d by campaign")

    assert done.status == 200
    shown = (await story.slack.messages(MAYA, NEW))[-1]
    assert shown.ephemeral
    assert "spring-webinar" in shown.plain()
    assert "autumn" in shown.plain()


async def test_leadstats_can_be_shared_with_the_channel(story: Story) -> None:
    await story.lead()

    await story.slack.command(MAYA, NEW, "/leadstats", "share")

    assert not (await story.slack.messages(RITA, NEW))[-1].ephemeral


async def test_leadstats_answers_what_it_does_not_understand_with_its_usage(story: Story) -> None:
    for text in ("help", "by nonsense", "yesterday"):
        await story.slack.command(MAYA, NEW, "/leadstats", text)
        said = (await story.slack.messages(MAYA, NEW))[-1]
        assert said.ephemeral
        assert "/leadstats" in said.text + said.plain()


async def test_lead_find_says_who_has_a_lead_and_never_how_to_reach_it(story: Story) -> None:
    await story.lead()

    await story.slack.command(MAYA, NEW, "/lead", "find silva")

    found = (await story.slack.messages(MAYA, NEW))[-1]
    assert found.ephemeral
    assert "Ana Silva" in found.plain()
    assert f"<@{RITA}>" in found.plain()
    assert "ana.silva@" not in str(found)


async def test_lead_answers_help_policy_and_everything_else(story: Story) -> None:
    expected = {
        "": "/lead find",
        "help": "/lead find",
        "policy": "Has authority",
        "dance": "/lead find",
        "find": "/lead",
    }
    for text, words in expected.items():
        await story.slack.command(MAYA, NEW, "/lead", text)
        said = (await story.slack.messages(MAYA, NEW))[-1]
        assert said.ephemeral
        assert words in said.plain()


async def test_app_home_shows_open_leads_and_follows_them(story: Story) -> None:
    await story.slack.open_home(RITA)
    await story.settle()
    empty = await story.slack.home(RITA)
    assert empty
    assert "Ana Silva" not in empty.plain()

    await story.lead()
    home = await story.slack.home(RITA)
    assert home
    assert "Ana Silva" in home.plain()
    assert home.buttons()[:2] == ["Accept", "Reject"]

    done = await story.slack.click_view(RITA, home.id, "accept")
    assert done.status == 200
    await story.settle()
    home = await story.slack.home(RITA)
    assert home
    assert "Log follow-up" in home.buttons()
    assert (await story.slack.messages(RITA, EMEA))[0].buttons() == []
