"""The page for people and the table in the code say the same."""

from bot.domain.authority import MAY, Ask, Role
from bot.domain.handoff import Event
from bot.views.ids import Action, Form
from handlers.commands import SUBCOMMANDS
from tests.access.test_malformed import CHOSEN, FORMS, LISTENED
from tests.access.test_who_may import AT_ONCE, BY_FORM
from tests.access.test_who_sees import COMMANDS
from tests.stories.conftest import ROOT

ROWS: dict[str, set[Event | Ask]] = {
    "Accept, Reject, Pass on, Undo, Log follow-up": {
        *(Event.ACCEPT, Event.REJECT, Event.PASS_ON, Event.UNDO, Event.FOLLOW_UP)
    },
    "Wait for prospect, Go on, Opportunity, Won, Lost": {Event.PAUSE, Event.RESUME, Event.OUTCOME},
    "Assign or Reassign, Extend, Take over": {Event.ASSIGN, Event.EXTEND, Event.TAKE_OVER},
    "Claim a near miss": {Ask.CLAIM},
    "All evidence, Definition, Deadline (on a card)": {Ask.EVIDENCE},
    "Sign or Object to a policy": {Ask.SIGN},
    "`/lead propose`, Propose a change": {Ask.PROPOSE},
    "Withdraw a proposal": {Ask.WITHDRAW},
    "Keep it, in a review": {Ask.REVIEW},
    "Backtest of a proposal": {Ask.BACKTEST},
    "`/lead find`, `/lead why`, `/lead fair`, `/lead email`, `/lead brief`": {
        *(Ask.FIND, Ask.WHY, Ask.FAIR),
        *(Ask.EMAIL, Ask.BRIEFS),
    },
    "`/lead away`, `/lead back`, I'm away, I'm back": {Ask.AWAY},
    "The same for a rep": {Ask.SEND_AWAY},
    "Write a campaign brief": {Ask.WRITE_BRIEF},
    "`/lead policy`, `/leadstats`": {Ask.RULES, Ask.NUMBERS},
    "`/lead new`, “Hand over a lead”": {Ask.QUALIFY},
    "Add what is missing": {Ask.COMPLETE},
    "Ask marketing": {Ask.QUESTION},
    "Answer for marketing": {Ask.ANSWER},
    "Same person, Two people, Undo a merge": {Ask.MERGE},
    "`/lead help`": {Ask.HELP},
}


def test_the_page_says_what_the_table_says() -> None:
    page = (ROOT / "docs/access.md").read_text(encoding="utf-8")
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("|")]
    head, _, *lines = table
    written = {line[0]: {Role(role) for role, cell in zip(head[1:], line[1:], strict=True) if cell} for line in lines}
    assert written.keys() == ROWS.keys()
    assert set().union(*ROWS.values()) == MAY.keys()
    for name, acts in ROWS.items():
        for act in acts:
            assert written[name] == MAY[act] - {Role.UNKNOWN}, name


def test_nothing_that_can_be_pressed_submitted_or_typed_is_left_out_of_the_tables() -> None:
    elsewhere = {Action.ALL_EVIDENCE, Action.DEFINITION, Action.DEADLINE, Action.WRITE_BRIEF}
    elsewhere |= {Action.REJECT_BECAUSE}
    elsewhere |= {Action.SIGN_POLICY, Action.OBJECT_POLICY}
    elsewhere |= {Action.ADD_MISSING, Action.CLAIM}
    elsewhere |= {Action.WITHDRAW_POLICY, Action.PROPOSE, Action.KEEP_POLICY, *map(Action, CHOSEN)}
    elsewhere |= {Action.BACKTEST}
    elsewhere |= {Action.LOG_NO_ANSWER, Action.OPPORTUNITY, Action.LOST}  # as log_reached and won: one listener each
    elsewhere |= {Action.AWAY, Action.BACK, Action.REMOVE_ABSENCE, Action.GIVE_OFFERED, Action.GIVE_ACCEPTED}
    elsewhere |= {Action.ANSWER_QUESTION, Action.GOT_IT, Action.WILL_FIX, Action.DISAGREE}
    elsewhere |= {Action.SAME_PERSON, Action.TWO_PEOPLE, Action.UNDO_MERGE}
    assert {*AT_ONCE, *BY_FORM, *elsewhere} == set(Action) == {*LISTENED, *CHOSEN}
    assert (
        {*(form for form, _ in BY_FORM.values()), Form.OBJECT, Form.NEW_LEAD, Form.MISSING, Form.BRIEF, Form.PROPOSE}
        | {Form.OPPORTUNITY, Form.LOST, Form.ANSWER, Form.DISAGREE, Form.AWAY}
        == set(Form)
        == set(FORMS)
    )
    assert {text.split()[0] for name, text in COMMANDS if name == "/lead"} - {"dance"} == SUBCOMMANDS.keys()
