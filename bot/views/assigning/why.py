"""The answer to `/lead why`: why a lead is whose it is, and why nobody else's."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.domain.assigning.choice import Choice, Obstacle, Seen
from bot.domain.assigning.explained import Explained
from bot.domain.handoff import State
from bot.domain.teams import Rep
from bot.views.blocks import Json, Leaf, Message, bold, bullets, date, line, prose, rich, spoken, stacked, user
from bot.views.cards.choosing import by_rule, suited
from bot.views.conditions import condition_words
from bot.views.languages import language
from bot.views.privacy import public_facts
from bot.views.wording import lead_in_short, listed

MOST_REPS, MOST_NAMED = 30, 5


def why(asked: str, found: Sequence[Explained]) -> Message:
    """Of one lead everything; of several, which there are."""
    if not found:
        return _said(line(f"Nobody found for “{asked[:60]}”. Try part of a name or company, or an id."))
    if len(found) > 1:
        ways = bullets(_named(one) for one in found)
        return _said(line(f"{len(found)} found for “{asked[:60]}”. Say more of the one you mean:"), ways)
    return _one(found[0])


def _said(*parts: Json | None) -> Message:
    return Message(spoken(parts[0]), stacked(rich(*parts)))


def _named(one: Explained) -> Json | None:
    who = bold(lead_in_short(public_facts(one.facts)))
    if one.handoff is None:
        return line(who, ", not handed over yet")
    return line(who, ", ", *prose(f"`/lead why {one.handoff.id}`"))


def _one(told: Explained) -> Message:
    title = line(bold(lead_in_short(public_facts(told.facts))))
    if told.handoff is None:
        return _said(title, line("This lead has not been handed over to sales yet, so nobody was chosen."))
    choice = told.choice
    if choice is None:
        return _said(title, line(_no_choice(told)))
    chosen = _chosen(told, choice)
    counted = _rule(told, choice)
    reps = [_rep(rep, seen, told, choice) for rep, seen in choice.reps.items()][:MOST_REPS]
    more = len(choice.reps) - len(reps)
    return Message(
        spoken(title, chosen),
        stacked(
            rich(
                title,
                chosen,
                _taken_later(told),
                counted,
                *_had_been(choice),
                _next(choice),
                bullets(reps),
                line(f"and {more} more") if more > 0 else None,
            )
        ),
    )


def _no_choice(told: Explained) -> str:
    if told.handoff and told.handoff.state is State.WAITING:
        return "No rule leads to a team for it. Its manager can assign it."
    return "Nobody was chosen for it: somebody took it themselves, or it was given out before Baton kept its reasons."


def _chosen(told: Explained, choice: Choice) -> Json | None:
    if told.rep is None:
        return _nobody_yet(told, choice)
    when: tuple[Leaf, ...] = (" ", date(told.at)) if told.at else ()
    return line(user(told.rep), " got it", *when, ": ", BECAUSE[choice.by](choice), ".")


def _taken_later(told: Explained) -> Json | None:
    """Whoever takes a lead from a pool or from a rep was chosen by nobody, and has it all the same."""
    handoff = told.handoff
    if handoff is None or handoff.state not in {State.OFFERED, State.ACCEPTED}:
        return None
    if handoff.owner is None or told.rep in {None, handoff.owner}:
        return None
    return line(user(handoff.owner), " took it later, and has it now.")


def _nobody_yet(told: Explained, choice: Choice) -> Json | None:
    handoff = told.handoff
    if handoff and handoff.is_pooled:
        return line(f"Open to everybody in {choice.team}: whoever accepts first has it.")
    until: tuple[Leaf, ...] = (", it is tried again ", date(handoff.due_at)) if handoff and handoff.due_at else ()
    return line(f"Nobody of {choice.team} has it yet", *until, ".")


BECAUSE: Mapping[str, Callable[[Choice], str]] = {
    "turn": lambda one: f"{suited(one, False)}it was their turn in {one.team}{by_rule(one)}",
    "load": lambda one: f"{suited(one, False)}they had the least open work in {one.team}{by_rule(one)}",
    "account": lambda _: "it is their account",
    "holder": lambda _: "they had another lead of the company",
    "before": lambda _: "they had it before it was merged with another lead",
    "earlier": lambda _: "they accepted it the last time",
    "catch all": lambda _: "nobody else was left to take it",
    "manager": lambda _: "somebody who leads the team chose them",
    "passed on": lambda _: "a colleague passed it on to them",
    "pool": lambda _: "they took it first",
}


def _rule(told: Explained, choice: Choice) -> Json | None:
    """What the rule and the segment ask, in the words of the policy in force."""
    policy = told.policy
    rule = next((one for one in policy.routing if one.id == choice.rule), None)
    segment = policy.segment(choice.segment)
    asks = condition_words(rule.when, policy) if rule and rule.when else "holds for every lead"
    parts = [
        f"Rule {rule.id}: {asks}." if rule else "",
        f"Segment {segment.label}: {condition_words(segment.when, policy)}." if segment else "",
    ]
    said = " ".join(filter(None, parts))
    if choice.keeper is None:
        return line(said or None)
    return line(said or None, " Whose lead it is anyway, ", user(choice.keeper), ", could not have it.")


def _had_been(choice: Choice) -> Iterator[Json | None]:
    """`It would have gone to Ravi or Ruth had they been on shift.`: each kind of luck in one line."""
    would = {rep: one for rep, one in choice.reps.items() if one.after_all}
    for lacked, reps in (
        ("below their cap", [rep for rep, one in would.items() if one.no == "cap"]),
        ("on shift", [rep for rep, one in would.items() if one.no != "cap"]),
    ):
        named = [part for rep in reps[:MOST_NAMED] for part in (" or ", user(rep))][1:]
        yield line("It would have gone to ", *named, f" had they been {lacked}.") if reps else None


def _next(choice: Choice) -> Json | None:
    return line("Next in turn: ", user(choice.next), ".") if choice.next else None


def _rep(rep: str, seen: Seen, told: Explained, choice: Choice) -> Json | None:
    known = next((one.rep(rep) for one in told.policy.teams if one.id == choice.team), None)
    if rep == told.rep:
        return line(user(rep), f" got it, {_behind(seen)}")
    said = _obstacle(seen, known, told, choice) if seen.no else (" could have had it",)
    return line(user(rep), *said, f", {_behind(seen)}")


def _behind(seen: Seen) -> str:
    """`0.4 turns behind`, as it stood before this lead."""
    return behind_words(seen.behind or 0.0) + (f", {seen.open} open leads" if seen.open is not None else "")


def behind_words(turns: float) -> str:
    if not turns:
        return "had their share"
    return f"{abs(turns):g} {'turn' if abs(turns) == 1 else 'turns'} {'behind' if turns > 0 else 'ahead'}"


def _obstacle(seen: Seen, rep: Rep | None, told: Explained, choice: Choice) -> tuple[Leaf, ...]:
    if seen.no == "cap":
        return (f" was at their cap: {seen.had} of {seen.most} {CAPS[seen.cap or 'day']}",)
    if seen.no == "takes" and rep and rep.takes:
        return (f" takes other leads only ({condition_words(rep.takes, told.policy)})",)
    if seen.no == "language" and choice.language:
        return (f" does not speak {language(choice.language)}, and others do",)
    if seen.no == "skill":
        return (f" does not know {listed(choice.skills)}, and others do",)
    until: tuple[Leaf, ...] = (" until ", date(seen.until)) if seen.until else ()
    return (OBSTACLES[seen.no or "not asked"], *until)


CAPS = {"day": "today", "week": "this week", "open": "open at once"}
OBSTACLES: Mapping[Obstacle, str] = {
    "passed on": " has had it, and gave it up or let it pass",
    "not asked": " had it just before",
    "deactivated": " has no account in use",
    "takes": " takes other leads only",
    "off shift": " was off shift",
    "away": " was away",
    "do not disturb": " was not to be disturbed",
    "off duty": " was off duty",
}
