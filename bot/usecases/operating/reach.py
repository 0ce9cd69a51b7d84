"""How a person is reached, and their own choice of more."""

from typing import cast, get_args

from bot.domain.reach import EmailChoice, Reach, reach
from storage.assigning import people
from storage.database import Database
from storage.governing import policies

CHOICES: tuple[EmailChoice, ...] = get_args(EmailChoice)


async def ways(database: Database, person: str, *, email_set_up: bool) -> Reach:
    """By which ways Baton reaches this person now."""
    async with database.read() as session:
        known, found = await people.get(session, person), await policies.in_force(session)
    choice = cast(EmailChoice, known.email_choice) if known else "unopened"
    return reach(person, found[1] if found else None, known.email if known else None, choice, email_set_up=email_set_up)


async def choose_email(database: Database, person: str, choice: EmailChoice) -> None:
    """From the next lead on; nothing for people never looked up, for no lead comes to them."""
    async with database.write() as session:
        await people.choose_email(session, person, choice)
