"""A story without contact details: what everybody but its owner may see.

Taken out of the story itself before anything is rendered, so that no view can let them through.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.domain.handoff import Agreement
from bot.domain.lead import Evidence, Facts
from bot.domain.policy import FieldCondition
from bot.domain.story import Story
from bot.views.text import clean
from bot.views.wording import address

Mask = Callable[[str], str]

HIDDEN = "…"
ADDRESS = re.compile(r"\S+(?:[@＠﹫]|%40)\S+|\S+\s[@＠﹫]\s?\S+\.\S+")
INTERNATIONAL = re.compile(r"(?:\+|\b00)\s?\d(?:[\s().\-/]*\d){6,}")
CONTACT_FIELD = re.compile(r"mail|phone|mobile", re.IGNORECASE)
PHONE_DIGITS_THAT_TELL = 7


def public(story: Story) -> Story:
    """The same story without e-mail address and phone number, wherever somebody may have written them."""
    mask = _mask(story.facts)
    handoff = story.handoff
    scoring = handoff.scoring.model_copy(
        update={"evidence": tuple(_evidence(one, story.agreement, mask) for one in handoff.scoring.evidence)}
    )
    return replace(
        story,
        facts=public_facts(story.facts),
        handoff=handoff.model_copy(update={"scoring": scoring, "detail": handoff.detail and mask(handoff.detail)}),
        signals=tuple(
            one.model_copy(update={"label": one.label and mask(one.label), "url": one.url and mask(address(one.url))})
            for one in story.signals
        ),
        follow_ups=tuple(replace(one, note=one.note and mask(one.note)) for one in story.follow_ups),
    )


def public_facts(facts: Facts) -> Facts:
    """Facts without e-mail address, phone number and the sender's id, in other fields too."""
    mask = _mask(facts)
    kept = facts.model_dump(exclude={"source", "email", "phone", "external_id"})
    return Facts.model_validate({**_masked(kept, mask), "source": mask(facts.source)})


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


def _evidence(evidence: Evidence, agreement: Agreement, mask: Mask) -> Evidence:
    private = evidence.criterion in _criteria_on_contact(agreement)
    return evidence.model_copy(update={"found": "" if private else mask(evidence.found)})


def _criteria_on_contact(agreement: Agreement) -> frozenset[str]:
    return frozenset(
        criterion.id
        for criterion in agreement.own.definition.criteria
        if isinstance(criterion.when, FieldCondition) and CONTACT_FIELD.search(criterion.when.field)
    )


def without_addresses(text: str) -> str:
    """Text in which e-mail addresses and international phone numbers are left out."""
    return INTERNATIONAL.sub(HIDDEN, ADDRESS.sub(HIDDEN, clean(text)))


def _mask(facts: Facts) -> Mask:
    own = _number(facts.phone or "")

    def mask(text: str) -> str:
        shown = without_addresses(text)
        return own.sub(HIDDEN, shown) if own else shown

    return mask


def _number(phone: str) -> re.Pattern[str] | None:
    """The last digits of this number, however they are grouped, and the digits before them."""
    digits = re.sub(r"\D", "", phone)[-PHONE_DIGITS_THAT_TELL:]
    if len(digits) < PHONE_DIGITS_THAT_TELL:
        return None
    between = r"[\s().\-/]*"
    return re.compile(rf"(?:\d{between})*" + between.join(digits))
