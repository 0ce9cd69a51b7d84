"""What a rep may open the first call with: taken from what is known and what is missing, and never invented."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from urllib.parse import urlsplit

from bot.domain.lead import Gap, Signal
from bot.domain.policy import Policy

MOST = 3
LONGEST_QUOTE = 80
PAGE = re.compile(r"[a-z]{3,20}([-_][a-z]{2,20}){0,2}", re.IGNORECASE)
"""A word or three of an address that people would say; ids and codes are not."""

ABOUT: Mapping[str, str] = {
    "webinar_attended": "What did you take away from “{label}”?",
    "webinar_registered": "What would you like to get out of “{label}”?",
    "event_visit": "What brought you to “{label}”?",
    "ebook_download": "What made you pick up “{label}”?",
    "page_view": "What were you looking for on “{label}”?",
}
"""A question about the last thing somebody did, where it has a name."""
WITHOUT_LABEL: Mapping[str, str] = {
    "demo_requested": "What would you like to see in the demo?",
    "webinar_attended": "What did you take away from the webinar?",
    "ebook_download": "What made you download the e-book?",
    "event_visit": "What brought you to the event?",
}
ON_PAGE = "What were you looking for on the {page} page?"
ON_PAIN = "You mentioned “{pain}”: what does it cost you today?"


def questions(
    policy: Policy,
    gaps: Sequence[Gap],
    personas: Sequence[str],
    pain_points: Sequence[str],
    last: Signal | None,
) -> tuple[str, ...]:
    """At most three: their pain, what the two teams wrote for such people, what is not known, and what they last did.

    One of each kind comes before a second of any. Texts of the lead's are quoted as given, so give them clean.
    """
    kinds = (_on_pains(pain_points), _of_personas(policy, personas), _asks(gaps), _on_last(last))
    in_turn = chain.from_iterable(zip_longest(*kinds))
    return tuple(dict.fromkeys(filter(None, in_turn)))[:MOST]


def asked(gaps: Sequence[Gap]) -> list[Gap]:
    """What is not known and can be asked, most points first."""
    open_ones = [gap for gap in gaps if gap.why == "unknown" and gap.ask and gap.points > 0]
    return sorted(open_ones, key=lambda gap: -gap.points)


def _asks(gaps: Sequence[Gap]) -> Iterator[str]:
    return (gap.ask for gap in asked(gaps))


def _on_pains(pain_points: Sequence[str]) -> Iterator[str]:
    """About the first: asked of every one, it would be a form."""
    quotes = list(filter(None, map(_quotable, pain_points)))
    return (ON_PAIN.format(pain=quote) for quote in quotes[:1])


def _of_personas(policy: Policy, personas: Sequence[str]) -> Iterator[str]:
    found = (policy.persona(one) for one in personas)
    return (question for persona in found if persona for question in persona.questions)


def _on_last(last: Signal | None) -> Iterator[str]:
    if last is None:
        return
    kind, label = last.kind.casefold(), _quotable(last.label or "")
    page = _page(last.url or "") if kind == "page_view" else None
    if label and kind in ABOUT:
        yield ABOUT[kind].format(label=label)
    elif page:
        yield ON_PAGE.format(page=page)
    elif kind in WITHOUT_LABEL:
        yield WITHOUT_LABEL[kind]


def _page(url: str) -> str | None:
    """The first part of the path, where it reads like words."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        steps = [step for step in parts.path.split("/") if step]
    except ValueError:
        return None
    return re.sub("[-_]", " ", steps[0]).lower() if steps and PAGE.fullmatch(steps[0]) else None


def _quotable(text: str) -> str:
    """On one line, without quotation marks of its own, short enough to be said."""
    flat = " ".join(re.sub('[“”„"«»]', " ", text).split()).rstrip(" .,;:!?")
    return flat if len(flat) <= LONGEST_QUOTE else flat[: LONGEST_QUOTE - 1].rstrip() + "…"
