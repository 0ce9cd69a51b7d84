"""A deadline, opened: the sum behind it, in the working hours that count."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date as day
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.domain.handoff import Handoff, State
from bot.domain.reckoning import DaysOff, Part, Pause, Reckoning
from bot.domain.story import Story
from bot.views.blocks import Json, Leaf, bold, button, date, line, modal, rich, stacked, user
from bot.views.ids import Action
from bot.views.room import WINDOW, first_of, most_that_fits
from bot.views.wording import lead_in_short, listed

MINUTE = timedelta(minutes=1)


def deadline_button(story: Story) -> list[Json]:
    """The button that opens the sum; none where no clock runs."""
    handoff = story.handoff
    if not handoff.is_open or handoff.deadline_at is None:
        return []
    return [button("Deadline", Action.DEADLINE, handoff.id, about=f"of {lead_in_short(story.facts)}, and its sum")]


def window(handoff: Handoff, found: Reckoning) -> Json:
    """What counted and what did not, in the zone of the hours that count, which is named."""
    zone = ZoneInfo(found.calendar.zone)
    counted, left_out = [_counted(part, zone) for part in found.parts], list(_left_out(found, zone))
    return modal("Deadline", most_that_fits(partial(_told, handoff, found, counted, left_out), WINDOW), close="Close")


def _told(
    handoff: Handoff, found: Reckoning, counted: list[Json | None], left_out: list[Json | None], most: int
) -> list[Json]:
    zone = ZoneInfo(found.calendar.zone)
    return stacked(
        rich(
            line(bold(f"{WHAT[handoff.state]} by "), date(found.deadline), "."),
            *_still(handoff),
            *([] if found.still_holds else [line(bold("The hours have changed since. "), *_by_now(found))]),
        ),
        rich(line(bold("Counted: "), _promise(found, zone)), first_of(counted, most), *_sum(found)),
        rich(line(bold("Not counted")), first_of(left_out, most)) if left_out else None,
        rich(*(_extended(one.by, one.was, one.until, zone) for one in found.extensions)),
        rich(line(*_whose_hours(handoff, found))),
    )


WHAT: Mapping[State, str] = {State.WAITING: "An answer", State.OFFERED: "An answer", State.ACCEPTED: "Follow-up"}


def _promise(found: Reckoning, zone: ZoneInfo) -> str:
    """`4 business hours from Fri 20 Nov 16:30`."""
    late = f", after {found.calendar.cut_off}, so {_day(found.next_day)} is meant" if found.next_day else ""
    more = ", and the time given since" if found.extensions else ""
    return f"{found.promised} from {_moment(found.start, zone)}{late}{more}."


def _counted(part: Part, zone: ZoneInfo) -> Json | None:
    """A line such as `Fri 20 Nov 16:30-18:00: 1 h 30 min`."""
    since, until = part.since.astimezone(zone), part.until.astimezone(zone)
    end = f"{until:%H:%M}" if since.date() == until.date() else "24:00" if _is_midnight(since, until) else None
    return line(f"{_moment(part.since, zone)}–{end or _moment(part.until, zone)}: ", bold(length(part.length)))


def _is_midnight(since: datetime, until: datetime) -> bool:
    return until.date() - since.date() == timedelta(days=1) and f"{until:%H:%M}" == "00:00"


def _sum(found: Reckoning) -> list[Json | None]:
    """One part needs no sum."""
    return [line("Together ", bold(length(found.counted)), ".")] if len(found.parts) > 1 else []


def _left_out(found: Reckoning, zone: ZoneInfo) -> Iterator[Json | None]:
    for off in found.days_off:
        yield line(f"{_days(off)}: {off.name or 'no working day'}")
    breaks = dict.fromkeys(
        f"{_clock(one.until, zone)}–{_clock(other.since, zone)}"
        for one, other in pairwise(found.parts)
        if one.day == other.day and not any(_overlap(pause, one.until, other.since) for pause in found.pauses)
    )
    if breaks:
        yield line(f"Breaks: {listed(list(breaks))}")
    for pause in found.pauses:
        until = f" to {_moment(pause.until, zone)}" if pause.until else " on"
        yield line(f"Paused from {_moment(pause.since, zone)}{until}, waiting for the lead")


def _overlap(pause: Pause, since: datetime, until: datetime) -> bool:
    return pause.since < until and (pause.until is None or since < pause.until)


def _extended(by: str, was: datetime, until: datetime, zone: ZoneInfo) -> Json | None:
    return line(user(by), f" moved the deadline from {_moment(was, zone)} to {_moment(until, zone)}.")


def _still(handoff: Handoff) -> list[Json | None]:
    if handoff.paused_at is None:
        return []
    until: tuple[Leaf, ...] = (" until ", date(handoff.paused_until)) if handoff.paused_until else ()
    return [line(bold("The clock stands still"), *until, ". What is left then moves the deadline.")]


def _by_now(found: Reckoning) -> tuple[Leaf, ...]:
    return ("Counted by those of today, it would be ", date(found.as_counted_now), ".")


def _whose_hours(handoff: Handoff, found: Reckoning) -> tuple[Leaf, ...]:
    zone = f"Times are those of {found.calendar.zone}."
    if found.promised.kind == "wall":
        return (f"Every hour counts, by day and night. {zone}",)
    owner: Leaf = user(handoff.owner) if handoff.owner else "the rep"
    whose: Mapping[str, Callable[[], tuple[Leaf, ...]]] = {
        "team": lambda: ("Only the team's working hours count. ", zone),
        "rep": lambda: ("Only the working hours of ", owner, " count. ", zone),
        "lead": lambda: ("Only the team's working hours count, by the lead's clock. ", zone),
        "always": lambda: ("Every hour counts, by day and night. ", zone),
    }
    return whose["team" if found.hours == "rep" and handoff.is_pooled else found.hours]()


def _days(off: DaysOff) -> str:
    """One day, or the first and the last."""
    return _day(off.first) if off.first == off.last else f"{_day(off.first)}–{_day(off.last)}"


def _day(of: day) -> str:
    return f"{of:%a} {of.day} {of:%b}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{_day(at.astimezone(zone).date())} {_clock(at, zone)}"


def length(passed: timedelta) -> str:
    """`1 h 30 min`; seconds only where there is less than a minute."""
    minutes = round(passed / MINUTE)
    if minutes == 0:
        return f"{round(passed.total_seconds())} s"
    hours, rest = divmod(minutes, 60)
    return " ".join(f"{count} {unit}" for count, unit in ((hours, "h"), (rest, "min")) if count)
