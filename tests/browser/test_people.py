"""One page, many people: switching, jumping, and what each of them sees."""

from playwright.async_api import Page, expect

from tests.browser.samples import card
from tests.sandbox.conftest import APAC, EMEA, MARTA, RAVI, RITA, World


async def test_the_person_is_switched_by_keyboard_and_sees_their_own_time(world: World, page: Page) -> None:
    await world.api("chat.postMessage", channel=EMEA, text="Ana Silva", blocks=card(RITA))
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await expect(page.get_by_text("Accept by Today at 4:00 PM")).to_be_visible()
    await page.get_by_role("button", name="You are Rita Keller. Switch person").press("Enter")
    await expect(page.get_by_role("menuitemradio", name="Rita Keller")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{world.url}/#/{RAVI}/{EMEA}")
    await expect(page.get_by_text("Accept by Today at 3:00 PM")).to_be_visible()


async def test_unread_messages_are_counted_until_they_are_seen(world: World, page: Page) -> None:
    await world.slack.say(MARTA, EMEA, "Morning")
    await world.slack.say(MARTA, EMEA, "Two leads today")
    await page.goto(f"{world.url}/#/{RITA}/app")
    row = page.get_by_role("link", name="emea-leads")
    await expect(row).to_have_accessible_name("emea-leads, 2 unread")
    await row.click()
    await expect(page.get_by_text("Two leads today")).to_be_visible()
    await expect(page.get_by_text("New", exact=True)).to_be_visible()
    await expect(row).to_have_accessible_name("emea-leads")


async def test_a_place_one_may_not_see_falls_back(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/{APAC}")
    await expect(page.get_by_role("link", name="emea-leads")).to_have_attribute("aria-current", "page")
    await expect(page).to_have_url(f"{world.url}/#/{RITA}/{EMEA}")


async def test_ctrl_k_jumps_to_a_conversation_or_a_person(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await expect(page.get_by_role("heading", name="emea-leads")).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox", name="Jump to").fill("general")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="general")).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox", name="Jump to").fill("marta")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="You are Marta Novak. Switch person")).to_be_visible()


async def test_arrows_walk_the_sidebar(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await page.get_by_role("link", name="emea-leads").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("link", name="general")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="general")).to_be_visible()
    await expect(page.get_by_role("link", name="general")).to_be_focused()


async def test_a_channel_that_goes_away_is_left(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await expect(page.get_by_role("heading", name="emea-leads")).to_be_visible()
    await world.slack.change_channel(EMEA, gone=True)
    await expect(page.get_by_role("heading", name="general")).to_be_visible()
    await expect(page.get_by_role("link", name="emea-leads")).to_have_count(0)
