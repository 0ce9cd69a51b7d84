"""A story without contact details: what everybody but its owner may see.

Taken out of the story itself before anything is rendered, so that no view can let them through.
"""

import re
from collections.abc import Callable, Container, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from bot.domain.briefs import Brief
from bot.domain.definition import FieldCondition, leaves
from bot.domain.handoff import Agreement
from bot.domain.lead import Evidence, Facts, Gap, Signal
from bot.domain.story import HandedOn, Story
from bot.views.text import clean
from bot.views.wording import address

Mask = Callable[[str], str]
Line = TypeVar("Line", Evidence, Gap)

HIDDEN = "…"
ADDRESS = re.compile(r"(?<!\S)\S+(?:[@＠﹫]|%40)\S+|(?<!\S)\S+\s[@＠﹫]\s?\S+\.\S+")
NUMBER = re.compile(r"(?:\+\s?)?\(?\d(?:[\s().\-/]*\d)*")
AT = re.compile(r"[@＠﹫]|%40")
NO_DIGIT = re.compile(r"\D+")
CONTACT_FIELD = re.compile(r"mail|phone|mobile", re.IGNORECASE)
DIGITS_THAT_TELL = 7
"""So many last digits of a phone number give it away."""
ENOUGH_DIGITS = re.compile(rf"(?:\d\D*){{{DIGITS_THAT_TELL}}}")
NOBODYS = {"email": None, "phone": None, "external_id": None}


def public(story: Story) -> Story:
    """The same story without e-mail address and phone number, wherever somebody may have written them."""
    mask, private = _mask(story.facts), _criteria_on_contact(story.agreement)
    handoff = story.handoff
    scoring = handoff.scoring.model_copy(
        update={
            "evidence": tuple(_without_contact(one, private, mask) for one in handoff.scoring.evidence),
            "gaps": tuple(_without_contact(one, private, mask) for one in handoff.scoring.gaps),
        }
    )
    written = {"detail": handoff.detail and mask(handoff.detail), "note": handoff.note and mask(handoff.note)}
    return replace(
        story,
        facts=public_facts(story.facts),
        handoff=handoff.model_copy(update={"scoring": scoring, **written}),
        signals=tuple(_signal(one, mask) for one in story.signals),
        follow_ups=tuple(
            replace(one, how=mask(one.how), outcome=mask(one.outcome), note=one.note and mask(one.note))
            for one in story.follow_ups
        ),
        outcomes=tuple(
            replace(one, currency=one.currency and mask(one.currency), reason=one.reason and mask(one.reason))
            for one in story.outcomes
        ),
        earlier=tuple(
            replace(one, detail=one.detail and mask(one.detail), disputed=one.disputed and mask(one.disputed))
            for one in story.earlier
        ),
        brief=story.brief and _brief(story.brief, mask),
        handed_on=story.handed_on and _handed_on(story.handed_on, mask),
    )


def _handed_on(handed_on: HandedOn, mask: Mask) -> HandedOn:
    return replace(handed_on, note=handed_on.note and mask(handed_on.note))


def _brief(brief: Brief, mask: Mask) -> Brief:
    return replace(
        brief,
        campaign=mask(brief.campaign),
        words=mask(brief.words),
        offer=brief.offer and mask(brief.offer),
        url=brief.url and mask(brief.url),
    )


def public_evidence(evidence: Iterable[Evidence], facts: Facts, agreement: Agreement) -> tuple[Evidence, ...]:
    """Lines of evidence of this lead without its contact details."""
    mask, private = _mask(facts), _criteria_on_contact(agreement)
    return tuple(_without_contact(one, private, mask) for one in evidence)


def public_facts(facts: Facts) -> Facts:
    """Facts without e-mail address, phone number and the sender's id, in other fields too."""
    mask = _mask(facts)
    known = facts.model_dump(exclude=NOBODYS.keys() | {"source"}, exclude_none=True)
    shown, source = _masked(known, mask), mask(facts.source)
    if shown == known and source == facts.source:  # nearly always
        return facts.model_copy(update=NOBODYS)
    return Facts.model_validate({**shown, "source": source})


def public_name(facts: Facts) -> str:
    """The person's name, never the address or number that stands in for an unknown one."""
    return public_facts(facts).name


def _masked(value: Any, mask: Mask) -> Any:
    """Every text in it masked; one that was nothing but contact details counts as unknown."""
    if isinstance(value, str):
        shown = mask(value)
        return None if shown == HIDDEN else shown
    if isinstance(value, dict):
        inner = {key: _masked(one, mask) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one is not None}
    if isinstance(value, list | tuple):
        return tuple(one for one in (_masked(one, mask) for one in value) if one is not None)
    return value


def _without_contact(one: Line, private: Container[str], mask: Mask) -> Line:
    found = "" if one.criterion in private else mask(one.found)
    return one if found == one.found else one.model_copy(update={"found": found})


def _signal(signal: Signal, mask: Mask) -> Signal:
    shown = {"label": signal.label and mask(signal.label), "url": signal.url and mask(address(signal.url))}
    return signal.model_copy(update={"kind": mask(signal.kind), **shown})


def _criteria_on_contact(agreement: Agreement) -> frozenset[str]:
    return frozenset(
        criterion.id
        for definition in agreement.own.all_definitions
        for criterion in definition.criteria
        if any(isinstance(one, FieldCondition) and CONTACT_FIELD.search(one.field) for one in leaves(criterion.when))
    )


def without_addresses(text: str) -> str:
    """Text in which e-mail addresses and international phone numbers are left out."""
    return _hidden(text, "")


def masked(facts: Facts, text: str) -> str:
    """What somebody wrote about this lead, without e-mail addresses and phone numbers."""
    return _mask(facts)(text)


def _mask(facts: Facts) -> Mask:
    return partial(_hidden, own=NO_DIGIT.sub("", facts.phone or "")[-DIGITS_THAT_TELL:])


def _hidden(text: str, own: str) -> str:
    """Text without addresses, and without phone numbers that are international or end in `own`."""

    def unless_phone(number: re.Match[str]) -> str:
        digits = NO_DIGIT.sub("", number[0])
        international = number[0].startswith(("+", "00")) and len(digits) >= DIGITS_THAT_TELL
        known = len(own) == DIGITS_THAT_TELL and own in digits
        return HIDDEN if international or known else number[0]

    shown = clean(text)
    if AT.search(shown):  # to look for whole addresses and numbers takes far longer than to see that there are none
        shown = ADDRESS.sub(HIDDEN, shown)
    return NUMBER.sub(unless_phone, shown) if ENOUGH_DIGITS.search(shown) else shown
