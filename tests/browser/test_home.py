"""The app's own tabs."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Json, answer, asked
from tests.browser.samples import home
from tests.sandbox.conftest import RITA, World


async def test_home_is_asked_for_shown_and_pressed(world: World, page: Page) -> None:
    async def opened(payload: Json) -> None:
        await world.api("views.publish", user_id=payload["event"]["user"], view=home(2))

    async def away(payload: Json) -> None:
        await world.api("views.publish", user_id=payload["user"]["id"], view=home(0))

    answer(world, {"app_home_opened": opened, "away": away})
    await page.goto(f"{world.url}/#/{RITA}/home")
    main = page.get_by_role("main")
    await expect(main.get_by_role("heading", name="Your leads")).to_be_visible()
    await expect(main.get_by_role("link", name="Home")).to_have_attribute("aria-current", "page")
    await expect(main.get_by_text("You have 2 open.")).to_be_visible()
    await main.get_by_role("button", name="Take a break").click()
    await expect(main.get_by_text("You have 0 open.")).to_be_visible()
    assert [payload["container"]["type"] for payload in asked(world, "away")] == ["view"]


async def test_before_anything_is_published_home_says_so(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/home")
    await expect(page.get_by_text("courier has not shown a home to Rita Keller yet.")).to_be_visible()


async def test_about_lists_what_the_app_can_do(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/home")
    await page.get_by_role("link", name="About").click()
    await expect(page).to_have_url(f"{world.url}/#/{RITA}/about")
    await expect(page.get_by_text("Says it again")).to_be_visible()
