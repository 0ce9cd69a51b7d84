"""The definition in plain words: in the window of a card, and as the answer to `/lead policy`."""

from bot.domain.definition import Criterion, EvidenceGate, FieldCondition
from bot.domain.dossier import Agreed
from bot.domain.durations import Duration
from bot.domain.policy import Clock, Rung, Sla
from bot.views import definition as showing
from tests.views.reading import read
from tests.views.samples import RULES


def test_the_rules_in_force_are_told_in_plain_words() -> None:
    asked = Criterion(
        id="asked",
        label="Asked to be contacted",
        reading="engagement",
        points=40,
        half_life=Duration.parse("14 days"),
        when=FieldCondition(field="contact_requested", equals=True),
    )
    paths = (
        *RULES.definition.paths,
        RULES.definition.paths[0].model_copy(update={"label": "Asked", "requires": ("asked",)}),
    )
    definition = RULES.definition.model_copy(
        update={
            "criteria": (*RULES.definition.criteria, asked),
            "paths": paths,
            "evidence": EvidenceGate(required=("email", "company.name"), verified=("email",)),
        }
    )
    fast = Sla(
        acceptance=Clock(within=Duration.parse("15 minutes"), ladder=(Rung(at=100, do="remind"),)),
        marketing_handoff=Duration.parse("1 hour"),
    )
    shown = showing.message(Agreed(3, RULES.model_copy(update={"definition": definition, "sla": {"fast": fast}})))
    assert shown.text == "What Baton Makers calls a lead for sales (version 3): Fit and engaged and Asked."
    told = read(shown).split("\n")
    for words in (
        "What Baton Makers calls a lead for sales (version 3)",
        "• Fit and engaged: fit of at least 40 and engagement of at least 30",
        "• Asked: fit of at least 40, engagement of at least 30 and “Asked to be contacted”",
        "• Has authority: 20 points (job title matches vp)",
        "• Asked to be contacted: 40 points, half of it after 14 days (asked to be contacted: yes)",
        "Always with verified e-mail address and company name",
        "• Default: marketing hands over within 12 hours; sales answers within 4 business hours and follows up within "
        "the same business day",
        "• Fast: marketing hands over within 1 hour; sales answers within 15 minutes and follows up within "
        "the same business day",
        "• Not now: back to marketing for 90 days",
        "• Not my territory: to another team",
        "• Already a customer: disqualified",
    ):
        assert words in told
