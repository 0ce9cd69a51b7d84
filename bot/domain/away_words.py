"""Reading from when until when somebody is away, as people type it, in their own time zone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.business_time import opening_after
from bot.domain.calendars import WEEKDAYS, Calendar
from bot.domain.handoff import Refusal

LONGEST = timedelta(days=366)
FARTHEST = timedelta(days=800)
JUST_OVER = timedelta(days=60)
"""A day of this year that has passed so recently is a slip, not next year's."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WHAT_TO_WRITE = (
    "Write `/lead away until fri`, `until 24 Dec`, `until 14:00`, `3 days` or `from 1 Dec until 5 Dec`; "
    "`/lead away` alone lasts until you type `/lead back`."
)

ENDS_FIRST = Refusal("That would end before it begins. Write the first day first.")

DAY_NAMES = "mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
MONTH_NAMES = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
CLOCK = re.compile(
    r"(?:^| at |[ t])(?P<time>(?P<hour>[01]?[0-9]|2[0-4])(?::(?P<minute>[0-5][0-9]))? ?(?P<half>am|pm)?)$"
)
ON = re.compile(
    rf"(?:on )?(?:the )?(?:"
    rf"(?P<near>today|tomorrow)"
    rf"|(?:next |this )?(?P<weekday>{DAY_NAMES})"
    rf"|(?P<iso>[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}})"
    rf"|(?P<d1>[0-9]{{1,2}})(?:st|nd|rd|th|\.)? (?:of )?(?P<m1>{MONTH_NAMES})\.?,?(?: (?P<y1>[0-9]{{4}}))?"
    rf"|(?P<m2>{MONTH_NAMES})\.? (?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?,?(?: (?P<y2>[0-9]{{4}}))?"
    rf"|(?P<d3>[0-9]{{1,2}})\.(?P<m3>[0-9]{{1,2}})\.?(?P<y3>[0-9]{{4}})?"
    rf")"
)
LENGTH = re.compile(r"(?:for )?(?P<count>an?|[0-9]{1,4}) (?P<unit>minute|hour|day|week)s?")
FROM = re.compile(
    r"(?:from|starting) (?P<start>.+?)(?: (?:until|till?|to|through|-|–) (?P<end>.+)| (?P<length>for .+))"
)
SPAN = re.compile(r"(?P<start>.+?) (?:to|-|–) (?P<end>.+)")
UNTIL = re.compile(r"(?:(?:until|till?|through) )?(?P<end>.+)")


@dataclass(frozen=True, slots=True)
class Away:
    """From when until when; without an end, until they say that they are back."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and a time of it where one was said."""

    day: date
    of_day: time | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """What somebody picked in a form: a day, a time of it, or a time of today."""

    day: date | None
    of_day: time | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """In whose zone words are read, and by whose working hours a day that is named ends."""

    zone: ZoneInfo
    hours: Calendar
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def at(self, day: date, of_day: time) -> datetime:
        """That time of that day, or of the last day that is reckoned with: nobody is away so far ahead, or back."""
        near = min(max(day, self.today - FARTHEST), self.today + FARTHEST)
        return datetime.combine(near, of_day, self.zone).astimezone(UTC)

    def back_after(self, day: date) -> datetime:
        """The start of the first shift that begins after that day."""
        midnight = self.at(min(day, self.today + FARTHEST) + timedelta(days=1), time())
        return opening_after(self.hours, midnight - timedelta.resolution)


class _Unclear(Exception):
    """What was typed cannot be read, or cannot be meant; the words say what to write."""


def read(written: str, speaker: Speaker) -> Away | Refusal:
    """From when until when, by what was typed after `/lead away`; or what to type instead."""
    text = re.sub(r"\s+", " ", written.strip().lower().rstrip("!?"))
    try:
        if not text:
            return Away(speaker.now)
        if found := LENGTH.fullmatch(text):
            return checked(Away(speaker.now, _after(found, Moment(speaker.today), speaker, speaker.now)), speaker)
        if found := FROM.fullmatch(text) or SPAN.fullmatch(text):
            return _span(found, speaker)
        found = UNTIL.fullmatch(text)
        end = _moment(found["end"], speaker) if found else None
        if end is None:
            return Refusal(f"I cannot read that. {WHAT_TO_WRITE}")
        return checked(Away(speaker.now, _ends(end, speaker)), speaker)
    except _Unclear as unclear:
        return Refusal(str(unclear))


def between(start: Picked, end: Picked, speaker: Speaker) -> Away | Refusal:
    """The same from what was picked in a form: from now where nothing was, and until they say that they are back."""
    first, last = _picked(start, speaker), _picked(end, speaker)
    if first and last and last.day < first.day:
        return ENDS_FIRST
    begins = max(_starts(first, speaker), speaker.now) if first else speaker.now
    return checked(Away(begins, _ends(last, speaker) if last else None), speaker)


def _picked(picked: Picked, speaker: Speaker) -> Moment | None:
    if picked.day is None and picked.of_day is None:
        return None
    return Moment(picked.day or speaker.today, picked.of_day)


def checked(away: Away, speaker: Speaker) -> Away | Refusal:
    """What can be meant, or what is wrong with it."""
    if away.starts_at > speaker.now + LONGEST or (away.ends_at and away.ends_at > speaker.now + LONGEST):
        return Refusal("That is more than a year from now. Say it again nearer the time.")
    if away.ends_at and away.ends_at <= speaker.now:
        return Refusal(f"That is over already. {WHAT_TO_WRITE}")
    if away.ends_at and away.ends_at <= away.starts_at:
        return ENDS_FIRST
    return away


def _span(found: re.Match[str], speaker: Speaker) -> Away | Refusal:
    start = _moment(found["start"], speaker)
    if start is None:
        raise _Unclear(f"I cannot read “from {_quoted(found['start'])}”. {WHAT_TO_WRITE}")
    begins = max(_starts(start, speaker), speaker.now)
    written = found.groupdict()
    if written.get("length"):
        length = LENGTH.fullmatch(written["length"])
        if length is None:
            raise _Unclear(f"I cannot read “{_quoted(written['length'])}”. {WHAT_TO_WRITE}")
        return checked(Away(begins, _after(length, start, speaker, begins)), speaker)
    end = _moment(found["end"], speaker, since=start.day)
    if end is None:
        raise _Unclear(f"I cannot read “until {_quoted(found['end'])}”. {WHAT_TO_WRITE}")
    return checked(Away(begins, _ends(end, speaker)), speaker)


def _quoted(written: str) -> str:
    """What they typed, short and without anything that Slack would read as markup."""
    return re.sub(r"[^\w .:,-]", "", written)[:30]


def _starts(start: Moment, speaker: Speaker) -> datetime:
    return speaker.at(start.day, start.of_day or time())


def _ends(end: Moment, speaker: Speaker) -> datetime:
    return speaker.at(end.day, end.of_day) if end.of_day is not None else speaker.back_after(end.day)


def _after(length: re.Match[str], start: Moment, speaker: Speaker, begins: datetime) -> datetime:
    """So many minutes or hours on; of days and weeks the first counts, and they end as a day that is named does."""
    count = 1 if length["count"] in {"a", "an"} else int(length["count"])
    if not count:
        raise _Unclear(WHAT_TO_WRITE)
    if length["unit"] in {"minute", "hour"}:
        return begins + timedelta(minutes=count * (60 if length["unit"] == "hour" else 1))
    return speaker.back_after(start.day + timedelta(days=min(count * (7 if length["unit"] == "week" else 1), 1000) - 1))


def _moment(written: str, speaker: Speaker, since: date | None = None) -> Moment | None:
    """The day and time that words name, the first one that is still to come (from `since` on)."""
    clock = CLOCK.search(written)
    of_day = _time(clock) if clock else None
    named = written[: clock.start()] if clock and of_day is not None else written
    if not named and of_day is not None:
        if since is None and speaker.at(speaker.today, of_day) <= speaker.now:
            raise _Unclear(f"{of_day:%H:%M} is over for today. Write `until tomorrow {of_day:%H:%M}` if you mean that.")
        return Moment(since or speaker.today, of_day)
    found = ON.fullmatch(named)
    if found is None:
        found, of_day = ON.fullmatch(written), None
    day = _day(found, of_day, speaker, since or speaker.today) if found else None
    return Moment(day, of_day) if day else None


def _time(found: re.Match[str]) -> time | None:
    """A time that is plainly one: with minutes, or with am or pm."""
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        return time(hour % 12 + (12 if half == "pm" else 0), minute) if 1 <= hour <= 12 else None
    return time(hour, minute) if found["minute"] and hour < 24 else None


def _day(found: re.Match[str], of_day: time | None, speaker: Speaker, since: date) -> date:
    if found["near"]:
        return speaker.today + timedelta(days=found["near"] == "tomorrow")
    if found["weekday"]:
        ahead = (WEEKDAYS.index(found["weekday"][:3]) - since.weekday()) % 7
        day = since + timedelta(days=ahead)
        is_over = of_day is not None and speaker.at(day, of_day) <= speaker.now
        return day + timedelta(days=7) if is_over or (not ahead and found[0].startswith("next ")) else day
    try:
        if found["iso"]:
            return date(*map(int, found["iso"].split("-")))
        for number in ("1", "2", "3"):
            if found[f"d{number}"]:
                month = found[f"m{number}"]
                which = int(month) if month.isdigit() else MONTHS.index(month[:3]) + 1
                return _of_year(int(found[f"d{number}"]), which, found[f"y{number}"], since)
    except ValueError:
        raise _Unclear(f"There is no such day. {WHAT_TO_WRITE}") from None
    raise _Unclear(WHAT_TO_WRITE)


def _of_year(day: int, month: int, year: str | None, since: date) -> date:
    if year:
        return date(int(year), month, day)
    meant = next((date(since.year + on, month, day) for on in range(9) if _exists(since.year + on, month, day)), None)
    if meant is None:
        raise ValueError
    if meant < since and since - meant <= JUST_OVER:
        raise _Unclear(f"{meant.day} {meant:%b} is over. Write the year too if you mean another one.")
    return meant if meant >= since else _of_year(day, month, None, date(since.year + 1, 1, 1))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Named:
    """What somebody may be called by."""

    name: str
    email: str | None = None

    def called(self) -> set[str]:
        local = (self.email or "").partition("@")[0]
        return {one.casefold() for one in (self.name, self.email, local, self.name.partition(" ")[0]) if one}


def whom(written: str, known: Mapping[str, Named]) -> tuple[str | None, str] | Refusal:
    """Whom it is about (a Slack id; None: whoever types), and the rest of what was typed."""
    text = written.strip()
    if found := re.match(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>\s*", text):
        return found[1], text[found.end() :]
    first = text.partition(" ")[0]
    if not text.startswith("@") and "@" not in first:
        return None, text
    called = text.removeprefix("@").casefold()
    fits = {
        (len(name), person)
        for person, one in known.items()
        for name in one.called()
        if called == name or called.startswith(f"{name} ")
    }
    longest = max((length for length, _ in fits), default=0)
    people = {person for length, person in fits if length == longest}
    if len(people) != 1:
        who = "Several people have that name" if people else "I know nobody of that name who gets leads"
        return Refusal(f"{who}. Write their e-mail address: `/lead away rita@acme.example until fri`.")
    return people.pop(), text.removeprefix("@")[longest:].strip()
