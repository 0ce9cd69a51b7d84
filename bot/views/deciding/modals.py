"""The windows in which people say more than a button can."""

from collections.abc import Sequence

from bot.domain.lead import Evidence
from bot.domain.policy import Reason
from bot.views.blocks import Json, Option, bold, bullets, choice, line, modal, rich, section, stacked, text_input
from bot.views.cards import facts
from bot.views.ids import Action, Field, Form
from bot.views.privacy import HIDDEN, without_addresses
from bot.views.text import ours
from bot.views.wording import HOW, OUTCOMES, listed

HAND_OVER_NOTE = 500
"""How long a word for whoever gets the lead next may be."""


def reject(
    handoff_id: str,
    lead_name: str,
    reasons: Sequence[Reason],
    evidence: Sequence[Evidence],
    chosen: str | None = None,
) -> Json:
    """Why sales refuses a lead; once a reason is chosen, only what it asks for is shown, under the same ids."""
    reason = next((one for one in reasons if one.id == chosen), None)
    return modal(
        "Reject this lead",
        stacked(
            _about(lead_name),
            choice(
                Field.REASON,
                "Why is it not for you?",
                [(one.id, one.label) for one in reasons],
                placeholder="Choose a reason",
                action_id=Action.CHOOSE_REASON,
                chosen=chosen,
                hint=_means(reason) if reason else "Marketing sees your reason and learns from it.",
                described={one.id: in_short(one) for one in reasons},
            ),
            *_disputed(reasons, evidence, reason),
            _more(reasons, reason),
        ),
        callback_id=Form.REJECT,
        submit="Reject",
        about=handoff_id,
    )


def _means(reason: Reason) -> str:
    """What the reason does to the lead, and to the rep's turn."""
    pause = f" for at least {reason.cool_off}" if reason.cool_off else ""
    lead = {
        "recycle": f"The lead goes back to marketing{pause}.",
        "disqualify": "The lead is disqualified and does not come back.",
        "reroute": "The lead is good and goes to another team.",
    }[reason.means]
    return f"{lead} {'You keep your turn.' if reason.gives_turn_back else 'It counts as your turn.'}"


def in_short(reason: Reason) -> str:
    """The same in the few words that fit below a reason in a list."""
    pause = f" for {reason.cool_off}" if reason.cool_off else ""
    lead = {
        "recycle": f"Back to marketing{pause}",
        "disqualify": "Disqualified for good",
        "reroute": "Good lead, for another team",
    }[reason.means]
    return f"{lead}; {'you keep your turn' if reason.gives_turn_back else 'counts as your turn'}"


def _disputed(reasons: Sequence[Reason], evidence: Sequence[Evidence], chosen: Reason | None) -> list[Json]:
    """What the lead was handed over for, line by line, and which line was wrong; not where the lead itself is good."""
    if not evidence or (chosen and chosen.means == "reroute"):
        return []
    needed = chosen is not None and chosen.asks == "evidence"
    which = choice(
        Field.EVIDENCE,
        "What was not right?" if needed else "Was one of these wrong?",
        evidence_options(evidence),
        placeholder="Choose what marketing got wrong",
        optional=not needed,
        hint="" if chosen else _needed_for(reasons, "evidence"),
    )
    return stacked(rich(line(bold("Handed over because")), bullets(map(_without_contact, evidence))), which)


def _without_contact(one: Evidence) -> Json | None:
    return facts.evidence_line(one.model_copy(update={"found": without_addresses(one.found)}), how=True)


def evidence_options(evidence: Sequence[Evidence]) -> list[Option]:
    """Each line by its criterion, with what met it."""
    return [(one.criterion, ": ".join(filter(None, (one.label, without_addresses(one.found))))) for one in evidence]


def _more(reasons: Sequence[Reason], chosen: Reason | None) -> Json:
    if chosen is None:
        return text_input(Field.DETAIL, "Tell marketing more", optional=True, hint=_needed_for(reasons, "detail"))
    if chosen.asks == "detail":
        return text_input(Field.DETAIL, "Tell marketing more")
    if chosen.means == "reroute":
        return text_input(Field.DETAIL, "A word for whoever gets it?", optional=True, most=HAND_OVER_NOTE)
    return text_input(Field.DETAIL, "Anything to add?", optional=True)


def _needed_for(reasons: Sequence[Reason], asked: str) -> str:
    labels = [f"“{one.label}”" for one in reasons if one.asks == asked]
    return f"Needed for {listed(labels)}." if labels else ""


def follow_up(handoff_id: str, lead_name: str) -> Json:
    """How the rep got in touch, and what came of it."""
    return modal(
        "Log a follow-up",
        stacked(
            _about(lead_name),
            choice(Field.HOW, "How did you get in touch?", list(HOW.items()), placeholder="Choose one"),
            choice(Field.OUTCOME, "What came of it?", list(OUTCOMES.items()), placeholder="Choose one"),
            text_input(Field.NOTE, "Note", optional=True),
        ),
        callback_id=Form.FOLLOW_UP,
        submit="Log it",
        about=handoff_id,
    )


def reassign(handoff_id: str, lead_name: str, reps: Sequence[Option]) -> Json:
    """Which rep (Slack id and name) is offered the lead next; says so when there is nobody to choose."""
    if not reps:
        return said("Reassign", "Nobody else is in this team.")
    return modal(
        "Reassign this lead",
        stacked(
            _about(lead_name),
            choice(Field.REP, "Who should have it?", reps, placeholder="Choose a rep", hint="Their clock starts anew."),
            text_input(Field.NOTE, "What should they know?", optional=True, most=HAND_OVER_NOTE),
        ),
        callback_id=Form.REASSIGN,
        submit="Reassign",
        about=handoff_id,
    )


def object_policy(version: int) -> Json:
    """What a signer would change before signing."""
    return modal(
        f"Object to version {version}",
        [text_input(Field.DETAIL, "What should change?", hint="Everyone who signs sees your words.")],
        callback_id=Form.OBJECT,
        submit="Object",
        about=str(version),
    )


def said(title: str, words: str) -> Json:
    """A window with something to read and a way out; `words` are ours, as those of a Refusal."""
    return modal(title, [section(ours(words))], close="Close")


def _about(lead_name: str) -> Json | None:
    shown = without_addresses(lead_name)
    return None if shown == HIDDEN else rich(line(bold(shown)))
