"""What somebody's status in Slack, and its do-not-disturb, say of whether they can take leads."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EMOJI = frozenset(
    {
        *("palm_tree", "desert_island", "beach_with_umbrella", "face_with_thermometer", "thermometer"),
        *("sneezing_face", "nauseated_face", "camping", "tent", "hospital", "ooo", "out-of-office"),
    }
)
"""Of Slack's own suggestions for a holiday and for being ill, and their kin; a bus, a house or a calendar is none."""
WORDS = (
    *(
        "vacation",
        "vacationing",
        "holidays?",
        "on leave",
        "annual leave",
        "sick",
        "ill",
        "out of (?:the )?office",
        "ooo",
    ),
    *("parental leave", "maternity", "paternity", "pto", "days? off", "time off", "off today", "off work", "off until"),
    *("away until", "sabbatical", "jury duty"),
    *("urlaub", "ferien", "krank", "krankgeschrieben", "elternzeit", "mutterschutz", "abwesend", "nicht im büro"),
    *("vacances", "congés?", "malade", "absente?", "vacaciones", "de baja", "enferm[oa]", "fuera de la oficina"),
    *("férias", "doente", "ausente", "licença", "ferie", "malat[oa]", "vakantie", "ziek", "verlof", "urlop"),
)
AWAY = re.compile(rf"\b(?:{'|'.join(WORDS)})\b|休暇|病欠|休假", re.IGNORECASE)
"""What says so in the languages of most workspaces."""
HERE = re.compile(
    r"\b(meeting|commuting|lunch|remote(ly)?|home ?office|wfh|focus|in a call|huddle|planning|back from|back on)\b",
    re.IGNORECASE,
)
"""Words of somebody who works, whatever else they say: `Planning my vacation`, `Back from vacation`."""
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when Slack says that they take nothing; without an end, until it says something else."""

    starts_at: datetime
    ends_at: datetime | None
    key: str
    """The same for as long as Slack says the same; no word of what a status said is in it."""


def of_status(text: str, emoji: str, expiration: int, now: datetime) -> Window | None:
    """Since now, where the status says that they are away; None where it says that they work, or nothing of it.

    An expiration that has passed, or lies further ahead than a year, says nothing.
    """
    says_so = AWAY.search(text) or (emoji.strip(":") in EMOJI and not text) or _emoji_and_words(text, emoji)
    if HERE.search(text) or not says_so:
        return None
    if not expiration:
        return Window(now, None, "no end")
    return _window(now, _moment(expiration), now, f"until {expiration}")


def _emoji_and_words(text: str, emoji: str) -> bool:
    """A palm tree beside other words says so too: they name the place, or who stands in."""
    return bool(text) and emoji.strip(":") in {"palm_tree", "desert_island", "face_with_thermometer"}


def of_do_not_disturb(enabled: bool, starts: int, ends: int, now: datetime) -> Window | None:
    """The window that runs, or the next one; None where there is none."""
    begins, over = _moment(starts), _moment(ends)
    return _window(begins, over, now, f"{starts} to {ends}") if enabled and begins else None


def _window(begins: datetime, ends: datetime | None, now: datetime, key: str) -> Window | None:
    if ends is None or ends <= max(now, begins) or ends > now + LONGEST:
        return None
    return Window(begins, ends, key)


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4_102_444_800 else None
