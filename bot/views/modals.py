"""The windows in which people say more than a button can."""

from collections.abc import Sequence

from bot.domain.lead import Evidence
from bot.domain.policy import Reason
from bot.views.blocks import Json, Option, bold, choice, line, modal, rich, section, stacked, text_input
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
            ),
            _disputed(reasons, evidence, reason),
            _more(reasons, reason),
        ),
        callback_id=Form.REJECT,
        submit="Reject",
        about=handoff_id,
    )


def _means(reason: Reason) -> str:
    pause = f" for at least {reason.cool_off}" if reason.cool_off else ""
    return {
        "recycle": f"The lead goes back to marketing{pause}.",
        "disqualify": "The lead is disqualified and does not come back.",
        "reroute": "The lead goes to another team.",
    }[reason.means]


def _disputed(reasons: Sequence[Reason], evidence: Sequence[Evidence], chosen: Reason | None) -> Json | None:
    if not evidence or (chosen and chosen.asks != "evidence"):
        return None
    return choice(
        Field.EVIDENCE,
        "What was not right?",
        [(one.criterion, ": ".join(filter(None, (one.label, without_addresses(one.found))))) for one in evidence],
        placeholder="Choose what marketing got wrong",
        optional=chosen is None,
        hint="" if chosen else _needed_for(reasons, "evidence"),
    )


def _more(reasons: Sequence[Reason], chosen: Reason | None) -> Json:
    if chosen is None:
        return text_input(Field.DETAIL, "Tell marketing more", optional=True, hint=_needed_for(reasons, "detail"))
    if chosen.asks == "detail":
        return text_input(Field.DETAIL, "Tell marketing more")
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
