"""A card in a direct message and in a channel."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Json, answer, asked
from tests.browser.samples import accepted, card, numbers
from tests.sandbox.conftest import EMEA, RAVI, RITA, World


async def test_a_card_in_a_direct_message_is_pressed_and_changes(world: World, page: Page) -> None:
    channel = await world.dm(RITA)
    await world.api("chat.postMessage", channel=channel, text="Ana Silva of Northwind", blocks=card(RITA))

    async def accept(payload: Json) -> None:
        ts = payload["container"]["message_ts"]
        await world.api("chat.update", channel=channel, ts=ts, text="Accepted", blocks=accepted(RITA))

    answer(world, {"accept": accept})
    await page.goto(f"{world.url}/#/{RITA}/app")
    message = page.get_by_role("main").get_by_role("listitem").filter(has_text="Northwind")
    await expect(message.get_by_role("heading", name="Ana Silva · Northwind")).to_be_visible()
    await expect(message.get_by_text("APP", exact=True)).to_be_visible()
    await expect(message.get_by_text("Today at 4:00 PM")).to_be_visible()
    await message.get_by_role("button", name="Accept").click()

    await expect(message.get_by_text("Accepted by @Rita Keller")).to_be_visible()
    await expect(message.get_by_role("button", name="Accept")).to_have_count(0)
    [payload] = asked(world, "accept")
    assert payload["user"]["id"] == RITA
    assert payload["actions"][0] | {"action_ts": "", "text": {}} == {
        "type": "button",
        "action_id": "accept",
        "block_id": "decide",
        "value": "L-1",
        "style": "primary",
        "text": {},
        "action_ts": "",
    }


async def test_text_from_outside_stays_text(world: World, page: Page) -> None:
    channel = await world.dm(RITA)
    await world.api("chat.postMessage", channel=channel, text="Ana Silva", blocks=card(RITA))
    await page.goto(f"{world.url}/#/{RITA}/app")
    await expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert await page.locator("main img").count() == 0


async def test_buttons_for_one_person_are_seen_by_nobody_else(world: World, page: Page) -> None:
    await world.api("chat.postMessage", channel=EMEA, text="Ana Silva", blocks=card(RITA))
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await expect(page.get_by_role("button", name="Accept")).to_be_visible()
    await page.goto(f"{world.url}/#/{RAVI}/{EMEA}")
    await expect(page.get_by_role("button", name="You are Ravi Menon. Switch person")).to_be_visible()
    await expect(page.get_by_role("heading", name="Ana Silva · Northwind")).to_be_visible()
    await expect(page.get_by_role("button", name="Accept")).to_have_count(0)


async def test_what_arrives_shows_by_itself_and_is_read_out(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await expect(page.get_by_text("Nothing here yet. When a lead arrives, it shows up here.")).to_be_visible()
    await world.api("chat.postMessage", channel=EMEA, text="Numbers of the week", blocks=numbers())
    await expect(page.get_by_role("cell", name="Ravi")).to_be_visible()
    await expect(page.get_by_role("img", name="Accepted: Rita 8, Ravi 5")).to_be_visible()
    assert await page.locator("svg rect.bar").count() == 2
    await expect(page.locator("[aria-live=polite]")).to_have_text("courier: Numbers of the week")


async def test_an_app_that_stays_silent_is_said_so(world: World, page: Page) -> None:
    channel = await world.dm(RITA)
    await world.api("chat.postMessage", channel=channel, text="Ana Silva", blocks=card(RITA))

    async def fail(payload: Json) -> None:
        raise RuntimeError("the app breaks")

    answer(world, {"accept": fail})
    await page.goto(f"{world.url}/#/{RITA}/app")
    await page.get_by_role("button", name="Accept").click()
    await expect(page.get_by_role("alert").filter(has_text="courier did not respond")).to_be_visible()
