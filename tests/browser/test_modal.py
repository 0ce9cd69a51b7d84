"""A modal an app opens: its form, its errors, its stack, its keys."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Json, answer, asked
from tests.browser.samples import card, reject_modal, sure_modal
from tests.sandbox.conftest import RITA, World


@pytest.fixture
async def modal(world: World, page: Page) -> Locator:
    """The reject modal, opened by Rita from her card."""
    channel = await world.dm(RITA)
    await world.api("chat.postMessage", channel=channel, text="Ana Silva", blocks=card(RITA))

    async def reject(payload: Json) -> None:
        await world.api("views.open", trigger_id=payload["trigger_id"], view=reject_modal())

    async def submitted(payload: Json) -> Json | None:
        values = payload["view"]["state"]["values"]
        if values["reason"]["choice"]["selected_option"]["value"] == "later":
            return {"response_action": "push", "view": sure_modal()}
        if values["detail"]["text"]["value"] is None:
            return {"response_action": "errors", "errors": {"detail": "Say what happened."}}
        return None

    answer(world, {"reject": reject, "view_submission:reject": submitted})
    await page.goto(f"{world.url}/#/{RITA}/app")
    await page.get_by_role("button", name="Reject").click()
    opened = page.get_by_role("dialog", name="Reject this lead")
    await expect(opened).to_be_visible()
    return opened


async def choose(modal: Locator, reason: str) -> None:
    await modal.get_by_label("Reason").click()
    await modal.get_by_role("option", name=reason).click()
    await expect(modal.get_by_role("listbox")).to_have_count(0)


async def test_errors_stand_below_their_field_until_it_is_right(world: World, page: Page, modal: Locator) -> None:
    await modal.get_by_role("button", name="Reject").click()
    await expect(modal.get_by_text("Please complete this required field.")).to_be_visible()
    await expect(modal.get_by_label("Reason")).to_be_focused()
    assert asked(world, "view_submission:reject") == []

    await choose(modal, "Something else")
    await modal.get_by_role("button", name="Reject").click()
    await expect(modal.get_by_text("Say what happened.")).to_be_visible()
    await expect(modal.get_by_label("Reason")).to_have_text("Something else")

    await modal.get_by_label("What happened?").fill("She left in May.")
    await modal.get_by_label("What happened?").press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    values = asked(world, "view_submission:reject")[-1]["view"]["state"]["values"]
    assert values["reason"]["choice"]["selected_option"]["value"] == "other"
    assert values["detail"]["text"] == {"type": "plain_text_input", "value": "She left in May."}


async def test_escape_closes_and_the_app_is_told(world: World, page: Page, modal: Locator) -> None:
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    [payload] = asked(world, "view_closed:reject")
    assert payload["is_cleared"] is False


async def test_the_cross_closes_the_whole_stack(world: World, page: Page, modal: Locator) -> None:
    await choose(modal, "Not now")
    await modal.get_by_role("button", name="Reject").click()
    upper = page.get_by_role("dialog", name="Are you sure?")
    await expect(upper.get_by_text("The lead goes back to marketing.")).to_be_visible()
    await upper.get_by_role("button", name="Close", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert [payload["is_cleared"] for payload in asked(world, "view_closed:reject")] == [True]


async def test_back_shows_the_form_as_it_was_left(page: Page, modal: Locator) -> None:
    await modal.get_by_label("What happened?").fill("Asked for May")
    await choose(modal, "Not now")
    await modal.get_by_role("button", name="Reject").click()
    await page.get_by_role("dialog", name="Are you sure?").get_by_role("button", name="Back").click()
    await expect(modal.get_by_label("What happened?")).to_have_value("Asked for May")
    await expect(modal.get_by_label("Reason")).to_have_text("Not now")


async def test_tab_stays_inside(page: Page, modal: Locator) -> None:
    await expect(modal.get_by_label("Reason")).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )


async def test_a_form_nobody_answers_stays_with_a_warning(world: World, page: Page, modal: Locator) -> None:
    async def fail(payload: Json) -> None:
        raise RuntimeError("the app breaks")

    answer(world, {"view_submission:reject": fail})
    await choose(modal, "Not now")
    await modal.get_by_role("button", name="Reject").click()
    await expect(
        modal.get_by_role("alert").filter(has_text="We had some trouble connecting. Try again?")
    ).to_be_visible()
    await expect(modal.get_by_label("Reason")).to_have_text("Not now")


async def test_escape_pressed_twice_closes_once(world: World, page: Page, modal: Locator) -> None:
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Reject")).to_be_focused()
    assert len(asked(world, "view_closed:reject")) == 1
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_typing_narrows_a_long_list_and_escape_leaves_the_form_open(page: Page, modal: Locator) -> None:
    await modal.get_by_label("Reason").press("Enter")
    await page.keyboard.type("some")
    await expect(modal.get_by_role("option")).to_have_text(["Something else"])
    await page.keyboard.press("Escape")
    await expect(modal.get_by_role("listbox")).to_have_count(0)
    await expect(modal.get_by_label("Reason")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.type("some")
    await page.keyboard.press("Enter")
    await expect(modal.get_by_role("listbox")).to_have_count(0)
    await expect(modal.get_by_label("Reason")).to_have_text("Something else")
