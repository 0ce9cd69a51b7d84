"""The sandbox's own controls, and what fits on a small screen."""

from playwright.async_api import Page, expect

from tests.sandbox.conftest import EMEA, NOON, RITA, World


async def test_the_clock_is_shown_and_moved(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await page.get_by_role("button", name="Workspace").click()
    panel = page.get_by_role("dialog", name="Workspace")
    await expect(panel.get_by_text("Today, 1:00 PM")).to_be_visible()
    await expect(panel.get_by_text("Set by hand: it stands still.")).to_be_visible()
    await panel.get_by_role("button", name="+1 hour").click()
    await expect(panel.get_by_text("Today, 2:00 PM")).to_be_visible()
    assert world.clock.now() == NOON + 3600
    await panel.get_by_role("button", name="Back to real time").click()
    await expect(panel.get_by_text("Real time.")).to_be_visible()
    assert world.clock.standing is False


async def test_faults_are_listed_and_cleared(world: World, page: Page) -> None:
    await world.slack.fault("chat.postMessage", "delay", seconds=2, times=3)
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await page.get_by_role("button", name="Workspace").click()
    panel = page.get_by_role("dialog", name="Workspace")
    await expect(panel.get_by_role("listitem")).to_have_text("chat.postMessage delay, 2 s × 3")
    await panel.get_by_role("button", name="Clear all").click()
    await expect(panel.get_by_role("listitem")).to_have_count(0)


async def test_question_mark_lists_the_keys(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await expect(page.get_by_role("heading", name="emea-leads")).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


async def test_nothing_is_wider_than_a_phone(world: World, page: Page) -> None:
    await world.slack.say(RITA, EMEA, "a" * 300)
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await expect(page.get_by_text("aaaa")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await expect(page.get_by_role("link", name="general")).to_be_hidden()
    await page.get_by_role("button", name="Show channels and people").click()
    await page.get_by_role("link", name="general").click()
    await expect(page.get_by_role("heading", name="general")).to_be_visible()
    await expect(page.get_by_role("link", name="general")).to_be_hidden()
