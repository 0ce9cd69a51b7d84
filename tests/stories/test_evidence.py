"""One click away from a card: all evidence, the definition behind it, and what marketing wrote of the campaign."""

import pytest

from tests.stories.conftest import ALEX, ANSWERS, EMEA, MARKETING, MARTA, MAYA, NEW, RAVI, RITA, ROOT, Story
from tests.support.workspace import View

EMAIL, PHONE = "ana.silva@acme.example", "+14155550100"
EARLIER = [
    {"id": f"e-{n}", "kind": "page_view", "at": f"2026-10-{n:02}T08:00:00Z", "url": f"https://acme.example/blog/{n}"}
    for n in range(1, 31)
]


async def opened(story: Story, person: str) -> View:
    modal = await story.slack.modal(person)
    assert modal
    return modal


async def test_all_evidence_says_what_was_met_what_is_missing_and_how_sure_each_field_is(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "All evidence")

    shown = (await opened(story, RITA)).plain().split("\n")
    for told in (
        "Ana Silva, VP Operations",
        f"Contact {EMAIL} · {PHONE}",
        "Has authority: VP Operations, 20 fit points",
        "Attended a webinar: webinar attended, Invoicing 101, 19 Nov, 15 engagement points",
        "Asked to be contacted: no, 40 engagement points",
        "E-mail address: verified, at the company's own domain",
        "11 of 12 things known: not authority.",
        "First touch Webinar attended: Invoicing 101, 19 Nov 15:00 UTC",
        "Last touch Page view: acme.example/pricing, 20 Nov 08:09 UTC",
        "From webinar, campaign spring-webinar",
    ):
        assert any(told in line for line in shown), (told, shown)
    assert any("Fit 50" in line and "40 needed" in line for line in shown)
    assert any("Grade A" in line for line in shown)
    assert [call.error for call in await story.slack.calls("views.open")] == [None]


async def test_everyone_who_sees_the_card_may_open_both_windows_and_nobody_else_sees_contact_details(
    story: Story,
) -> None:
    await story.lead()
    (card,) = await story.slack.messages(RAVI, EMEA)
    for person in (RAVI, MARTA, MAYA):
        await story.press(person, EMEA, card, "All evidence")
        shown = await opened(story, person)
        assert "Has authority: VP Operations" in shown.plain()
        assert EMAIL not in str(shown.blocks)
        assert "555" not in str(shown.blocks)
        await story.slack.close(person, shown.id)

        await story.press(person, EMEA, card, "Definition")
        assert "Came back to pricing: 25 points" in (await opened(story, person)).plain()
    assert card.buttons() == ["Accept", "Reject"]


async def test_a_closed_handoff_shows_its_evidence_without_contact_details_and_the_next_one_shows_why_it_ended(
    story: Story,
) -> None:
    first = await story.lead()
    await story.reject(RITA, "wrong-person", evidence="authority", detail="Call her at ana.silva@acme.example")
    await story.press_in_dm(RITA, "All evidence")
    closed = await opened(story, RITA)
    assert "Has authority: VP Operations" in closed.plain()
    assert EMAIL not in str(closed.blocks)
    await story.slack.close(RITA, closed.id)

    await story.pass_time(days=31)
    signal = {"id": "s-9", "kind": "webinar_attended", "at": "2026-12-20T09:00:00Z", "label": "Invoicing 102"}
    views = [
        {"id": f"v-{n}", "kind": "page_view", "at": f"2026-12-20T08:0{n}:00Z", "url": "https://acme.example/pricing"}
        for n in range(3)
    ]
    again = await story.lead(signals=[signal, *views])
    assert again["handoff_id"] not in {None, first["handoff_id"]}
    offered = {person: [one.buttons() for one in await story.dm(person)] for person in (RITA, RAVI)}
    (holder,) = (person for person, cards in offered.items() if ANSWERS in cards)
    await story.press_in_dm(holder, "All evidence")
    shown = (await opened(story, holder)).plain()
    assert "Handed over for the second time" in shown
    assert "Not a decision maker. Disputed: Has authority." in shown
    assert "Invoicing 102" in shown
    assert "Invoicing 101" in shown


async def test_a_long_history_is_shown_by_day_and_counted_beyond(story: Story) -> None:
    await story.lead(signals=[*EARLIER, *({**one, "id": f"x{one['id']}", "kind": "ebook_download"} for one in EARLIER)])
    await story.lead()
    await story.press_in_dm(RITA, "All evidence")

    shown = (await opened(story, RITA)).plain()
    assert "and 24 more before that" in shown
    assert "First touch " in shown
    assert "01 Oct 08:00 UTC" in shown
    assert (await opened(story, RITA)).title == "All evidence"


async def test_the_definition_is_the_one_that_the_lead_was_handed_over_by(story: Story) -> None:
    await story.lead()
    source = (
        (ROOT / "tests/stories/policy.yml")
        .read_text()
        .replace("label: Fit and engaged, fit: 40", "label: A good fit, fit: 35")
    )
    assert (await story.apply_policy(source)).state == "pending"
    for signer in (MARTA, MAYA):
        await story.forge(signer, "sign_policy", "2")

    await story.press_in_dm(RITA, "Definition")
    before = (await opened(story, RITA)).plain()
    assert "version 1" in before
    assert "Fit and engaged: fit of at least 40" in before
    assert "A newer version is in force for new leads." in before
    assert "Nobody was asked to sign it." in before
    assert "Sales-qualified (SQL), sales: A rep accepted it" in before

    now = await story.slack.command(RITA, EMEA, "/lead", "policy")
    assert now.reply
    told = now.reply.plain()
    assert "A good fit: fit of at least 35" in told
    assert f"Signed by <@{MARTA}>" in told
    assert f"<@{MAYA}>" in told


@pytest.mark.parametrize("action", ["all_evidence", "definition"])
async def test_of_a_lead_that_is_not_there_words_are_said(story: Story, action: str) -> None:
    assert await story.forge(RITA, action, "no-such-handoff") == "This lead is no longer here."


async def test_a_brief_is_written_once_and_stands_on_every_open_card_of_its_campaign(story: Story) -> None:
    await story.lead()
    nothing = await story.slack.command(MAYA, MARKETING, "/lead", "brief")
    assert nothing.reply
    assert nothing.reply.all_buttons() == ["Write a brief"]
    await story.press(MAYA, MARKETING, nothing.reply, "Write a brief")

    refused = await story.submit(MAYA, brief_name="Spring-Webinar", brief_words=" ")
    assert list(refused.errors) == ["brief_words"]
    await story.submit(
        MAYA,
        brief_name="Spring-Webinar",
        brief_words="Invoicing without <!channel> paper.",
        brief_promise="A month for free",
        brief_link="https://acme.example/spring",
    )
    await story.pass_time(minutes=1)

    for card in (await story.card(RITA), (await story.slack.messages(RAVI, EMEA))[0]):
        assert "The campaign Invoicing without <!channel> paper." in card.plain()
        assert "Promised A month for free" in card.plain()
    await story.press_in_dm(RITA, "All evidence")
    window = await opened(story, RITA)
    assert f"Written by <@{MAYA}>" in window.plain()
    assert "https://acme.example/spring" in str([one for one in window.blocks if "link" in str(one)])


async def test_a_brief_is_read_by_whoever_works_with_leads_and_changed_by_marketing_alone(story: Story) -> None:
    written = {"brief_name": "Fair", "brief_words": "Our stand at the fair.", "brief_link": "javascript:alert(1)"}
    asked = await story.slack.command(MAYA, MARKETING, "/lead", "brief Fair")
    assert asked.reply
    assert "No brief for “Fair” yet." in asked.reply.plain()
    await story.press(MAYA, MARKETING, asked.reply, "Write it")
    assert (await opened(story, MAYA)).values["brief_name"]
    assert (await story.submit(MAYA, **written)).view

    for person, buttons in ((RAVI, []), (MAYA, ["Change it"])):
        shown = await story.slack.command(person, EMEA if person == RAVI else MARKETING, "/lead", "brief  FAIR ")
        assert shown.reply
        assert "Our stand at the fair." in shown.reply.plain()
        assert "javascript:alert(1)" in shown.reply.plain()
        assert '"link"' not in str(shown.reply.blocks).replace("'", '"')
        assert shown.reply.all_buttons() == buttons
    listed = await story.slack.command(RAVI, EMEA, "/lead", "brief")
    assert listed.reply
    assert "Fair: Our stand at the fair." in listed.reply.plain()
    assert await story.forge(RAVI, "write_brief", "Fair") == "Only marketing and admins write campaign briefs."
    stranger = await story.slack.command(ALEX, NEW, "/lead", "brief")
    assert stranger.reply
    assert "for people whom the policy names" in stranger.reply.text


async def test_who_looked_at_the_evidence_has_opened_the_card(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "All evidence")

    await story.until(story.clock.at.replace(hour=13, minute=31))

    assert f"<@{RITA}> has had it since" in (await story.card(MARTA)).plain()
    assert "has opened it and has not answered" in (await story.card(MARTA)).plain()
