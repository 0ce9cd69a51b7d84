"""What sales should know of a campaign, in marketing's words."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Brief:
    """One campaign: what it is about, what its leads were promised, where to read more, who wrote it and when."""

    campaign: str
    words: str
    offer: str | None
    url: str | None
    by: str
    at: datetime


def same_campaign(name: str) -> str:
    """Campaigns with the same of this are one campaign: case and white space make no difference."""
    return " ".join(name.split()).casefold()
