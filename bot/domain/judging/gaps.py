"""What a lead does not meet, and what a rep may ask to find out."""

from collections.abc import Mapping

from bot.domain.definition import Criterion
from bot.domain.judging.conditions import Profile, lacks, unknown_field
from bot.domain.lead import Gap

ASKS: Mapping[str, str] = {
    "title": "What is your role?",
    "first_name": "Whom am I speaking with?",
    "last_name": "Whom am I speaking with?",
    "email": "Where may I send you a few lines?",
    "phone": "On which number do I reach you best?",
    "language": "Which language suits you best?",
    "time_zone": "When is a good time for you?",
    "consent": "May we stay in touch?",
    "pain_points": "What costs you most time today?",
    "company.name": "Which company are you with?",
    "company.domain": "What is your company's website?",
    "company.industry": "Which industry are you in?",
    "company.employees": "How many people work at your company?",
    "company.country": "Which country are you based in?",
    "company.region": "Which region are you based in?",
    "bant.budget": "What budget is set aside for this?",
    "bant.authority": "Who else decides about this?",
    "bant.need": "What should become easier for you?",
    "bant.timing": "When would you like to have this in place?",
}
"""What a rep may ask about a field of which nothing is known, where the criterion has no question of its own."""


def gap(criterion: Criterion, profile: Profile) -> Gap:
    """Why a lead does not meet a criterion, and the question that may close the gap."""
    why, found = lacks(criterion.when, profile)
    unknown = unknown_field(criterion.when, profile) if why == "unknown" else None
    return Gap(
        criterion=criterion.id,
        label=criterion.label,
        reading=criterion.reading,
        points=criterion.points,
        why=why,
        found=found,
        ask=criterion.ask or ASKS.get(unknown or "", ""),
    )
