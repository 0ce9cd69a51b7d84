"""What each stage of a lead means, and which of the two teams answers for it."""

from collections.abc import Mapping
from typing import Literal

from bot.domain.lead import Stage

Side = Literal["marketing", "sales"]

OWNER: Mapping[Stage, Side] = {
    Stage.SUSPECT: "marketing",
    Stage.PROSPECT: "marketing",
    Stage.RECYCLED: "marketing",
    Stage.DISQUALIFIED: "marketing",
    Stage.MQL: "sales",
    Stage.SQL: "sales",
    Stage.OPPORTUNITY: "sales",
    Stage.WON: "sales",
    Stage.LOST: "sales",
}
"""Exactly one: marketing until the lead is handed over, then sales until it gives the lead back."""

NAMES: Mapping[Stage, str] = {
    Stage.SUSPECT: "Suspect",
    Stage.PROSPECT: "Prospect",
    Stage.MQL: "Marketing-qualified (MQL)",
    Stage.SQL: "Sales-qualified (SQL)",
    Stage.OPPORTUNITY: "Opportunity",
    Stage.WON: "Won",
    Stage.LOST: "Lost",
    Stage.RECYCLED: "Recycled",
    Stage.DISQUALIFIED: "Disqualified",
}

MEANS: Mapping[Stage, str] = {
    Stage.SUSPECT: "Known by name, and meets nothing of the definition yet.",
    Stage.PROSPECT: "Meets part of the definition; marketing keeps in touch.",
    Stage.MQL: "Meets the definition and was handed to a rep, who has not answered yet.",
    Stage.SQL: "A rep accepted it and follows up.",
    Stage.OPPORTUNITY: "Sales works on a deal with it.",
    Stage.WON: "Became a customer.",
    Stage.LOST: "The deal came to nothing.",
    Stage.RECYCLED: "Sales gave it back with a reason; it may qualify again.",
    Stage.DISQUALIFIED: "Not for us; it does not come back by itself.",
}
"""Baton's words, in place of which the two teams may write their own (`stages` in the policy)."""


def meaning(stage: Stage, own: Mapping[Stage, str]) -> str:
    """What the two teams say of this stage, else what Baton does."""
    return own.get(stage) or MEANS[stage]
