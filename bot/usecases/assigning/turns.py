"""The ledger follows what becomes of offers: who was handed a lead out of turn, and whose turn was not used up."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.assigning.choice import Choice
from bot.domain.assigning.ledger import Ledger, given_back, out_of_turn, weights_of
from bot.domain.assigning.rules import greatest_value
from bot.domain.handoff import Agreement, Change
from bot.domain.teams import Team
from bot.usecases.assigning.availability import standings
from storage.assigning import offers, turns
from storage.assigning.offers import choice_of
from storage.database import Session
from storage.deciding import handoffs
from storage.tables import OfferRow

NOT_USED_UP = frozenset({"passed on", "withdrawn", "owner gone", "given away"})
"""How an offer ends that takes no turn from its rep; of a rejection its reason says so."""


@dataclass(frozen=True, slots=True)
class Books:
    """A team, and its ledger while nobody else hands out a lead of the team."""

    session: Session
    team: Team
    ledger: Ledger
    change: Change
    agreement: Agreement
    now: datetime


async def follow(session: Session, change: Change, agreement: Agreement, now: datetime) -> None:
    """Books what the ledgers do not know yet of the offers that ended, began and began again by this change.

    What routing chose is booked already. The caller holds the lead's lock; all ledgers are locked at once, in order.
    """
    handed_on, gives_back = change.offered_to and "choice" not in change.offer_why, _gives_back(change, agreement)
    if not (gives_back or handed_on or change.offer_resumed):
        return
    theirs = await handoffs.offers_of(session, change.handoff.id)
    ended = next((one for one in reversed(theirs) if one.ended_at == now), None)
    running = next((one for one in theirs if one.ended_at is None), None)
    steps = (
        (ended if gives_back else None, _take_back),
        (running if handed_on else None, _hand),
        (running if change.offer_resumed else None, _resume),
    )
    named = {offer.team for offer, _ in steps if offer}
    teams = {team.id: team for team in agreement.current.teams if team.id in named}
    ledgers = await turns.lock(session, teams.values()) if teams else {}
    for offer, book in steps:
        if offer and offer.team in teams:
            books = Books(session, teams[offer.team], ledgers[offer.team], change, agreement, now)
            ledgers[offer.team] = await book(offer, books)
            await turns.save(session, {offer.team: ledgers[offer.team]})


def _gives_back(change: Change, agreement: Agreement) -> bool:
    if change.offer_ended == "rejected":
        reason = agreement.own.reason(str(change.why.get("reason")))
        return reason is not None and reason.gives_turn_back
    return change.offer_ended in NOT_USED_UP


async def _take_back(offer: OfferRow, books: Books) -> Ledger:
    choice = choice_of(offer)
    if choice is None or not choice.booked:
        return books.ledger
    entry = given_back(books.ledger, offer.rep, choice.booked, greatest_value(books.agreement.current))
    kept = choice.model_copy(update={"returned": entry})
    await offers.keep(books.session, offer, kept)
    return books.ledger.booked(entry)


async def _resume(offer: OfferRow, books: Books) -> Ledger:
    choice = choice_of(offer)
    if choice is None or not choice.returned:
        return books.ledger
    await offers.keep(books.session, offer, choice.model_copy(update={"returned": {}}))
    return books.ledger.booked({rep: -parts for rep, parts in choice.returned.items()})


async def _hand(offer: OfferRow, books: Books) -> Ledger:
    """A person chose the rep: it counts for those who were on shift, as far as it may."""
    change, team, policy = books.change, books.team, books.agreement.current
    choice = Choice(by="passed on" if change.offer_ended == "passed on" else "manager", team=team.id)
    if team.has(offer.rep):
        there = await standings(books.session, policy, team, books.now)
        weights = weights_of(team, {offer.rep, *(rep for rep, one in there.items() if one.on_shift)})
        value, greatest = change.handoff.value, greatest_value(policy)
        entry = out_of_turn(books.ledger, offer.rep, weights, value, greatest, change.handoff.lead_id)
        choice = choice.model_copy(update={"booked": entry, "value": value})
    await offers.keep(books.session, offer, choice)
    return books.ledger.booked(choice.booked)
