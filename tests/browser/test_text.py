"""Text as Slack reads it: mrkdwn, date tokens, rich text."""

from playwright.async_api import Page, expect

from tests.sandbox.conftest import EMEA, GENERAL, NOON, RAVI, RITA, World

SPLIT = "<br>"
MRKDWN = {
    "*bold* _italic_ ~strike~ `code`": "<strong>bold</strong> <em>italic</em> <del>strike</del> <code>code</code>",
    "*_both_*": "<strong><em>both</em></strong>",
    "snake_case_name 2*3*4": "snake_case_name 2*3*4",
    "* not bold * **nor this**": "* not bold * **nor this**",
    "*no\nbold*": f"*no{SPLIT}bold*",
    "`*as it is* &amp;`": "<code>*as it is* &amp;</code>",
    "&lt;b&gt; &amp;lt; &quot;": "&lt;b&gt; &amp;lt; &amp;quot;",
    "<script>alert(1)</script>": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<javascript:alert(1)|click>": "&lt;javascript:alert(1)|click&gt;",
    ":tada: :no_such_thing: 10:30:45": ":tada:🎉 :no_such_thing: 10:30:45",
}
LINKS = {
    "<https://acme.example/a?b=1&amp;c=2|the page>": ("https://acme.example/a?b=1&c=2", "the page"),
    "see https://acme.example/path.": ("https://acme.example/path", "https://acme.example/path"),
    "(https://acme.example)": ("https://acme.example/", "https://acme.example"),
    "write to ana@acme.example": ("mailto:ana@acme.example", "ana@acme.example"),
}
DATES = {
    "{date_num}": "2026-11-20",
    "{date}": "November 20th",
    "{date_short}": "Nov 20",
    "{date_long}": "Friday, November 20th",
    "{date_long_full}": "November 20, 2026",
    "{date_short_pretty} at {time}": "Today at 1:00 PM",
    "Due {date_pretty}": "Due today",
    "{time_secs}": "1:00:00 PM",
    "{nonsense}": None,
}


async def ready(world: World, page: Page) -> None:
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    await expect(page.get_by_role("heading", name="emea-leads")).to_be_visible()


async def draw(page: Page, text: str, **options: bool) -> str:
    """The HTML of mrkdwn in one line, emoji written as their name and character."""
    script = """async ([text, options]) => {
        const { mrkdwn } = await import("/text/mrkdwn.js");
        const box = document.createElement("div");
        box.append(...mrkdwn(text, options));
        for (const node of box.querySelectorAll(".emoji")) node.replaceWith(node.title + node.textContent);
        for (const line of box.querySelectorAll(".line")) line.replaceWith(...line.childNodes);
        return box.innerHTML;
    }"""
    drawn: str = await page.evaluate(script, [text, options])
    return drawn


async def test_mrkdwn_is_read_as_slack_reads_it(world: World, page: Page) -> None:
    await ready(world, page)
    assert {text: await draw(page, text) for text in MRKDWN} == MRKDWN


async def test_quotes_and_code_take_whole_lines(world: World, page: Page) -> None:
    await ready(world, page)
    assert await draw(page, "&gt; one\n> two\nthree") == f"<blockquote>one{SPLIT}two</blockquote>three"
    assert await draw(page, "a\n```\nx *y*\n  z\n```\nb") == "a<pre>x *y*\n  z</pre>b"
    assert await draw(page, "a\n>>> b\nc") == f"a<blockquote>b{SPLIT}c</blockquote>"


async def test_addresses_become_links_unless_verbatim(world: World, page: Page) -> None:
    await ready(world, page)
    for text, (address, label) in LINKS.items():
        drawn = await draw(page, text)
        assert f'<a href="{address.replace("&", "&amp;")}"' in drawn
        assert f">{label}</a>" in drawn
    assert await draw(page, "see https://acme.example now", verbatim=True) == "see https://acme.example now"
    assert "<a href" in await draw(page, "<https://acme.example>", verbatim=True)


async def test_mentions_name_people_channels_and_groups(world: World, page: Page) -> None:
    await ready(world, page)
    text = f"<@{RAVI}> <@{RITA}> <#{GENERAL}> <!here> <!subteam^S1|@sales>"
    await world.slack.say(RITA, EMEA, text)
    mentions = page.locator("main .mention")
    await expect(mentions).to_have_text(["@Ravi Menon", "@Rita Keller", "#general", "@here", "@sales"])
    await expect(page.locator("main .of-me")).to_have_text(["@Rita Keller", "@here"])


async def test_bare_mentions_count_in_blocks_that_are_not_verbatim(world: World, page: Page) -> None:
    await ready(world, page)
    assert "mention" in await draw(page, "hello @channel", mentions=True)
    assert await draw(page, "hello @channel", mentions=True, verbatim=True) == "hello @channel"


async def test_date_tokens_are_filled_in_the_zone_of_the_reader(world: World, page: Page) -> None:
    await ready(world, page)
    script = """async ([formats, at, now]) => {
        const { formatTokens } = await import("/lib/dates.js");
        return formats.map((format) => formatTokens(format, at, "Europe/Berlin", now));
    }"""
    filled = await page.evaluate(script, [list(DATES), NOON, NOON + 60])
    assert dict(zip(DATES, filled, strict=True)) == DATES
    far = await page.evaluate(script, [["{date_short}", "{date_long_pretty}"], NOON - 400 * 86_400, NOON])
    assert far == ["Oct 16, 2025", "Thursday, October 16th, 2025"]
    assert await draw(page, "<!date^soon^{date}|one day>") == "one day"
    assert await draw(page, f"<!date^{NOON:.0f}^{{nonsense}}|one day>") == "one day"


async def test_rich_text_leaves_are_literal(world: World, page: Page) -> None:
    leaves = [
        {"type": "text", "text": "<!channel> *not bold* :tada: "},
        {"type": "text", "text": "bold", "style": {"bold": True, "italic": True}},
        {"type": "emoji", "name": "tada"},
        {"type": "date", "timestamp": int(NOON), "format": "{date_num}", "fallback": "?"},
    ]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": leaves}]}
    await world.api("chat.postMessage", channel=EMEA, text="rich", blocks=[block])
    await page.goto(f"{world.url}/#/{RITA}/{EMEA}")
    rich = page.locator("main .rich")
    await expect(rich).to_have_text("<!channel> *not bold* :tada: bold🎉2026-11-20")
    await expect(rich.locator("em > strong")).to_have_text("bold")
