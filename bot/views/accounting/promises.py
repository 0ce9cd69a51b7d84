"""What marketing owes sales, and says to it: questions and answers, returned leads, and what is late."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.marketing_clock import Answer, Owed
from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    actions,
    bold,
    bullets,
    button,
    channel,
    date,
    header,
    line,
    modal,
    quoted,
    rich,
    spoken,
    stacked,
    text_input,
    user,
)
from bot.views.cards import facts
from bot.views.ids import Action, Field, Form
from bot.views.privacy import masked, public_facts
from bot.views.wording import lead_in_short

LISTED = 15
MOST = 1000
"""Characters of an answer."""
SAID: dict[str, str] = {
    "nurture": "takes it back into nurture",
    "fix data": "will fix the data",
    "disagree": "disagrees",
    "handed over": "handed it over again",
}
"""What marketing did about a lead that came back, after who."""
WAITING: dict[str, str] = {
    "handover": " is qualified and not with sales yet",
    "returned": " came back from sales and is not answered",
    "question": ": a question from sales is not answered",
}


def question(owed: Owed) -> Message:
    """To marketing: what a rep asks about which lead, and Answer; or what was answered."""
    clock, about = owed.clock, _about(owed)
    asks = line(_who(clock.asked_by), " asks: ", _quote(owed, clock.words))
    if clock.ended_at:
        told = line("Done: ", bold(about), ". ", *_answered(owed)) if clock.ended == "answered" else _moot(about)
        return Message(spoken(told), stacked(rich(told, asks, _answer(owed))))
    title, by = f"Question from sales: {about}", line("Please answer by ", date(clock.deadline_at), ".")
    return Message(
        spoken(line(f"{title}."), asks),
        stacked(
            header(title),
            rich(asks, facts.company(public_facts(owed.facts)), by),
            actions(button("Answer", Action.ANSWER_QUESTION, clock.id, about=f"about {about}", style="primary")),
        ),
    )


def asked(owed: Owed) -> Message:
    """In the rep's own thread: what they asked, and what that means for their clock."""
    mine = line("You asked marketing: ", _quote(owed, owed.clock.words))
    note = line("The answer comes here. Your own deadline stays as it is.")
    return _said(mine, None if owed.clock.ended_at else note)


def answer(owed: Owed, viewer: str) -> Message:
    """To the rep, in the thread of their card: what marketing says."""
    clock, words = owed.clock, _answer(owed)
    if clock.kind == "question":
        whose: tuple[Leaf, ...] = ("your question",) if clock.asked_by == viewer else ("a question",)
        return _said(line(_who(clock.ended_by), " of marketing answered ", *whose, ":"), words)
    why = f" (“{owed.reason}”)" if owed.reason else ""
    return _said(
        line(_who(clock.ended_by), " of marketing does not agree that ", bold(_about(owed)), f" came back{why}:"), words
    )


def reminder(owed: Owed, now: datetime) -> Message:
    """In the thread of what marketing was told: it still waits, until when; or that it is done."""
    clock = owed.clock
    if clock.ended_at:
        return _said(line("Done ", date(clock.ended_at), "."))
    due = " It was due " if clock.is_late(now) else " It is due "
    return _said(line(bold(_about(owed)), WAITING[clock.kind], ".", due, date(clock.deadline_at), "."))


def late(longest: Sequence[Owed], in_all: int, done: int = 0, where: str | None = None) -> Message:
    """To whoever leads marketing: of all that is late the longest, in one message that grows and shrinks."""
    if not in_all:
        return _said(line("All that was late with marketing is done."))
    title = f"Late with marketing: {_leads(in_all)}"
    lines = [_late_line(owed) for owed in longest[:LISTED]]
    more = in_all - len(lines)
    rest = [f"and {more} more"] if more > 0 else []
    since = [f"{done} done since"] if done else []
    answers = line("They are answered in ", channel(where), ".") if where else None
    shown = rich(bullets([*lines, *(line(words) for words in (*rest, *since))]), answers)
    return Message(spoken(line(f"{title}."), lines[0]), stacked(header(title), shown))


def _late_line(owed: Owed) -> Json | None:
    return line(bold(_about(owed)), WAITING[owed.clock.kind], ", due ", date(owed.clock.deadline_at), ".")


def _leads(count: int) -> str:
    return "1 lead" if count == 1 else f"{count} leads"


def returned(message: Message, owed: Owed | None) -> Message:
    """The message of a lead that came back, with what marketing can answer, or has."""
    if owed is None or owed.clock.ended in {"undone", "erased"}:
        return message
    clock, about = owed.clock, _about(owed)
    if clock.ended_at:
        did = SAID.get(clock.ended or "")
        said = line(_who(clock.ended_by), f" {did} ", date(clock.ended_at), ".") if did else None
        return _with(message, rich(said, _answer(owed)))
    got_it = "Got it: back to nurture" if not owed.is_final else "Got it"
    buttons = [button(got_it, Action.GOT_IT, clock.id, about=about, style="primary")]
    if owed.refused_by:  # else nobody answered in time: there is no word of sales to act on
        buttons += [button("Will fix the data", Action.WILL_FIX, clock.id, about=about)]
        buttons += [button("I disagree", Action.DISAGREE, clock.id, about=f"about {about}")]
    return _with(message, rich(line("Please answer by ", date(clock.deadline_at), ".")), actions(*buttons))


def _with(message: Message, *more: Json | None) -> Message:
    return Message(message.text, [*message.blocks, *stacked(*more)], message.refresh_at)


def form(owed: Owed, how: Answer) -> Json:
    """Where marketing answers a rep: their question, or what they said when they gave the lead back."""
    about, rep = rich(line(bold(_about(owed)))), owed.clock.asked_by or owed.refused_by
    reads = "Whoever asked reads it beside their card." if how == "answered" else "Whoever refused it reads it."
    if how == "answered":
        said = rich(line(_who(rep), " asks: ", _quote(owed, owed.clock.words)))
        box = text_input(Field.NOTE, "Your answer", hint=reads, most=MOST)
        return modal("Answer", stacked(about, said, box), callback_id=Form.ANSWER, submit="Send", about=owed.clock.id)
    box = text_input(Field.NOTE, "What do you see differently?", hint=reads, most=MOST)
    return modal("I disagree", stacked(about, box), callback_id=Form.DISAGREE, submit="Send", about=owed.clock.id)


def _answered(owed: Owed) -> tuple[Leaf | None, ...]:
    at = owed.clock.ended_at
    return _who(owed.clock.ended_by), " answered", " " if at else None, date(at) if at else None, "."


def _moot(about: str) -> Json | None:
    return line("Not needed any more: ", bold(about), " is not with that rep any more.")


def _answer(owed: Owed) -> Json | None:
    return line(_quote(owed, owed.clock.answer)) if owed.clock.answer else None


def _quote(owed: Owed, words: str | None) -> Json:
    return quoted(masked(owed.facts, words or "…"))


def _who(person: str | None) -> Leaf:
    return user(person) if person and person != "baton" else "Sales"


def _about(owed: Owed) -> str:
    return lead_in_short(public_facts(owed.facts))


def _said(*lines: Json | None) -> Message:
    return Message(spoken(*lines), stacked(rich(*lines)))
