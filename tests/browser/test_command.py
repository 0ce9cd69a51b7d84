"""Slash commands: the hints while typing, and the reply."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Json, answer, asked
from tests.browser.samples import sure_modal
from tests.sandbox.conftest import EMEA, RAVI, RITA, World


async def test_a_command_is_hinted_sent_and_answered_to_one_person(world: World, page: Page) -> None:
    async def echo(payload: Json) -> Json:
        return {"response_type": "ephemeral", "text": f"You said *{payload['text']}*"}

    answer(world, {"/echo": echo})
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    composer = page.get_by_role("combobox", name="Message #emea-leads")
    await composer.press_sequentially("/e")
    await expect(page.get_by_role("option")).to_contain_text(["/echo[text]Says it again"])
    await page.keyboard.press("Tab")
    await expect(composer).to_have_value("/echo ")
    await composer.press_sequentially("hello")
    await page.keyboard.press("Enter")

    reply = page.get_by_role("main").get_by_role("listitem").filter(has_text="You said hello")
    await expect(reply.get_by_text("Only visible to you")).to_be_visible()
    [payload] = asked(world, "/echo")
    assert (payload["user_id"], payload["channel_id"], payload["text"]) == (RITA, EMEA, "hello")
    await page.goto(f"{world.url}/#/{RAVI}/{EMEA}")
    await expect(page.get_by_role("button", name="You are Ravi Menon. Switch person")).to_be_visible()
    await expect(page.get_by_text("Nothing here yet.")).to_be_visible()


async def test_a_command_nobody_knows_is_refused_in_the_conversation(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await page.get_by_role("combobox", name="Message #emea-leads").fill("/nothing")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main").get_by_text("/nothing is not a valid command.")).to_be_visible()
    assert world.app.seen == []


async def test_a_global_shortcut_is_in_the_menu(world: World, page: Page) -> None:
    async def hello(payload: Json) -> None:
        await world.api("views.open", trigger_id=payload["trigger_id"], view=sure_modal())

    answer(world, {"hello": hello})
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await page.get_by_role("button", name="Shortcuts and commands").click()
    await page.get_by_role("menuitem", name="Say hello").click()
    await expect(page.get_by_role("dialog", name="Are you sure?")).to_be_visible()
    assert [payload["type"] for payload in asked(world, "hello")] == ["shortcut"]


async def test_a_message_shortcut_is_among_its_actions_and_can_be_used_by_keyboard(world: World, page: Page) -> None:
    async def copy(payload: Json) -> None:
        await world.api("views.open", trigger_id=payload["trigger_id"], view=sure_modal())

    answer(world, {"copy": copy})
    ts = (await world.slack.say(RITA, EMEA, "Bob Meyer, bob.meyer@initech.example")).ts
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    actions = page.get_by_role("button", name="More actions for this message")
    await actions.focus()
    await page.keyboard.press("Enter")
    shortcut = page.get_by_role("menuitem", name="Copy this")
    await expect(shortcut).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Are you sure?")).to_be_visible()
    (payload,) = asked(world, "copy")
    assert (payload["type"], payload["message_ts"]) == ("message_action", ts)
    assert payload["message"]["text"] == "Bob Meyer, bob.meyer@initech.example"
