"""When people work and when they are away: on App Home, in answers, and in the window in which they say so."""

from collections.abc import Sequence
from datetime import date as day_of
from datetime import datetime

from bot.domain.availability import Absence
from bot.domain.calendars import MIDNIGHT, WEEKDAYS, Calendar, Interval
from bot.domain.shifts import Colleague, OwnTime, TeamNow
from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    actions,
    bold,
    bullets,
    button,
    date,
    day_input,
    divider,
    header,
    line,
    modal,
    prose,
    quoted,
    rich,
    spoken,
    stacked,
    text_input,
    time_input,
    user,
)
from bot.views.ids import Action, Field, Form

WEEKDAY = "{date_long_pretty} {time}"
"""Whether `until fri` took Friday in is seen by the day of the week."""
MOST_TEAMS, MOST_REPS, MOST_ABSENCES = 10, 40, 5
WHY_AWAY = {
    "self": "",
    "manager": ", as {by} says",
    "status": ", as your status in Slack says",
    "dnd": ", as you are not to be disturbed",
    "baton": ", because you missed several leads in a row",
}
"""Beside what one has said oneself."""


def own(time: OwnTime, now: datetime) -> list[Json]:
    """Their hours, the next holiday, what keeps them away, and the buttons to change that."""
    shown = list(time.absences)[:MOST_ABSENCES]
    more = len(time.absences) - len(shown)
    away = any(one.covers(now) for one in time.absences)
    return stacked(
        divider(),
        header("Your hours"),
        rich(line(hours_in_short(time.hours)), _holiday(time.holiday)),
        *(block for one in shown for block in _absence(one, now)),
        rich(line(f"and {more} more")) if more > 0 else None,
        actions(
            *([button("I'm back", Action.BACK, time.person, style="primary")] if away else []),
            button("I'm away…", Action.AWAY, time.person),
        ),
    )


def _holiday(found: tuple[day_of, str] | None) -> Json | None:
    return (
        line("Next public holiday: ", bold(found[1]), f", {found[0]:%a} {found[0].day} {found[0]:%b}")
        if found
        else None
    )


def _absence(one: Absence, now: datetime) -> list[Json]:
    running = one.covers(now)
    words = ("You are away ", *_span(one, now)) if running else ("Away ", *_span(one, now))
    by = _by(one)
    why: tuple[Leaf, ...] = (": ", quoted(one.why)) if one.why and one.source in {"self", "manager"} else ()
    shown = rich(line(*words, *by, *why, "."))
    taken_back = (
        None if running else actions(button("Remove", Action.REMOVE_ABSENCE, str(one.id), about="this absence"))
    )
    return stacked(shown, taken_back)


def _by(one: Absence) -> tuple[Leaf, ...]:
    before, name, after = WHY_AWAY[one.source].partition("{by}")
    return (before, user(one.by), after) if name else (before,) if before else ()


def _span(one: Absence, now: datetime) -> tuple[Leaf, ...]:
    start: tuple[Leaf, ...] = () if one.covers(now) else ("from ", date(one.starts_at, WEEKDAY))
    if one.ends_at:
        return (*start, " until " if start else "until ", date(one.ends_at, WEEKDAY))
    return (*start, " until you say that you are back" if start else "until you say that you are back")


def hours_in_short(calendar: Calendar) -> str:
    """Days, with the times of each, and where these are told: one span for days alike that follow each other."""
    spans: list[tuple[int, int, tuple[Interval, ...]]] = []
    for day, intervals in enumerate(calendar.week):
        if spans and spans[-1][1] == day - 1 and spans[-1][2] == intervals:
            spans[-1] = (spans[-1][0], day, intervals)
        else:
            spans.append((day, day, intervals))
    shown = [f"{_days(first, last)} {_times(intervals)}" for first, last, intervals in spans if intervals]
    return f"{', '.join(shown)} ({calendar.zone.rpartition('/')[2].replace('_', ' ')})"


def _days(first: int, last: int) -> str:
    names = [name.capitalize() for name in WEEKDAYS]
    return names[first] if first == last else f"{names[first]}–{names[last]}"


def _times(intervals: Sequence[Interval]) -> str:
    if intervals == ((0, MIDNIGHT),):
        return "all day"
    return " and ".join(f"{_clock(start)}–{_clock(end)}" for start, end in intervals)


def _clock(minute: int) -> str:
    of_day = minute - MIDNIGHT if minute > MIDNIGHT else minute  # a shift may end on the day after
    return f"{of_day // 60:02}:{of_day % 60:02}"


def teams(shown: Sequence[TeamNow]) -> list[Json]:
    """To whoever leads them: who is on shift, who is away until when, what they have open and late."""
    if not shown:
        return []
    return stacked(divider(), header("Your team" if len(shown) == 1 else "Your teams"), *map(_team, shown[:MOST_TEAMS]))


def _team(team: TeamNow) -> Json | None:
    working = sum(one.standing.on_shift for one in team.colleagues)
    waits = f", {_leads(team.waiting)} waiting" if team.waiting else ""
    more = len(team.colleagues) - MOST_REPS
    return rich(
        line(bold(team.id), f": {working} of {len(team.colleagues)} on shift{waits}"),
        bullets(map(_colleague, team.colleagues[:MOST_REPS])),
        line(f"and {more} more") if more > 0 else None,
    )


def _colleague(one: Colleague) -> Json | None:
    standing = one.standing
    until: tuple[Leaf, ...] = (" until ", date(standing.until)) if standing.until and not standing.on_shift else ()
    why = "account deactivated" if standing.why == "deactivated" else standing.why
    late: tuple[Leaf, ...] = (", ", bold(f"{one.late} late")) if one.late else ()
    said: tuple[Leaf, ...] = (", ", quoted(one.why)) if one.why else ()
    return line(user(one.person), f": {why}", *until, *said, f", {one.open} open" if one.open else "", *late)


def _leads(count: int) -> str:
    return "1 lead" if count == 1 else f"{count} leads"


def left(absence: Absence, by: str, offered: int, accepted: int, now: datetime) -> Message:
    """The answer to `/lead away`: what was noted, and what to do with the leads that are left behind."""
    own_word = absence.person == by
    who: tuple[Leaf, ...] = ("You are",) if own_word else (user(absence.person), " is")
    told = line(*who, " away ", *_told_span(absence, by, now), ". New leads go to colleagues.")
    holds = ("You hold" if own_word else "They hold") + f" {_leads(offered + accepted)}: " + _held(offered, accepted)
    kept = line(f"{holds}. Their clocks go on.") if offered + accepted else None
    return Message(
        spoken(told, kept),
        stacked(rich(told, kept), actions(*_after_leaving(absence, own_word, offered, accepted, now))),
    )


def _told_span(absence: Absence, by: str, now: datetime) -> tuple[Leaf, ...]:
    if absence.person == by or absence.ends_at:
        return _span(absence, now)
    start: tuple[Leaf, ...] = () if absence.covers(now) else ("from ", date(absence.starts_at), " ")
    return (*start, "until somebody says that they are back")


def _held(offered: int, accepted: int) -> str:
    parts = [(offered, "not answered yet"), (accepted, "accepted and not followed up yet")]
    return ", ".join(f"{count} {words}" for count, words in parts if count)


def _after_leaving(absence: Absence, own_word: bool, offered: int, accepted: int, now: datetime) -> list[Json]:
    person = absence.person
    returns = "I'm back" if own_word else "Back on duty"
    undo = button(returns if absence.covers(now) else "Undo", Action.REMOVE_ABSENCE, str(absence.id))
    first = button(f"Give {_leads(offered)} to colleagues", Action.GIVE_OFFERED, person, style="primary")
    second = button(f"Give the {_leads(accepted)} accepted too", Action.GIVE_ACCEPTED, person)
    return [*([first] if offered else []), *([second] if accepted else []), undo]


def back(person: str, by: str, released: int, still: bool) -> str:
    """What follows from coming back; words of ours, with a mention."""
    who = "Welcome back" if person == by else f"<@{person}> is back"
    waits = f" {_leads(released)} that waited {'is' if released == 1 else 'are'} on the way." if released else ""
    if still:
        return f"Noted. {'You are' if person == by else f'<@{person}> is'} away for another reason still.{waits}"
    return f"{who}.{waits}" if released or person != by else f"{who}. New leads come in your working hours."


def given(number: int) -> str:
    """What became of leads that were given away."""
    return (
        f"{_leads(number)} {'goes' if number == 1 else 'go'} to colleagues." if number else "There was nothing to give."
    )


def form(person: str) -> Json:
    """From when until when, and why; all of it may be left empty."""
    return modal(
        "I'm away",
        stacked(
            rich(line("While you are away, new leads go to colleagues. Times are those of your own zone.")),
            day_input(Field.FROM_DAY, "From", optional=True, hint="Empty: from now on."),
            time_input(Field.FROM_TIME, "From what time?", optional=True),
            day_input(Field.UNTIL_DAY, "Until", optional=True, hint="The last day. Empty: until you say you are back."),
            time_input(Field.UNTIL_TIME, "Until what time of that day?", optional=True),
            text_input(
                Field.WHY,
                "Why?",
                optional=True,
                lines=False,
                most=100,
                hint="You and those who lead your team read it.",
            ),
        ),
        callback_id=Form.AWAY,
        submit="Save",
        about=person,
    )


def noted(said: Message) -> Json:
    """The same answer in a window."""
    return modal("I'm away", said.blocks, close="Close")


def off_duty(absence: Absence, missed: int, viewer: str) -> Message:
    """To a rep who left several leads in a row to the clock, and to their manager; or that it is over."""
    who: tuple[Leaf, ...] = ("You",) if viewer == absence.person else (user(absence.person),)
    be = " are" if viewer == absence.person else " is"
    if absence.ends_at:
        over = line(*who, f"{be} back since ", date(absence.ends_at), ".")
        return Message(spoken(over), stacked(rich(over)))
    told = line(*who, f" did not answer {missed} leads in a row, so new ones go to colleagues for now.")
    rest = (
        "Press when you can take leads again."
        if viewer == absence.person
        else "They were told, and can say they are back."
    )
    label = "I'm back" if viewer == absence.person else "Back on duty"
    return Message(
        spoken(told, line(rest)),
        stacked(rich(told, line(*prose(rest))), actions(button(label, Action.BACK, absence.person, style="primary"))),
    )
