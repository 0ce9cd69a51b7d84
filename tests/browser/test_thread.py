"""A thread beside its channel."""

from playwright.async_api import Page, expect

from tests.browser.samples import card
from tests.sandbox.conftest import EMEA, RAVI, RITA, World


async def test_a_thread_opens_counts_and_takes_replies(world: World, page: Page) -> None:
    posted = await world.api("chat.postMessage", channel=EMEA, text="Ana Silva", blocks=card(RITA))
    await world.slack.say(RAVI, EMEA, "Good one", thread_ts=posted["ts"])
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    main, thread = page.get_by_role("main"), page.get_by_role("complementary", name="Thread")
    await expect(thread).to_be_hidden()
    await main.get_by_role("link", name="1 reply").click()

    await expect(thread.get_by_text("Good one")).to_be_visible()
    await expect(main.get_by_text("Good one")).to_have_count(0)
    await expect(page).to_have_url(f"{world.url}/#/{RITA}/{EMEA}/{posted['ts']}")
    await thread.get_by_role("combobox", name="Reply…").fill("Thanks, calling @ravi's lead <now>")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_text("Thanks, calling @Ravi Menon's lead <now>")).to_be_visible()
    await expect(main.get_by_role("link", name="2 replies")).to_be_visible()
    [_, _, reply] = await world.slack.messages(RITA, EMEA, posted["ts"])
    assert reply.text == f"Thanks, calling <@{RAVI}>'s lead &lt;now&gt;"


async def test_escape_closes_the_thread(world: World, page: Page) -> None:
    posted = await world.api("chat.postMessage", channel=EMEA, text="Ana Silva")
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}/{posted['ts']}")
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_text("No replies yet")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()
    await expect(page).to_have_url(f"{world.url}/#/{RITA}/{EMEA}")


async def test_commands_do_not_work_in_threads(world: World, page: Page) -> None:
    posted = await world.api("chat.postMessage", channel=EMEA, text="Ana Silva")
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}/{posted['ts']}")
    thread = page.get_by_role("complementary", name="Thread")
    await thread.get_by_role("combobox", name="Reply…").fill("/echo hello")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_role("alert")).to_have_text("/echo does not work in threads.")
    assert len(await world.slack.messages(RITA, EMEA, posted["ts"])) == 1
