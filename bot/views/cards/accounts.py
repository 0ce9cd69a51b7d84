"""What a card says of an account that sales already knows."""

from bot.domain.story import Story
from bot.views.blocks import Json, bold, line, user

HOW = {"domain": "same web domain", "email": "same e-mail domain", "name": "same name"}


def known_account(story: Story, viewer: str) -> Json | None:
    """`Acme is your account (same web domain).`, or whose it is."""
    account = story.account
    if account is None:
        return None
    whose = ("your account",) if account.owner == viewer else (user(account.owner), "'s account")
    how = HOW.get(account.how)
    return line(bold(account.name), " is ", *whose, f" ({how})." if how else ".")
