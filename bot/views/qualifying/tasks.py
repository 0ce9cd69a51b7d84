"""What marketing is asked for before sales may have a lead, and the form in which they answer."""

from collections.abc import Iterator, Sequence

from bot.domain.fields import YES_OR_NO
from bot.domain.handoff import Handoff, State
from bot.domain.lead import Facts
from bot.domain.tasks import Ended, Ending, Lacking, Task
from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    actions,
    bold,
    bullets,
    button,
    choice,
    date,
    header,
    line,
    modal,
    rich,
    spoken,
    stacked,
    text_input,
    user,
)
from bot.views.cards import facts
from bot.views.ids import Action, Form
from bot.views.privacy import public_facts
from bot.views.qualifying.manual import BOXES, Box
from bot.views.text import mention
from bot.views.wording import STAGES, lead_in_short, listed

TITLE = "Add what is missing"
CHECKED = (("checked", "Yes, and it is right"),)
ANSWERS = (("yes", "Yes"), ("no", "No"))

OVER: dict[Ending, str] = {
    "passed": " went to sales",
    "faded": " does not meet “{path}” any more, since",
    "complete": " has all that sales needs, since",
    "consent": " does not want to be contacted, since",
    "merged": " is one person with another lead, since",
    "left": " is {stage}, since",
}
"""What became of it, before the moment."""
DONE: frozenset[Ending] = frozenset({"passed", "complete"})


def task(asked: Task) -> Message:
    """Which lead is nearly with sales and what is missing, without contact details; or what became of it."""
    shared = public_facts(asked.facts)
    about = lead_in_short(shared)
    if asked.ended:
        told = _over(asked, asked.ended, about)
        return Message(spoken(told), stacked(rich(told)))
    title = f"Nearly with sales: {about}"
    met = line("Meets ", bold(asked.path), " since ", date(asked.since), ". Before a rep gets it, sales needs:")
    return Message(
        spoken(line(f"{title}."), line("Missing: ", *_told(asked.lacking), ".")),
        stacked(
            header(title),
            rich(facts.company(shared), met, bullets(map(_line, asked.lacking))),
            actions(button(TITLE, Action.ADD_MISSING, asked.lead_id, about=f"of {about}", style="primary")),
        ),
    )


def _line(one: Lacking) -> Json | None:
    return line(bold(label(one.field)), f": {_state(one)}")


def _state(one: Lacking) -> str:
    if one.value is None:
        return "missing, and to be checked" if one.to_verify else "missing"
    return ", ".join(filter(None, (_doubt(one), one.how)))


def _doubt(one: Lacking) -> str:
    return "wrong" if one.wrong else "not sure enough"


def _in_short(one: Lacking) -> str:
    name = label(one.field)
    return name[:1].lower() + name[1:] + (f" ({_doubt(one)})" if one.value else "")


def _told(lacking: Sequence[Lacking]) -> Iterator[str]:
    """What is lacking, a leaf each, so that none is cut short."""
    for number, one in enumerate(lacking, 1):
        yield _in_short(one)
        if number < len(lacking):
            yield " and " if number == len(lacking) - 1 else ", "


def _over(asked: Task, ended: Ended, about: str) -> Json | None:
    said = OVER[ended.why].format(path=asked.path, stage=STAGES[asked.stage])
    to: tuple[Leaf, ...] = (", to ", user(ended.to)) if ended.to else ()
    return line(
        "Done: " if ended.why in DONE else "Not needed any more: ", bold(about), said, " ", date(ended.at), *to, "."
    )


def label(field: str) -> str:
    """What people call the field."""
    return _box(field).label


def _box(field: str) -> Box:
    name = field.rpartition(".")[2].replace("_", " ")
    return BOXES.get(field) or Box(field, name[:1].upper() + name[1:], most=1000)


def form(lead_id: str, known: Facts, asked: Sequence[Lacking]) -> Json:
    """One input a field, with what is known of it; what must be sure can be said to be checked."""
    return modal(
        TITLE,
        stacked(rich(line(bold(lead_in_short(known)))), *(block for one in asked for block in _inputs(one))),
        callback_id=Form.MISSING,
        submit="Save",
        about=lead_id,
    )


def _inputs(one: Lacking) -> Iterator[Json]:
    box = _box(one.field)
    if one.field in YES_OR_NO:
        yield choice(one.field, box.label, ANSWERS, placeholder="Not known", optional=True)
        return
    hint = f"Not sure enough: {one.how}." if one.how else box.hint
    yield text_input(
        one.field, box.label, optional=True, hint=hint, lines=box.lines, most=box.most, initial=one.value or ""
    )
    if one.to_verify:
        yield choice(
            checked(one.field),
            f"{box.label}: have you checked it?",
            CHECKED,
            placeholder="Not checked",
            optional=True,
            hint="Such as by a call, or in a register. It counts until the value changes.",
        )


def checked(field: str) -> str:
    """The block in which somebody says that they checked the field."""
    return f"{field}:checked"


def saved(newest: Handoff | None, still: Sequence[Lacking]) -> str:
    """What came of it, in words of ours."""
    if newest and newest.is_open:
        waits = newest.state is State.WAITING or newest.owner is None
        return (
            "Saved. The lead waits for a rep." if waits else f"Saved. {mention(newest.owner or '')} has the lead now."
        )
    if still:
        return f"Saved. Sales still needs: {listed(list(map(_in_short, still)))}."
    return "Saved."
