"""Who gets leads: teams, their reps, the rules that lead to them, and what holds for all of them."""

from typing import Annotated

from pydantic import Field

from bot.domain.definition import Id, Label, PlainDuration, Question
from bot.domain.durations import Duration
from bot.domain.references import Cap, ChannelRef, HandsOut, Language, PersonRef
from bot.domain.values import Value


class Rep(Value):
    email: PersonRef
    """E-mail address as written, Slack id once resolved."""
    weight: Annotated[int, Field(ge=1, le=100)] = 1
    daily_cap: Cap | None = None
    weekly_cap: Cap | None = None
    """From Monday to Sunday, in the zone of the team."""
    open_cap: Cap | None = None
    """So many leads at once that wait for this rep's answer or first follow-up."""
    calendar: str | None = None
    """Their own working hours; else the team's."""
    takes: Question | None = None
    """Only leads of which this holds: a territory, a segment, a product. A manager may assign others."""
    speaks: tuple[Language, ...] = ()
    """Goes before those who do not, when the lead's language is one of these."""
    skills: tuple[Id, ...] = ()
    """Goes before those who do not, when the rule asks for one of these."""


class Team(Value):
    id: Id
    manager: PersonRef
    director: PersonRef | None = None
    channel: ChannelRef | None = None
    calendar: str = "default"
    hands_out: HandsOut | None = None
    """How a rep is chosen: by weighted turns (the default), by the least open work, or by who claims first."""
    backup: str | None = None
    """The team that is asked when nobody of this one can take a lead at all."""
    reps: Annotated[tuple[Rep, ...], Field(min_length=1)]

    def has(self, person: str) -> bool:
        return self.rep(person) is not None

    def rep(self, person: str) -> Rep | None:
        return next((rep for rep in self.reps if rep.email == person), None)


class Segment(Value):
    """Leads that are treated alike: the first whose condition holds is the lead's."""

    id: Id
    label: Label
    when: Question
    value: Annotated[int, Field(ge=1, le=100)] = 1
    """So many turns one lead of it counts as."""


class Rule(Value):
    """A routing rule: the first whose condition holds names the team; without a condition it always holds."""

    id: Id
    when: Question | None = None
    segment: str | None = None
    team: str
    skills: tuple[Id, ...] = ()
    """Reps of the team who have one of these go first."""


class Sticky(Value):
    """Whose lead it is before any rule is asked."""

    account: bool = True
    """The owner of its account, or whoever has another lead of it."""
    earlier_rep: bool = True
    """Whoever accepted this lead the last time."""
    wait: PlainDuration = Duration.parse("16 hours")
    """So far off their next shift may be; else the rules are asked."""


class Assignment(Value):
    """What holds for all teams when a lead is given to a rep."""

    sticky: Sticky = Sticky()
    catch_all: PersonRef | None = None
    """Gets what no rule and no rep takes; without one the manager is asked."""
    release_every: PlainDuration = Duration.parse("1 minute")
    """Leads that waited for a shift are offered this far apart; those promised in minutes all at once."""
    off_duty_after: Annotated[int, Field(ge=1, le=50)] | None = None
    """Offers missed in a row after which a rep gets no more leads until they say that they are back."""
    slack_status: bool = True
    """Whether a status such as a holiday's keeps leads away."""
    do_not_disturb: bool = True
    """Whether leads wait while a rep does not want to be disturbed."""
