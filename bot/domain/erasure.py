"""What stays of a lead whose person was erased: enough for the numbers, nothing of the person."""

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.lead import Facts

KEPT_WHY: Final = frozenset(
    {
        *("by", "path", "fit", "engagement", "reason", "means", "rung", "do", "due_at", "to", "lost", "was"),
        *("outcome", "consent", "fields", "checked"),
        *("account", "survivor", "absorbed", "merge", "likeness", "told"),
        *("origin", "list", "short", "missing", "lacking"),
        *("came", "attempt", "until", "more"),
        *("from_version", "to_version", "deadline_was", "deadline", "due_was"),
    }
)
"""What history may go on saying of why: ids of ours, points, and our own people. Whatever else it says is erased."""


def facts(known: Facts) -> Facts:
    """Where the lead came from, which the numbers are divided by."""
    return Facts(source=known.source, campaign=known.campaign)


def offer_why(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Who handed the lead on, without their words."""
    if "handed_on" not in stored:
        return dict(stored)
    kept = {key: one for key, one in stored["handed_on"].items() if key != "note"}
    return {**stored, "handed_on": kept}


def scoring(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Which criteria were met and which not, and no more by what or when; takes and gives a scoring as stored."""
    met = [{**one, "found": "", "at": None, "how": ""} for one in stored.get("evidence", ())]
    unmet = [{**one, "found": ""} for one in stored.get("gaps", ())]
    return {**stored, "evidence": met, "gaps": unmet}
