"""The day on which a policy comes into force: it begins at midnight where the first team works."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.policy import Policy


def zone_of(policy: Policy) -> ZoneInfo:
    return ZoneInfo(policy.calendar(policy.teams[0].id).zone)


def begins(policy: Policy, day: date) -> datetime:
    """The moment (UTC) at which that day begins."""
    return datetime.combine(day, time(), zone_of(policy)).astimezone(UTC)


def day_of(policy: Policy, at: datetime) -> date:
    """The day that it is there at this moment."""
    return at.astimezone(zone_of(policy)).date()
