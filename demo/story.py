"""The tour's story, step by step: each does one thing and gives back what Slack showed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from demo.cast import ANA, BRUNO, CHIARA, DORA, EMIL, Person
from demo.reading import Seen
from demo.scene import REPS, Scene, Unmet, about

TEAM, MARKETING, ESCALATIONS = "emea-leads", "marketing-leads", "lead-escalations"
MANAGER, MARKETER = "marta", "maya"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is called, and how it is played."""

    name: str
    play: Callable[[Scene], Awaitable[str]]


def now() -> datetime:
    return datetime.now(UTC)


async def look_around(scene: Scene) -> str:
    code, said = await scene.stage.baton("doctor")
    if code:
        raise Unmet("every check to be well", [line for line in said.splitlines() if not line.startswith("ok")])
    return f"{len(said.splitlines())} checks are well"


async def refuse_unsigned(scene: Scene) -> str:
    answer = await scene.sender.send_unsigned("leads", ANA.lead(now()))
    if answer.status_code != 401:
        raise Unmet("Baton to answer 401", [f"{answer.status_code} {answer.text}"])
    return f"{answer.status_code}: {answer.json()['detail']}"


async def send_ana(scene: Scene) -> str:
    return await _sent(scene, ANA)


async def _sent(scene: Scene, person: Person) -> str:
    taken = await scene.send("leads", person.lead(now()))
    if taken["stage"] != "mql":
        raise Unmet(f"{person.name} to qualify", [str(taken)])
    return f"{person.name}: {taken['stage']}, fit {taken['fit']}, engagement {taken['engagement']}"


async def see_card(scene: Scene) -> str:
    evidence = ("Has authority", "Came back to pricing", ANA.email)
    card = await scene.until(
        "a card with the evidence, the address, Accept and Reject",
        lambda: scene.told(*REPS),
        about(ANA.name, *evidence, button="Accept"),
    )
    return f"{scene.name(card.person)}: {scene.quote(card.text)}"


async def see_team_card(scene: Scene) -> str:
    card = await scene.until("a card of the team", lambda: scene.posted(TEAM), about(ANA.name, "Has authority"))
    if ANA.email in str(card):
        raise Unmet("no contact details in the channel", [card.words])
    return f"#{TEAM}: {scene.quote(card.text)}"


async def accept(scene: Scene) -> str:
    card, _ = await scene.press("Accept", ANA.name)
    changed = await scene.card(ANA.name, "Log follow-up")
    return f"{scene.name(card.person)}: {scene.quote(changed.text)}"


async def see_team_card_change(scene: Scene) -> str:
    taken = about(ANA.name, "accepted this lead", without="Accept")
    changed = await scene.until("the team's card without buttons", lambda: scene.posted(TEAM), taken)
    return f"#{TEAM}: {scene.quote(changed.text)}"


async def tell_marketing(scene: Scene) -> str:
    return await _marketing(scene, ANA, "accepted")


async def undo(scene: Scene) -> str:
    await scene.press("Undo", ANA.name)
    await scene.card(ANA.name, "Accept")
    return await _marketing(scene, ANA, "taken back")


async def pass_on(scene: Scene) -> str:
    card, form = await scene.form("Pass on", ANA.name)
    (colleague,) = form.options("rep")
    await scene.submit(card.person, form, rep=colleague, note="You know her from the fair.")
    offered = about(ANA.name, "You know her from the fair.", button="Accept")
    theirs = await scene.until("the colleague's card", lambda: scene.workspace.direct(colleague), offered)
    line = next(line for line in theirs.words.splitlines() if "from the fair" in line)
    return f"{scene.name(colleague)}: {scene.quote(line)}"


async def accept_again(scene: Scene) -> str:
    await scene.press("Accept", ANA.name)
    await scene.card(ANA.name, "Log follow-up")
    return await _marketing(scene, ANA, "accepted")


async def send_chiara(scene: Scene) -> str:
    return await _sent(scene, CHIARA)


async def send_bruno(scene: Scene) -> str:
    return await _sent(scene, BRUNO)


async def reject(scene: Scene) -> str:
    """First as people do, without the detail that the reason asks for."""
    card, form = await scene.form("Reject", BRUNO.name)
    done = await scene.workspace.submit(card.person, form, reason="bad-data")
    if "detail" not in done.errors:
        raise Unmet("an error beside the empty field", [done.refusal or "the form was taken"])
    await scene.submit(card.person, form, reason="bad-data", detail="The number is a fax machine.")
    return f"first: {done.errors['detail']} Then the form closes."


async def see_rejected(scene: Scene) -> str:
    expected = ("Contact data is wrong", "The number is a fax machine.", "Has authority")
    return await _marketing(scene, BRUNO, *expected)


async def _marketing(scene: Scene, person: Person, *expected: str) -> str:
    told = await scene.until(
        f"{person.name} with {', '.join(expected)} in #{MARKETING}",
        lambda: scene.posted(MARKETING, MARKETER),
        about(person.name, *expected),
    )
    return f"#{MARKETING}: {scene.quote(told.text)}"


async def send_dora(scene: Scene) -> str:
    return await _sent(scene, DORA)


async def remind(scene: Scene) -> str:
    async def threads() -> list[Seen]:
        cards = [card for card in await scene.told(*REPS) if CHIARA.name in card.text]
        return [reply for card in cards for reply in await scene.replies(card)]

    reminder = await scene.until("a reminder in the thread of the card", threads, about(CHIARA.name))
    return f"{scene.name(reminder.person)}, in the thread: {scene.quote(reminder.text)}"


async def escalate(scene: Scene) -> str:
    ping = await scene.card(CHIARA.name, "Reassign", MANAGER)
    if "Take over" not in ping.buttons:
        raise Unmet("the button Take over", list(ping.buttons))
    await scene.until(f"a line in #{ESCALATIONS}", lambda: scene.posted(ESCALATIONS), about(CHIARA.name))
    return f"{scene.name(ping.person)}: {scene.quote(ping.text)}"


async def reassign(scene: Scene) -> str:
    ping, form = await scene.form("Reassign", CHIARA.name, MANAGER)
    rep, *_ = form.options("rep")
    await scene.submit(ping.person, form, rep=rep)
    offered = about(CHIARA.name, CHIARA.email, button="Accept")
    card = await scene.until("a card for the other rep", lambda: scene.workspace.direct(rep), offered)
    passed_on = about(CHIARA.name, "Passed on", without="Accept")
    before = await scene.until("the first rep's card without buttons", lambda: scene.told(*REPS), passed_on)
    return f"{scene.name(card.person)} has it; {scene.name(before.person)}: {scene.quote(before.text)}"


async def signal(scene: Scene) -> str:
    before = await scene.card(ANA.name, "Log follow-up")
    await scene.send("signals", ANA.signal("demo_requested", "Product tour", now()))
    fresh = about(ANA.name, "Product tour", button="Log follow-up")
    card = await scene.until("Product tour on the card", lambda: scene.workspace.direct(before.person), fresh)
    if card.ts != before.ts:
        raise Unmet("the card to change in its place", [card.text])
    line = next(line for line in card.words.splitlines() if "Product tour" in line)
    return f"on the card of {scene.name(card.person)}: {scene.quote(line)}"


async def take_over(scene: Scene) -> str:
    await scene.press("Take over", DORA.name, MANAGER)
    card = await scene.card(DORA.name, "Log follow-up", MANAGER)
    if DORA.email not in card.words:
        raise Unmet("contact details for the new owner", [card.text])
    return f"{scene.name(card.person)}: {scene.quote(card.text)}"


async def see_home(scene: Scene) -> str:
    owner = (await scene.card(ANA.name, "Log follow-up")).person
    await scene.workspace.open_home(owner)

    async def home() -> list[Seen]:
        view = await scene.workspace.home(owner)
        return [Seen(owner, "", "", view.words, view.blocks)] if view else []

    shown = await scene.until(f"{ANA.name} on the home", home, about(ANA.name, button="Log follow-up"))
    return f"{scene.name(owner)}: {scene.quote(shown.text.splitlines()[0])}"


async def follow_up(scene: Scene) -> str:
    card, form = await scene.form("Log follow-up", ANA.name)
    note = "Wants to see it on Monday."
    await scene.submit(card.person, form, how="call", outcome="meeting_booked", note=note)
    logged = about(ANA.name, "Followed up", note)
    changed = await scene.until("the follow-up on the card", lambda: scene.workspace.direct(card.person), logged)
    line = next(line for line in changed.words.splitlines() if note in line)
    return f"{scene.name(changed.person)}: {scene.quote(line)}"


async def win(scene: Scene) -> str:
    taken = await scene.send("outcomes", ANA.outcome("won", now()))
    if taken["stage"] != "won":
        raise Unmet("the stage won", [str(taken)])
    return f"{ANA.name}: {taken['stage']}"


async def see_ignored(scene: Scene) -> str:
    return await _marketing(scene, CHIARA, "Nobody answered in time", "Has authority")


async def stats(scene: Scene) -> str:
    answer = await scene.command(MANAGER, TEAM, "/leadstats", "", "5 leads", "Contact data is wrong")
    figures = [f"{figure} {value}" for figure, value in _table(answer)[1:] if value != "0"]
    return scene.quote(", ".join(figures))


async def stats_by_rep(scene: Scene) -> str:
    answer = await scene.command(MANAGER, TEAM, "/leadstats", "by rep", "Rep", "Offered", "Ignored")
    (_, *titles), *reps = _table(answer)
    if not reps:
        raise Unmet("a row for each rep who answered", [answer.words])
    told = (f"{rep}: " + ", ".join(map(" ".join, zip(titles, figures, strict=True))) for rep, *figures in reps)
    return scene.quote("; ".join(told))


def _table(answer: Seen) -> list[list[str]]:
    """The rows of the first table in an answer."""
    rows = next((block["rows"] for block in answer.blocks if block["type"] == "table"), None)
    if rows is None:
        raise Unmet("a table", [answer.words])
    return [[cell["text"] for cell in row] for row in rows]


async def why(scene: Scene) -> str:
    answer = await scene.command(MANAGER, TEAM, "/lead", "why Silva", ANA.name, "a colleague passed it on")
    return scene.quote(answer.words.splitlines()[-1])


async def find(scene: Scene) -> str:
    answer = await scene.command(MARKETER, MARKETING, "/lead", "find Silva", ANA.name, "won")
    return scene.quote(answer.words.splitlines()[-1])


async def send_emil(scene: Scene) -> str:
    """A lead that meets a path and lacks only what the policy wants of every lead."""
    lead = EMIL.lead(now())
    del lead["company"]["country"]
    taken = await scene.send("leads", lead)
    if taken["stage"] == "mql":
        raise Unmet(f"{EMIL.name} to wait for his country", [str(taken)])
    return await _marketing(scene, EMIL, "Nearly with sales", "Country")


async def fill_in(scene: Scene) -> str:
    label = "Add what is missing"
    asked = about(EMIL.name, button=label)
    task = await scene.until(f"the button {label}", lambda: scene.posted(MARKETING, MARKETER), asked)
    form = (await scene.workspace.click(task, label)).view
    if form is None:
        raise Unmet(f"a form behind {label}", [task.words])
    done = await scene.workspace.submit(task.person, form, **{"company.country": "Germany"})
    if done.view is None or "has the lead now" not in done.view.words:
        raise Unmet("to hear who has the lead now", [done.refusal or "", *done.errors.values()])
    await scene.card(EMIL.name, "Accept")
    return await _marketing(scene, EMIL, "went to sales")


STEPS = (
    # Most of the tour's time is the second lead's clock: it starts early, and the rest is told while it runs.
    Step("Doctor finds nothing to mend", look_around),
    Step("A lead without a signature is refused", refuse_unsigned),
    Step("A signed lead qualifies", send_ana),
    Step("A rep has it in a DM, with the evidence", see_card),
    Step("The team sees it, without contact details", see_team_card),
    Step("A second lead, which nobody will answer", send_chiara),
    Step("The rep accepts the first", accept),
    Step("The team's card changes too", see_team_card_change),
    Step("Marketing is told in one line", tell_marketing),
    Step("Undo takes it back", undo),
    Step("The rep passes it on", pass_on),
    Step("The colleague accepts", accept_again),
    Step("A third lead, for the wrong reasons", send_bruno),
    Step("Reject asks why", reject),
    Step("Marketing has it back, with the reason", see_rejected),
    Step("A fourth lead, for the manager", send_dora),
    Step("Nobody answers the second: a reminder", remind),
    Step("Still no answer: the manager is asked", escalate),
    Step("The manager gives it to the other rep", reassign),
    Step("News of the first lead shows on its card", signal),
    Step("The rep's home lists what waits", see_home),
    Step("A follow-up is logged", follow_up),
    Step("The deal is won", win),
    Step("The manager takes the fourth over", take_over),
    Step("A fifth lead lacks its country", send_emil),
    Step("Marketing fills it in", fill_in),
    # Slack lets an app change about fifty messages a minute, and the second lead's end changes nine at once: last.
    Step("Nobody took the second: back it goes", see_ignored),
    Step("/leadstats", stats),
    Step("/leadstats by rep", stats_by_rep),
    Step("/lead find", find),
    Step("/lead why", why),
)
