"""The quarterly question whether the definition is still right."""

from collections.abc import Sequence

from bot.domain.governing.review import Review
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
)
from bot.views.cards.status import somebody
from bot.views.ids import Action
from bot.views.wording import listed

FEW = 10
"""Of fewer decisions a percentage says nothing."""


def review(shown: Review, now_in_force: int, viewer: str) -> Message:
    """What the last quarter says of the definition, who would keep it, and what this person can do."""
    title = "Is our definition still right?"
    counts = line("Last quarter: ", bold(_leads(shown.mqls)), f"; {_accepted(shown)}." if shown.decided else ".")
    is_current = now_in_force == shown.version
    return Message(
        spoken(line(title), counts),
        stacked(
            header(title),
            rich(
                line(f"Version {shown.version} is in force since ", date(shown.since, DAY), ".") if is_current else None
            ),
            rich(
                counts,
                bullets(
                    (
                        _listed("Why leads were refused: ", shown.reasons),
                        _claims(shown),
                        _grades(shown.grades),
                    )
                ),
            ),
            rich(
                *(line(somebody(one.by, viewer), " would keep it, ", date(one.at, DAY), ".") for one in shown.kept),
                line(f"Version {now_in_force} is in force now.") if not is_current else None,
            ),
            _buttons(shown, viewer) if is_current else None,
        ),
    )


def _leads(number: int) -> str:
    return "1 qualified lead" if number == 1 else f"{number:,} qualified leads"


def _accepted(shown: Review) -> str:
    share = f" ({shown.accepted / shown.decided:.0%})" if shown.decided >= FEW else ""
    return f"sales accepted {shown.accepted} of {shown.decided}{share}"


def _listed(title: str, counted: Sequence[tuple[str, int]]) -> Json | None:
    return line(title, listed([f"{label} ({number})" for label, number in counted])) if counted else None


def _claims(shown: Review) -> Json | None:
    if not shown.claims:
        return None
    lacked = listed([f"“{label}” ({number})" for label, number in shown.lacked])
    told: Leaf = f", and lacked only {lacked}" if lacked else ""
    near = "1 near miss was" if shown.claims == 1 else f"{shown.claims} near misses were"
    return line(f"{near} claimed by reps", told, ".")


def _grades(grades: Sequence[tuple[str, int, int]]) -> Json | None:
    if not grades:
        return None
    return line("Accepted by grade: ", ", ".join(f"{label} {accepted} of {of}" for label, accepted, of in grades))


def _buttons(shown: Review, viewer: str) -> Json:
    kept = any(one.by == viewer for one in shown.kept)
    return actions(
        button("Propose a change", Action.PROPOSE, str(shown.version), style="primary"),
        *((button("Keep it", Action.KEEP_POLICY, shown.quarter),) * (not kept)),
    )
