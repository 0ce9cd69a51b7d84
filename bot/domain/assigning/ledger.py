"""Whose turn it is: one ledger for a team, whatever rule brings a lead to it.

Every lead is shared out on paper: each rep who may have it is credited with their part of its value, by weight, and
whoever gets it is charged with all of it. What is left on a rep's account is how far they are behind their fair share
(above zero) or ahead of it; all accounts of a team together are nothing. Nobody's account moves while they are away,
at their cap, or not among those whom a lead may go to.

Among those who are behind with the new lead counted, it goes to whoever would first be a whole lead of the greatest
value behind if they were passed over from now on: the earliest deadline first, which solves the chairman assignment
problem (R. Tijdeman, Discrete Mathematics 32, 1980) for leads of different values too. Let V be the greatest value.
While the same reps may have every lead:

- Nobody gets V ahead: only who is behind is chosen, and one lead takes V from them at most.
- Nobody gets V behind. Suppose that rep i is, at D, where time is the value given out so far. Let L(j) be how far j
  would be behind at D without another lead; it never rises. Take the last lead before D that went to somebody with
  L < V. All later ones went to reps with L >= V. They and i had L >= V at that lead too, so none of them was behind
  then, or they would have been chosen. So at D they are together behind by no more than they were credited since less
  all that was given out since: by nothing. But none of them is ahead at D, and i is V behind. A contradiction.

Who may have a lead changes from one to the next, as in the carpool problem (R. Fagin and J. H. Williams, IBM Journal of
Research and Development 27, 1983). Then whoever is V behind or more goes first, the furthest first, and where nobody is
behind, whoever is least ahead is chosen. So nobody of n reps is ever more than (n - 1) V away from their share: no sum
of k accounts passes V k (n - k), for it only grows by a lead after which some account outside it is less than 2 V below
one in it. No fixed rule can keep that from growing with n (M. Ajtai and others, Journal of Algorithms 29, 1998).
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import sha256

from bot.domain.teams import Team
from bot.domain.values import Value

TURN = 5_342_931_457_063_200
"""Parts in which a turn is counted: every weight up to 40, and every sum of weights up to there, divides it."""
MOST_OWED = 3
"""So many turns behind nobody gets by turns given back: a comeback is no flood."""
UNIT = ""
"""In a ledger as stored, the key of the number of parts in a turn; the release before this one stored none."""

Entry = Mapping[str, int]
"""What one lead changes, a rep; all of it together is nothing."""


class Ledger(Value):
    """How far each rep of a team is behind their share, in parts of a turn."""

    behind: Mapping[str, int]

    def of(self, rep: str) -> int:
        return self.behind.get(rep, 0)

    def booked(self, entry: Entry) -> "Ledger":
        """After this entry; whoever is not in the team any more is left out of it."""
        return Ledger(behind={rep: had + entry.get(rep, 0) for rep, had in self.behind.items()})

    def stored(self) -> dict[str, dict[str, int]]:
        return {"owed": {UNIT: TURN, **self.behind}}


def as_stored(stored: Mapping[str, Mapping[str, int]], team: Team) -> Ledger:
    """The ledger of a team as it is now, of whichever release: who left is shared out, who is new begins with nothing.

    The release before this one counted a lead as the weights of those on shift together, and nobody further than that
    from their share.
    """
    written, weights = stored.get("owed", {}), {rep.email: rep.weight for rep in team.reps}
    unit = written.get(UNIT)
    whole = unit or sum(weights.values())
    most = None if unit else whole
    parts = {rep: _within(written.get(rep, 0), most) * TURN // whole for rep in weights}
    return Ledger(behind=parts).booked(shares(weights, -sum(parts.values()), lot=team.id))


def _within(behind: int, most: int | None) -> int:
    return behind if most is None else max(-most, min(behind, most))


def shares(weights: Mapping[str, int], parts: int, lot: str) -> dict[str, int]:
    """So many parts, shared out by weight without a rest; by lot, who gets one part more."""
    whole = sum(weights.values())
    given = {rep: parts * weight // whole for rep, weight in weights.items()}
    for rep in sorted(given, key=lambda rep: drawn(lot, rep))[: parts - sum(given.values())]:
        given[rep] += 1
    return given


def drawn(lot: str, rep: str) -> bytes:
    """A rep's lot: chance, but the same each time it is asked for."""
    return sha256(f"{lot}\n{rep}".encode()).digest()


def by_turn(ledger: Ledger, weights: Mapping[str, int], value: int, greatest: int, lot: str) -> list[str]:
    """Those who may have a lead of this value, in the order in which it is their turn; never by place or seniority."""
    shared = shares(weights, value * TURN, lot)
    limit = max(value, greatest) * TURN

    def urgency(rep: str) -> tuple[int, Fraction | int, int, bytes]:
        claim = ledger.of(rep) + shared[rep]
        if claim >= limit:
            return 0, 0, -claim, drawn(lot, rep)
        if claim > 0:
            return 1, Fraction(limit - claim, weights[rep]), -claim, drawn(lot, rep)
        return 2, 0, -claim, drawn(lot, rep)

    return sorted(weights, key=urgency)


def in_turn(rep: str, weights: Mapping[str, int], value: int, lot: str) -> Entry:
    """What it changes that a lead goes to the rep whose turn it is."""
    entry = shares(weights, value * TURN, lot)
    entry[rep] -= value * TURN
    return entry


def out_of_turn(ledger: Ledger, rep: str, weights: Mapping[str, int], value: int, greatest: int, lot: str) -> Entry:
    """What it changes that a lead goes to somebody whoever's turn it is: it counts, but for no more than puts them one
    lead ahead. So they miss one turn at most, however many such leads they get."""
    others = sum(weights.values()) - weights[rep]
    room = max(0, ledger.of(rep) + max(value, greatest) * TURN)
    parts = min(value * TURN, room * (others + weights[rep]) // others) if others else 0
    entry = shares(weights, parts, lot)
    entry[rep] -= parts
    return entry


def given_back(ledger: Ledger, rep: str, entry: Entry, greatest: int) -> Entry:
    """What undoes an entry, as if there had been no lead; nobody gets further behind by it than `MOST_OWED` turns."""
    back = {one: -parts for one, parts in entry.items()}
    gain, room = back.get(rep, 0), max(0, MOST_OWED * greatest * TURN - ledger.of(rep))
    if gain <= room:
        return back
    part = {one: -(-parts * room // gain) for one, parts in back.items() if one != rep}
    return {**part, rep: -sum(part.values())}


def turns(parts: int) -> float:
    """Parts as turns, to a tenth."""
    return round(parts / TURN, 1) or 0.0


def weights_of(team: Team, reps: Iterable[str]) -> dict[str, int]:
    """The weights of these of a team's reps."""
    asked = set(reps)
    return {rep.email: rep.weight for rep in team.reps if rep.email in asked}
