"""By which ways Baton reaches whoever asks, and how they choose more."""

from bot.domain.authority import Role
from bot.domain.reach import Reach
from bot.views.blocks import Json, bold, bullets, leaf, line, prose, rich

TITLE = "How Baton reaches you"
STRANGER = "Baton writes only to people its policy names, and you are not one of them."
SLACK = "Slack: a direct message for every lead you are offered."
SLACK_OTHERS = "Slack: a direct message when something needs you."
NOT_SET_UP = "E-mail: not set up here."
NO_ADDRESS = "E-mail: none, because Slack tells Baton no address of yours. An admin can help."
EVERY = ", with every lead. `/lead email unopened` brings fewer."
MORE = ". `/lead email every` brings one with every lead."
ALARMS = ", when Baton needs an admin and Slack has not told you."


def ways(reach: Reach) -> Json | None:
    """A line a way."""
    if not reach.roles:
        return rich(line(STRANGER))
    is_rep = Role.REP in reach.roles
    return rich(
        line(bold(TITLE)),
        bullets([line(SLACK if is_rep else SLACK_OTHERS), _email(reach, is_rep)]),
    )


def _email(reach: Reach, is_rep: bool) -> Json | None:
    if not is_rep and Role.ADMIN not in reach.roles:
        return None
    if not reach.email_set_up:
        return line(NOT_SET_UP)
    if not reach.address:
        return line(NO_ADDRESS)
    to = leaf(reach.address)
    if not is_rep:
        return line("E-mail to ", to, ALARMS)
    if reach.choice == "every":
        return line("E-mail to ", to, *prose(EVERY))
    return line("E-mail to ", to, f", unless you have touched the card by then: {_waits(reach)}", *prose(MORE))


def _waits(reach: Reach) -> str:
    """`after 30 minutes (default), at once (fast)`; no names where all are the same."""
    told = {sla: wait if wait == "at once" else f"after {wait}" for sla, wait in reach.waits.items()}
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return ", ".join(f"{wait} ({sla})" for sla, wait in told.items())
