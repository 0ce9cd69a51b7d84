"""Who may do what: the roles, the table, and the words for those who may not. Nothing else decides it."""

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.handoff import TRANSITIONS, Agreement, Event, Handoff, Refusal, State, what_happened
from bot.domain.policy import Policy


class Role(StrEnum):
    """What somebody is: to one handoff, to the policy, or to the workspace when the policy does not name them."""

    OWNER = "owner"
    MANAGER = "manager"
    DIRECTOR = "director"
    ADMIN = "admin"
    REP = "rep"
    MARKETING = "marketing"
    SIGNER = "signer"
    MEMBER = "member"
    GUEST = "guest"
    OUTSIDER = "outsider"
    """From another workspace, a bot, or deactivated."""
    UNKNOWN = "unknown"
    """Slack did not say in time."""


class Ask(StrEnum):
    """What somebody may want that is not about one handoff."""

    SIGN = "sign"
    PROPOSE = "propose"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    BACKTEST = "backtest"
    FIND = "find"
    WHY = "why"
    FAIR = "fair"
    EMAIL = "email"
    NUMBERS = "numbers"
    RULES = "rules"
    BRIEFS = "briefs"
    WRITE_BRIEF = "write brief"
    EVIDENCE = "evidence"
    """What a card shows more of: it was seen by whoever pressed it."""
    QUALIFY = "qualify"
    CLAIM = "claim"
    COMPLETE = "complete"
    QUESTION = "question"
    """To marketing, about a lead that one has."""
    ANSWER = "answer"
    """For marketing: to a rep's question, or about a lead that came back."""
    MERGE = "merge"
    AWAY = "away"
    """To say when one gets no leads oneself."""
    SEND_AWAY = "send away"
    """The same of a rep."""
    HELP = "help"


R = Role
LEADERS = frozenset({R.MANAGER, R.DIRECTOR, R.ADMIN})
"""Of the handoff's own team; admins of all."""
HOLDERS = LEADERS | {R.OWNER}
NAMED = LEADERS | {R.REP, R.MARKETING, R.SIGNER}
"""Whoever the policy names may use what shows leads, guests of the workspace too."""
MAY: Mapping[Event | Ask, frozenset[Role]] = {
    Event.ACCEPT: HOLDERS,
    Event.REJECT: HOLDERS,
    Event.UNDO: HOLDERS,
    Event.FOLLOW_UP: HOLDERS,
    Event.OUTCOME: HOLDERS,
    Event.PASS_ON: HOLDERS,
    Event.PAUSE: HOLDERS,
    Event.RESUME: HOLDERS,
    Event.ASSIGN: LEADERS,
    Event.EXTEND: LEADERS,
    Event.TAKE_OVER: LEADERS,
    Ask.SIGN: frozenset({R.SIGNER}),
    Ask.PROPOSE: LEADERS | {R.MARKETING, R.SIGNER},
    Ask.WITHDRAW: frozenset({R.OWNER, R.ADMIN}),
    Ask.REVIEW: frozenset({R.SIGNER, R.ADMIN}),
    Ask.BACKTEST: NAMED,
    Ask.FIND: NAMED,
    Ask.WHY: NAMED,
    Ask.FAIR: NAMED,
    Ask.EMAIL: NAMED,
    Ask.NUMBERS: NAMED | {R.MEMBER},
    Ask.RULES: NAMED | {R.MEMBER},
    Ask.BRIEFS: NAMED,
    Ask.WRITE_BRIEF: frozenset({R.MARKETING, R.ADMIN}),
    Ask.EVIDENCE: frozenset(Role),
    Ask.QUALIFY: frozenset({R.MARKETING, R.ADMIN}),
    Ask.CLAIM: LEADERS | {R.REP},
    Ask.COMPLETE: frozenset({R.MARKETING, R.ADMIN}),
    Ask.QUESTION: HOLDERS,
    Ask.ANSWER: frozenset({R.MARKETING, R.ADMIN}),
    Ask.MERGE: LEADERS | {R.MARKETING},
    Ask.AWAY: LEADERS | {R.REP},
    Ask.SEND_AWAY: LEADERS,
    Ask.HELP: frozenset(Role),
}


def roles_of(person: str, policy: Policy | None, team: str | None = None) -> frozenset[Role]:
    """What the policy says this person is; with a team, to that team. Nothing where it does not name them."""
    if policy is None:
        return frozenset()
    teams = [one for one in policy.teams if team in {None, one.id}]
    held = {
        R.MANAGER: any(person == one.manager for one in teams),
        R.DIRECTOR: any(person == one.director for one in teams),
        R.REP: any(one.has(person) for one in teams) or (team is None and person == policy.assignment.catch_all),
        R.ADMIN: person in policy.roles.admins,
        R.MARKETING: person in policy.roles.marketing,
        R.SIGNER: person in policy.sign_off.people,
    }
    return frozenset(role for role, is_held in held.items() if is_held)


def may_hold_leads(policy: Policy) -> set[str]:
    """Everyone who can own a handoff: reps, and those who may take one over or hold what waits."""
    return {person for person in policy.people() if roles_of(person, policy) & (LEADERS | {R.REP})}


def refused(handoff: Handoff, event: Event, by: str, agreement: Agreement) -> Refusal | None:
    """Why this person may not do this to the handoff now, or None when they may."""
    for_leaders = MAY[event] == LEADERS
    if event not in TRANSITIONS[handoff.state] or (for_leaders and not handoff.is_open):
        return Refusal(what_happened(handoff))
    if handoff.owner_gone and not for_leaders:
        return Refusal("This lead is about to go to somebody else, as its owner has left the team.")
    if handoff.state is State.WAITING and event is Event.ACCEPT:
        return _not_for_them(handoff, by, agreement)
    if MAY[event] & _roles_in(handoff, by, agreement):
        return None
    if for_leaders:
        manager = agreement.team(handoff.team).manager
        return Refusal(f"Only the manager of the team (<@{manager}>) and admins can do this.")
    return _only_holders(handoff)


def may_not_ask_marketing(handoff: Handoff, by: str, agreement: Agreement) -> Refusal | None:
    """Why this person may not ask marketing about this lead, or None when they may."""
    return None if MAY[Ask.QUESTION] & _roles_in(handoff, by, agreement) else _only_holders(handoff)


def _only_holders(handoff: Handoff) -> Refusal:
    holder = f"<@{handoff.owner}> has this lead" if handoff.owner else "Nobody has this lead"
    return Refusal(f"{holder}. Only they, their manager and admins can do this.")


def _not_for_them(handoff: Handoff, by: str, agreement: Agreement) -> Refusal | None:
    """What waits is accepted by nobody, unless it was opened to every rep of its team."""
    if not handoff.is_pooled:
        return Refusal(what_happened(handoff))
    if roles_of(by, agreement.current, handoff.team) & (LEADERS | {R.REP}):
        return None
    return Refusal("Only reps of this team and their manager can take this lead.")


def _roles_in(handoff: Handoff, person: str, agreement: Agreement) -> frozenset[Role]:
    """The policy in force says who leads a team, whatever was so when the handoff was made."""
    own = frozenset({R.OWNER}) if person == handoff.owner else frozenset()
    return own | roles_of(person, agreement.current, handoff.team)


OUTSIDE = "This is only for people of the workspace that Baton works for."
ONLY: Mapping[Ask, str] = {
    Ask.SIGN: "Only the people named in `sign_off` sign this policy.",
    Ask.PROPOSE: "Only managers, marketing, admins and signers propose changes. Tell one of them your idea.",
    Ask.WITHDRAW: "Only whoever proposed this, and admins, can take it back.",
    Ask.REVIEW: "Only whoever signs the policy, and admins, review it.",
    Ask.MERGE: "Only marketing, managers and admins say who is one person.",
    Ask.CLAIM: "Only reps and their managers claim leads.",
    Ask.AWAY: "Only reps and their managers say when they are away: nobody else gets leads.",
    Ask.SEND_AWAY: "Only they, their manager and admins say when somebody is away.",
    Ask.QUALIFY: "Only marketing and admins hand over leads themselves.",
    Ask.WRITE_BRIEF: "Only marketing and admins write campaign briefs.",
    Ask.ANSWER: "Only marketing and admins answer for marketing.",
    Ask.COMPLETE: "Only marketing and admins add what is missing. Tell one of them what you know.",
}
"""Said to everybody of the workspace who may not, whatever else they are."""
SAID: Mapping[Role, str] = {
    R.UNKNOWN: "Slack did not say in time who you are. Please try again.",
    R.OUTSIDER: OUTSIDE,
    R.GUEST: "You are a guest of this workspace, and this is for its members and whoever the policy names.",
}


def may_not(ask: Ask, roles: frozenset[Role], policy: Policy | None) -> Refusal | None:
    """Why somebody who is all this may not have what they ask for, or None when they may."""
    if MAY[ask] & roles:
        return None
    if ask in ONLY and not roles & {R.UNKNOWN, R.OUTSIDER}:
        return Refusal(ONLY[ask])
    told = next((SAID[role] for role in SAID if role in roles), "This is for people whom the policy names.")
    admins = " or ".join(f"<@{admin}>" for admin in policy.roles.admins[:3]) if policy else ""
    helps = admins and not roles & {R.UNKNOWN, R.OUTSIDER}
    return Refusal(f"{told} Ask {admins} if you should be named in it." if helps else told)
