"""What a policy would have done, in words: for the card of who signs, for the window behind it, and for a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.backtesting.backtest import SHOWN, Case, Effect, Kind, Line, Short
from bot.domain.backtesting.rates import Rate
from bot.domain.lead import Facts
from bot.views.accounting.figures import percent
from bot.views.blocks import DAY, Json, Leaf, bold, bullets, context, date, line, modal, rich, section, stacked
from bot.views.conditions import field_words
from bot.views.privacy import public_facts
from bot.views.text import Markup, on_day, when, words
from bot.views.wording import lead_in_short, listed

GROUPS: Mapping[str, str] = {
    "stays": "Those who stay",
    "leaves": "Those who would leave",
    "by_hand": "Would enter, came by hand",
    "claimed": "Would enter, were claimed",
}
ANSWERS: Mapping[str | None, str] = {
    "accepted": "sales accepted",
    "rejected": "sales rejected",
    "ignored": "nobody answered",
    "withdrawn": "was withdrawn",
    "unanswered": "no answer yet",
}
UNKNOWN_VERDICT = "What sales would have said of leads they never saw, nobody can know."


@dataclass(frozen=True, slots=True)
class Names:
    """How people know leads, paths and criteria; erased leads have no facts."""

    facts: Mapping[str, Facts] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def lead(self, lead_id: str) -> str:
        facts = self.facts.get(lead_id)
        return lead_in_short(public_facts(facts)) if facts else "Somebody who was erased"

    def label(self, key: str | None) -> str:
        return self.labels.get(key or "", key or "–")


def effect_of(stored: Mapping[str, Any] | None) -> Effect | None:
    """The result as it is kept with a version of the policy; None while it is being worked out."""
    done = stored is not None and stored.get("state") == "done"
    return Effect.model_validate(stored["effect"]) if stored and done else None


def effect_lines(stored: Mapping[str, Any] | None) -> list[str] | None:
    """The result in a few lines for the card of a proposal; None while it is being worked out."""
    effect = effect_of(stored)
    return short_lines(effect) if effect else None


def short_lines(effect: Effect) -> list[str]:
    """How many MQLs, who changes, what sales made of them, and what would come at once."""
    known = [f"{GROUPS[group]}: {said}." for group, said in rates(effect) if group in {"stays", "leaves"}]
    return [*counts(effect), *known, *([unexplained(effect)] if effect.unexplained else [])]


def counts(effect: Effect) -> list[str]:
    """How many MQLs, who changes, and what would come at once."""
    changes = [*_change(effect.enters, "would enter"), *_change(effect.leaves, "would leave")]
    moves = [*_change(effect.earlier, "would come earlier"), *_change(effect.later, "later")]
    lines = [headline(effect), f"{listed(changes)}."] if changes else [_unchanged(effect)]
    lines += [f"{', '.join(moves)}."] if moves else []
    return lines + ([f"{_leads(effect.at_once)} in nurture now would go to sales at once."] if effect.at_once else [])


def _unchanged(effect: Effect) -> str:
    return f"The same {effect.after:,} MQL{'' if effect.after == 1 else 's'}." if effect.after else headline(effect)


def headline(effect: Effect) -> str:
    """`430 MQLs instead of 412 (+18).`"""
    difference = effect.after - effect.before
    if not (effect.before or effect.after):
        return "No MQLs, as it really was."
    sign = f" ({difference:+,})" if difference else ""
    return f"{effect.after:,} MQL{'' if effect.after == 1 else 's'} instead of {effect.before:,}{sign}."


def _change(count: int, what: str) -> list[str]:
    return [f"{_leads(count)} {what}"] if count else []


def _leads(count: int) -> str:
    return "1 lead" if count == 1 else f"{count:,} leads"


def rates(effect: Effect) -> Iterable[tuple[str, str]]:
    """What sales made of each group of which it made anything."""
    for group in GROUPS:
        found = effect.rates.get(group)
        said = [] if found is None else [*_rate("accepted", found.accepted), *_rate("won", found.won)]
        if said:
            yield group, ", ".join(said)


def _rate(what: str, rate: Rate) -> list[str]:
    """`62% of 29 accepted (44 to 77%)`; of too few, how many there are."""
    if not rate.of:
        return []
    share, interval = rate.share, rate.interval
    if share is None or interval is None:
        return [f"not enough data on how many were {what} (n = {rate.of})"]
    return [f"{percent(share)} of {rate.of} {what} ({interval.low * 100:.0f}–{percent(interval.high)})"]


def unexplained(effect: Effect) -> str:
    """Where the rules of then do not give what really happened, whoever decides by this should know."""
    count = effect.unexplained
    return f"For {_leads(count)} the rules as they were do not give what really happened: take this with care."


def checked(effect: Effect) -> str:
    """How far the replay is to be believed."""
    if effect.unexplained:
        return unexplained(effect)
    given = "the 1 handoff" if effect.checked == 1 else f"the {effect.checked:,} handoffs"
    return f"Checked: the rules as they were give exactly {given} that really happened."


def apart(effect: Effect) -> list[str]:
    """What is counted beside the MQLs."""
    lines = []
    if effect.by_hand or effect.claimed:
        lines.append(f"Counted apart: {effect.by_hand:,} handed over by hand, {effect.claimed:,} claimed.")
    if effect.erased:
        lines.append(f"Left out: {_leads(effect.erased)} of people who were erased since.")
    return lines


def why(case: Case, names: Names) -> str:
    """What decides about this lead: the points it has, and what the other rules find wanting."""
    wanting = _wanting(case.short, names) if case.short else ""
    if case.kind is Kind.LEAVES:
        answer = ANSWERS.get(case.verdict, "")
        return "; ".join(filter(None, (answer, wanting)))
    came = {"claim": "was claimed", "hand": "came by hand"}.get(case.origin or "", "")
    had = f"{names.label(case.path)}, fit {case.fit}, engagement {case.engagement}"
    then = f"by the rules of then {wanting}" if wanting else ""
    return "; ".join(filter(None, (had, then, came)))


def _wanting(short: Short, names: Names) -> str:
    """`fit 35 of 40 for Fit and engaged`, `no phone number`."""
    points = [f"fit {short.fit} of {short.needs_fit}"] if short.fit < short.needs_fit else []
    if short.engagement < short.needs_engagement:
        points.append(f"engagement {short.engagement} of {short.needs_engagement}")
    points += [f"without “{names.label(criterion)}”" for criterion in short.missing]
    points += [f"without a sure {field_words(one)}" for one in short.lacking]
    return f"{', '.join(points)} for {names.label(short.path)}" if points else ""


def window(version: int, effect: Effect | None, names: Names) -> Json:
    """Everything about one version: who enters, who leaves, and how sure that is."""
    title = f"Backtest of version {version}"
    if effect is None:
        return modal(title, [section("This is being worked out. Look again in a few minutes.")], close="Close")
    said = [f"{GROUPS[group]}: {told}." for group, told in rates(effect)]
    number, *changes = counts(effect)
    blocks = stacked(
        rich(line(bold(number)), bullets(map(line, changes))),
        rich(line(bold("What sales made of them")), bullets(map(line, said)), line(UNKNOWN_VERDICT)) if said else None,
        _leads_of("Would enter", effect.entering, effect.enters, names),
        _leads_of("Would leave", effect.leaving, effect.leaves, names),
        _lines_of("By path", [(names.label(one.key), one) for one in effect.paths]),
        _lines_of("By team", [(one.key or "–", one) for one in effect.teams]),
        rich(*map(line, apart(effect))),
        context(checked(effect)),
        context(_worked_out(effect)),
    )
    return modal(title, blocks, close="Close")


def _worked_out(effect: Effect) -> Markup:
    told = "Worked out {at} from {leads}, since {since}, as if it had always been in force."
    return words(told, at=when(effect.at), leads=_leads(effect.leads), since=on_day(effect.since))


def _leads_of(title: str, cases: Sequence[Case], count: int, names: Names) -> Json | None:
    if not cases:
        return None
    rest = count - len(cases)
    told = [line(bold(names.lead(case.lead_id)), *_on(case), f": {why(case, names)}") for case in cases[:SHOWN]]
    more = [line(f"and {rest:,} more; baton policy backtest --format csv lists them")] if rest > 0 else []
    return rich(line(bold(title)), bullets([*told, *more]))


def _on(case: Case) -> tuple[Leaf, ...]:
    return (", ", date(case.when, DAY)) if case.when else ()


def _lines_of(title: str, lines: Sequence[tuple[str, Line]]) -> Json | None:
    told = [line(f"{label}: {one.before:,} → {one.after:,}") for label, one in lines]
    return rich(line(bold(title)), bullets(told)) if len(told) > 1 else None
