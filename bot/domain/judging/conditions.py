"""Whether a condition holds of a lead, what met it, and what speaks against it."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import compress
from typing import Any, Literal, NamedTuple, TypeGuard

from bot.domain.definition import (
    AllOf,
    AnyOf,
    Condition,
    FieldCondition,
    Not,
    Persona,
    PersonaCondition,
    SignalCondition,
    leaves,
)
from bot.domain.durations import Duration
from bot.domain.judging.patterns import found, globbing
from bot.domain.judging.personas import Answer, answers_of, is_one
from bot.domain.judging.words import NOT_KNOWN, few, least, seen, shown, together, what
from bot.domain.lead import Facts, Scalar, Signal, fact


class Met(NamedTuple):
    """What met a condition, in a rep's words, and when the last signal behind it happened."""

    found: str
    at: datetime | None = None


class Unmet(NamedTuple):
    """Why a condition is not met, and what is there instead, in a rep's words; nothing where nothing is known."""

    why: Literal["unknown", "short", "contrary"]
    found: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A lead as conditions see it at one moment; what several of them ask is worked out once."""

    facts: Facts
    now: datetime
    personas: Mapping[str, Persona]
    by_kind: Mapping[str, Sequence[Signal]]
    """Signals of each kind, the oldest first; kinds in any case are one."""
    in_words: bool = True
    """False where nobody reads what was found: then it is not put into words."""
    _matching: dict[tuple[str, str | None, int | None], Sequence[Signal]] = field(default_factory=dict)
    _urls: dict[str, list[str]] = field(default_factory=dict)
    _values: dict[str, Sequence[Scalar]] = field(default_factory=dict)
    _answers: dict[str, Sequence[Answer]] = field(default_factory=dict)
    _is: dict[str, Met | None] = field(default_factory=dict)
    _known: dict[int, tuple[FieldCondition, Met | None]] = field(default_factory=dict)
    """By id, which nothing else has while the condition is kept here."""

    @classmethod
    def of(
        cls,
        facts: Facts,
        signals: Iterable[Signal],
        now: datetime,
        known: Mapping[str, Persona] | None = None,
        *,
        in_words: bool = True,
    ) -> "Profile":
        """A lead's profile, in whatever order its signals come; `known` are the personas it may fit, by id."""
        return cls(facts, now, known or {}, _by_kind(signals), in_words)

    def under(self, known: Mapping[str, Persona]) -> "Profile":
        """The same lead at the same moment, as it is to rules that know these personas."""
        return self if known is self.personas else replace(self, personas=known, _answers={}, _is={})

    def put_in_words(self) -> "Profile":
        """The same lead, of whom what is found is told."""
        return replace(self, in_words=True, _is={}, _known={})

    def then(self, signals: Iterable[Signal], now: datetime) -> "Profile":
        """The same lead at another moment, with the same facts and these signals."""
        by_kind, words = _by_kind(signals), self.in_words
        same = (self._values, self._answers, self._is, self._known)
        return Profile(self.facts, now, self.personas, by_kind, words, {}, {}, *same)

    def matching(self, condition: SignalCondition) -> Sequence[Signal]:
        """The signals of that kind, address and length, however many and whenever; the oldest first."""
        key = (condition.signal, condition.url, condition.seconds)
        matching = self._matching.get(key)
        if matching is None:
            matching = self._matching[key] = self._look_for(*key)
        return matching

    def _look_for(self, kind: str, url: str | None, seconds: int | None) -> Sequence[Signal]:
        kind = kind.casefold()
        done = self.by_kind.get(kind, ())
        if url is not None and done:
            urls = self._urls.get(kind)
            if urls is None:
                urls = self._urls[kind] = [(signal.url or "").casefold() for signal in done]
            done = list(compress(done, globbing(url)(urls)))
        if seconds is not None:
            done = [signal for signal in done if signal.seconds is not None and signal.seconds >= seconds]
        return done

    def values(self, name: str) -> Sequence[Scalar]:
        """The known values of a field: none, one, or those of a list."""
        known = self._values.get(name)
        if known is None:
            known = self._values[name] = values(self.facts, name)
        return known

    def answers(self, persona_id: str) -> Sequence[Answer]:
        """What the lead answers to all that a persona names; nothing where there is no such persona."""
        answers = self._answers.get(persona_id)
        if answers is None:
            persona = self.personas.get(persona_id)
            answers = self._answers[persona_id] = list(answers_of(persona, self.facts)) if persona else []
        return answers

    def is_persona(self, persona_id: str) -> Met | None:
        """What makes the lead this persona, or None."""
        if persona_id not in self._is:
            self._is[persona_id] = self._as_persona(persona_id)
        return self._is[persona_id]

    def _as_persona(self, persona_id: str) -> Met | None:
        persona = self.personas.get(persona_id)
        if persona is None or not is_one(persona, self.facts):
            return None
        said = (shown(one.field, self.values(one.field)) for one in self.answers(persona_id) if self.in_words)
        return Met(together(said))


def _by_kind(signals: Iterable[Signal]) -> Mapping[str, Sequence[Signal]]:
    by_kind: dict[str, list[Signal]] = {}
    for signal in signals:
        by_kind.setdefault(signal.kind.casefold(), []).append(signal)
    for done in by_kind.values():
        done.sort(key=_at)
    return by_kind


def values(facts: Facts, name: str) -> Sequence[Scalar]:
    """The known values of a field: none, one, or those of a list; a blank text says nothing."""
    value = fact(facts, name)
    several = value if isinstance(value, tuple) else (value,)
    return [one for one in several if isinstance(one, bool | int | float) or (isinstance(one, str) and one.strip())]


def meets(condition: Condition, profile: Profile) -> Met | None:
    """What meets a condition, or None; what is not known meets nothing but `known: false`, so that `not` of it holds.

    `all` is as old as the latest of its parts, `any` as the part that counts longest: a fact, else the latest signal.
    """
    return _MEETS[type(condition)](condition, profile)


def _knows(condition: FieldCondition, profile: Profile) -> Met | None:
    known = profile._known.get(id(condition))
    if known is None:
        known = profile._known[id(condition)] = condition, _answered(condition, profile)
    return known[1]


def _answered(condition: FieldCondition, profile: Profile) -> Met | None:
    known = profile.values(condition.field)
    if condition.known is not None:
        return _told(condition.field, known, profile) if bool(known) == condition.known else None
    fitting = [value for value in known if answered_by(condition, value)]
    return _told(condition.field, fitting, profile) if fitting else None


def _told(field: str, known: Sequence[Scalar], profile: Profile) -> Met:
    return Met(shown(field, known) if profile.in_words else "")


def _did(condition: SignalCondition, profile: Profile) -> Met | None:
    done = counted(condition, profile)
    if not done:
        return None
    return Met(seen(condition, done) if profile.in_words else "", done[-1].at)


def _is_one(condition: PersonaCondition, profile: Profile) -> Met | None:
    return profile.is_persona(condition.persona)


def _meets_all(condition: AllOf, profile: Profile) -> Met | None:
    met = []
    for part in condition.all:
        one = meets(part, profile)
        if one is None:
            return None
        met.append(one)
    return Met(together(one.found for one in met), max((one.at for one in met if one.at), default=None))


def _meets_any(condition: AnyOf, profile: Profile) -> Met | None:
    latest: Met | None = None
    for part in condition.any:
        met = meets(part, profile)
        if met and met.at is None:
            return met
        if met and (latest is None or _later(met, latest)):
            latest = met
    return latest


def _later(one: Met, other: Met) -> bool:
    return one.at is not None and other.at is not None and one.at > other.at


def _meets_not(condition: Not, profile: Profile) -> Met | None:
    if meets(condition.not_, profile):
        return None
    return Met(_absent(condition.not_, profile) if profile.in_words else "")


_MEETS: Mapping[type, Callable[[Any, Profile], Met | None]] = {
    FieldCondition: _knows,
    SignalCondition: _did,
    PersonaCondition: _is_one,
    AllOf: _meets_all,
    AnyOf: _meets_any,
    Not: _meets_not,
}


def counted(condition: SignalCondition, profile: Profile) -> Sequence[Signal]:
    """The signals that meet a condition, the oldest first; none when it is not met. Of several windows, the latest."""
    done = ever_counted(condition, profile)
    old = condition.recent is not None and done and profile.now > good_until(condition.recent, done)
    return () if old else done


def ever_counted(condition: SignalCondition, profile: Profile) -> Sequence[Signal]:
    """`counted`, however long ago: more signals never undo it."""
    done = profile.matching(condition)
    if len(done) < condition.at_least:
        return ()
    if condition.within is None:
        return done
    return _latest_window(done, timedelta(seconds=condition.within.amount), condition.at_least)


def good_until(recent: Duration, done: Sequence[Signal]) -> datetime:
    """The last moment at which the last of these signals is still recent."""
    return done[-1].at + timedelta(seconds=recent.amount)


def _latest_window(done: Sequence[Signal], length: timedelta, at_least: int) -> Sequence[Signal]:
    for last in range(len(done) - 1, at_least - 2, -1):
        if done[last].at - done[last - at_least + 1].at <= length:
            return done[bisect_left(done, done[last].at - length, key=_at) : last + 1]
    return ()


def _most_in_a_window(done: Sequence[Signal], length: timedelta | None) -> int:
    if length is None:
        return len(done)
    times = [signal.at for signal in done]
    first = most = 0
    for last, at in enumerate(times):
        earliest = at - length
        while times[first] < earliest:
            first += 1
        if last - first >= most:
            most = last - first + 1
    return most


def _at(signal: Signal) -> datetime:
    return signal.at


def lacks(condition: Condition, profile: Profile) -> Unmet:
    """Why a condition that is not met is not."""
    if isinstance(condition, FieldCondition):
        known = profile.values(condition.field)
        return Unmet("contrary", shown(condition.field, known)) if known else Unmet("unknown")
    if isinstance(condition, SignalCondition):
        return _short_of(condition, profile)
    if isinstance(condition, PersonaCondition):
        return _is_not(condition, profile)
    if isinstance(condition, Not):
        met = meets(condition.not_, profile)
        return Unmet("contrary", met.found if met else "")
    hardest = ("contrary", "short", "unknown") if isinstance(condition, AllOf) else ("short", "unknown", "contrary")
    parts = condition.all if isinstance(condition, AllOf) else condition.any
    lacking = [lacks(part, profile) for part in parts if meets(part, profile) is None]
    return min(lacking, key=lambda one: hardest.index(one.why))


def _short_of(condition: SignalCondition, profile: Profile) -> Unmet:
    done = profile.matching(condition)
    if not done:
        shorter = condition.seconds and condition.model_copy(update={"seconds": None})
        if shorter and profile.matching(shorter):
            return Unmet("short", f"{what(shorter)}, none of {least(condition)}")
        return Unmet("unknown")
    length = timedelta(seconds=condition.within.amount) if condition.within else None
    most = _most_in_a_window(done, length)
    if most < condition.at_least:
        return Unmet("short", few(condition, most))
    return Unmet("short", f"{what(condition)}, but not in the last {condition.recent}")


def _is_not(condition: PersonaCondition, profile: Profile) -> Unmet:
    against = [one for one in profile.answers(condition.persona) if one.fits is False]
    found = (shown(one.field, profile.values(one.field)) for one in against)
    return Unmet("contrary", together(found)) if against else Unmet("unknown")


def unknown_field(condition: Condition, profile: Profile) -> str | None:
    """The first field that a condition asks about and nothing is known of."""
    for leaf in leaves(condition):
        asked: Iterable[str] = ()
        if isinstance(leaf, FieldCondition):
            asked = (leaf.field,)
        elif isinstance(leaf, PersonaCondition):
            asked = (one.field for one in profile.answers(leaf.persona))
        unknown = next((name for name in asked if not profile.values(name)), None)
        if unknown:
            return unknown
    return None


def _absent(condition: Condition, profile: Profile) -> str:
    """What there is instead of a condition that does not hold, for evidence that it does not."""
    if isinstance(condition, SignalCondition):
        return lacks(condition, profile).found or f"no {what(condition)}"
    if isinstance(condition, PersonaCondition):
        persona = profile.personas.get(condition.persona)
        return f"not “{persona.label if persona else condition.persona}”"
    if isinstance(condition, AllOf):
        return _absent(next(part for part in condition.all if meets(part, profile) is None), profile)
    if isinstance(condition, AnyOf):
        return together(_absent(part, profile) for part in condition.any)
    return lacks(condition, profile).found or NOT_KNOWN


def answered_by(condition: FieldCondition, value: Scalar) -> bool:
    """The answer of one known value to a condition other than `known`."""
    if condition.matches is not None:
        return not isinstance(value, bool) and found(condition.matches, str(value))
    if condition.at_least is not None:
        return _is_number(value) and value >= condition.at_least
    if condition.at_most is not None:
        return _is_number(value) and value <= condition.at_most
    options = condition.one_of if condition.equals is None else (condition.equals,)
    comparable = _comparable(value)
    return any(_comparable(option) == comparable for option in options or ())


def _is_number(value: Scalar) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _comparable(value: Scalar) -> tuple[bool, Scalar]:
    """Equal for equal texts in any case and for equal numbers; `true` is not 1."""
    return isinstance(value, bool), value.casefold() if isinstance(value, str) else value
