"""The ids that tie what is rendered to who listens."""

from enum import StrEnum


class Action(StrEnum):
    """`action_id`s of buttons and selects; a button's value is the id of its handoff (or policy version) alone."""

    ACCEPT = "accept"
    REJECT = "reject"
    REJECT_BECAUSE = "reject_because"
    PASS_ON = "pass_on"  # noqa: S105 -- a lead is passed on, no password
    ASK_MARKETING = "ask_marketing"
    UNDO = "undo"
    LOG_FOLLOW_UP = "log_follow_up"
    LOG_REACHED = "log_reached"
    LOG_NO_ANSWER = "log_no_answer"
    PAUSE = "pause"
    RESUME = "resume"
    OPPORTUNITY = "opportunity"
    WON = "won"
    LOST = "lost"
    REASSIGN = "reassign"
    TAKE_OVER = "take_over"
    CLAIM = "claim"
    ALL_EVIDENCE = "all_evidence"
    DEFINITION = "definition"
    DEADLINE = "deadline"
    WRITE_BRIEF = "write_brief"
    ADD_MISSING = "add_missing"
    ANSWER_QUESTION = "answer_question"
    GOT_IT = "got_it"
    WILL_FIX = "will_fix"
    DISAGREE = "disagree"
    SAME_PERSON = "same_person"
    TWO_PEOPLE = "two_people"
    UNDO_MERGE = "undo_merge"
    SIGN_POLICY = "sign_policy"
    OBJECT_POLICY = "object_policy"
    WITHDRAW_POLICY = "withdraw_policy"
    BACKTEST = "backtest"
    PROPOSE = "propose"
    KEEP_POLICY = "keep_policy"
    AWAY = "away"
    BACK = "back"
    REMOVE_ABSENCE = "remove_absence"
    GIVE_OFFERED = "give_offered"
    GIVE_ACCEPTED = "give_accepted"
    CHOOSE_REASON = "choose_reason"
    CHOOSE_CHANGE = "choose_change"
    CHOOSE_QUESTION = "choose_question"


class Form(StrEnum):
    """`callback_id`s of modals."""

    REJECT = "reject_form"
    PASS_ON = "pass_on_form"  # noqa: S105
    ASK_MARKETING = "ask_marketing_form"
    FOLLOW_UP = "follow_up_form"
    PAUSE = "pause_form"
    OPPORTUNITY = "opportunity_form"
    WON = "won_form"
    LOST = "lost_form"
    REASSIGN = "reassign_form"
    OBJECT = "object_form"
    BRIEF = "brief_form"
    MISSING = "missing_form"
    ANSWER = "answer_form"
    DISAGREE = "disagree_form"
    PROPOSE = "propose_form"
    NEW_LEAD = "new_lead_form"
    AWAY = "away_form"


class Shortcut(StrEnum):
    """`callback_id`s of shortcuts, as the manifest has them."""

    HAND_OVER = "hand_over"
    HAND_OVER_THIS = "hand_over_this"


class Field(StrEnum):
    """`block_id`s of inputs; the element in each has the same `action_id`, but for the reason, which is listened to."""

    REASON = "reason"
    EVIDENCE = "evidence"
    DETAIL = "detail"
    HOW = "how"
    OUTCOME = "outcome"
    NOTE = "note"
    REP = "rep"
    QUESTION = "question"
    BRIEF_NAME = "brief_name"
    BRIEF_WORDS = "brief_words"
    BRIEF_PROMISE = "brief_promise"
    BRIEF_LINK = "brief_link"
    WHY = "why"
    PATH = "path"
    CHECKED = "checked"
    FROM_DAY = "from_day"
    FROM_TIME = "from_time"
    UNTIL_DAY = "until_day"
    UNTIL_TIME = "until_time"
