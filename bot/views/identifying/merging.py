"""To marketing: two leads that may be one person, and two that became one. Without contact details."""

from bot.domain.handoff import BATON
from bot.domain.identifying.pairs import Beside, Pair, Said
from bot.views.blocks import (
    DAY,
    Json,
    Leaf,
    Message,
    actions,
    bold,
    bullets,
    button,
    date,
    header,
    line,
    rich,
    spoken,
    stacked,
    user,
)
from bot.views.ids import Action
from bot.views.privacy import public_facts
from bot.views.text import known
from bot.views.wording import STAGES, lead_in_short, listed, person_line

FIELDS = {"domain": "web domain"}
"""What the fields that were compared are called, where it is not their own name."""


def likeness(pair: Pair) -> Message:
    """Who the two are, what they have in common, and the question; what came of it, once it is answered."""
    about = lead_in_short(public_facts(pair.sides[0].facts))
    if pair.said:
        return _answered(pair, about)
    title = f"One person or two? {about}"
    return Message(
        spoken(line(f"{title}."), _compared(pair)),
        stacked(
            header(title),
            rich(bullets(map(_side, pair.sides)), _compared(pair)),
            actions(
                button("Same person", Action.SAME_PERSON, str(pair.id), about=about, style="primary"),
                button("Two people", Action.TWO_PEOPLE, str(pair.id), about=about),
            ),
        ),
    )


def merged(pair: Pair) -> Message:
    """That two leads became one because one message named both, and the way back."""
    return _answered(pair, lead_in_short(public_facts(pair.sides[0].facts)))


def _answered(pair: Pair, about: str) -> Message:
    told = _verdict(pair, about)
    buttons = _undo(pair, about) if pair.merge and not pair.undone else None
    return Message(spoken(told), stacked(rich(told, bullets(map(_side, pair.sides))), buttons))


def _undo(pair: Pair, about: str) -> Json | None:
    return actions(button("Undo", Action.UNDO_MERGE, str(pair.merge), about=f"the merge of {about}"))


def _verdict(pair: Pair, about: str) -> Json | None:
    if pair.undone:
        return line(bold("Two people after all: "), about, ", says ", *_who(pair.undone), ".")
    if pair.said is None or not pair.said.same:
        return line(bold("Two people: "), about, *((", says ", *_who(pair.said)) if pair.said else ()), ".")
    if pair.said.by == BATON:
        return line(bold("Two leads became one: "), about, ". One message named both ", date(pair.said.at), ".")
    return line(bold("One person: "), about, ", says ", *_who(pair.said), ".")


def _who(said: Said) -> tuple[Leaf, ...]:
    return user(said.by), " ", date(said.at)


def _side(side: Beside) -> Json | None:
    """`Ana Silva, VP Operations · Acme · webinar, 12 Nov · with @Rita`."""
    facts = public_facts(side.facts)
    company, source = known(facts.company.name), known(facts.source)
    where: tuple[Leaf, ...] = (" · with ", user(side.owner)) if side.owner else (f" · {STAGES[side.stage]}",)
    return line(
        bold(person_line(facts)),
        f" · {company}" if company else None,
        f" · {source}, " if source else " · ",
        date(side.since, DAY),
        *where,
    )


def _compared(pair: Pair) -> Json | None:
    same, other = (listed([FIELDS.get(one, one) for one in some]) for some in (pair.found.alike, pair.found.differs))
    told = (
        *((bold("The same: "), f"{same}. ") if same else ()),
        *((bold("Different: "), f"{other}.") if other else ()),
    )
    return line(*told)
