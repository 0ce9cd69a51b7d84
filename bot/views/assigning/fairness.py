"""The answer to `/lead fair`: everybody's ledger in a team."""

from collections.abc import Sequence

from bot.domain.assigning.choosing import Work, caps
from bot.domain.assigning.explained import Fairness, Given
from bot.domain.availability import Standing
from bot.domain.teams import Rep
from bot.views.assigning.why import CAPS, behind_words
from bot.views.blocks import Json, Leaf, Message, bold, bullets, date, line, prose, rich, spoken, stacked, user

MOST_REPS = 40


def fairness(teams: Sequence[Fairness]) -> Message:
    """A list a team: each rep's weight, leads of the last 30 days, how far from their share, and if they are in."""
    if not teams:
        told = line("There is no policy yet. An admin brings one with ", *prose("`baton policy apply`"), ".")
        return Message(spoken(told), stacked(rich(told)))
    titles = [line(bold(f"Turns in {one.team.id}"), HOW[one.team.hands_out or "turns"]) for one in teams]
    note = line("The last 30 days. ", *prose("`/lead fair TEAM` shows another team, `/lead why` one lead."))
    parts = [(title, bullets(_reps(one)), _more(one)) for title, one in zip(titles, teams, strict=True)]
    return Message(spoken(*titles), stacked(*(rich(*part) for part in parts), rich(note)))


HOW = {
    "turns": "",
    "load": "; the next lead goes to whoever has the least open work",
    "claim": "; the next lead goes to whoever takes it first",
}


def _reps(one: Fairness) -> list[Json | None]:
    furthest = sorted(one.team.reps, key=lambda rep: -one.behind.get(rep.email, 0.0))
    return [_rep(rep, one) for rep in furthest[:MOST_REPS]]


def _more(one: Fairness) -> Json | None:
    more = len(one.team.reps) - MOST_REPS
    return line(f"and {more} more") if more > 0 else None


def _rep(rep: Rep, one: Fairness) -> Json | None:
    weight = f" (weight {rep.weight})" if rep.weight > 1 else ""
    had = _given(one.given.get(rep.email, Given()))
    stands = _stands(rep, one.standings.get(rep.email), one.work.get(rep.email, Work()))
    return line(user(rep.email), weight, f": {had}; {behind_words(one.behind.get(rep.email, 0.0))}", *stands)


def _given(given: Given) -> str:
    if given == Given():
        return "no leads"
    counts = ((given.in_turn, "in turn"), (given.out_of_turn, "out of turn"), (given.given_back, "given back"))
    return ", ".join(f"{count} {what}" for count, what in counts if count)


def _stands(rep: Rep, standing: Standing | None, work: Work) -> tuple[Leaf, ...]:
    if standing is None or standing.why == "deactivated":
        return ("; no account in use",)
    if not standing.on_shift:
        until: tuple[Leaf, ...] = (" until ", date(standing.until)) if standing.until else ()
        return (f"; {standing.why}", *until)
    full = next((f"; at their cap, {most} {CAPS[cap]}" for cap, had, most in caps(rep, work) if had >= most), None)
    return (full or "; on shift",)
