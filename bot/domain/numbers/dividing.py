"""What numbers can be divided by; the command line reads this and nothing else of them, for it must answer at once."""

from enum import StrEnum


class By(StrEnum):
    """What a report can be divided by."""

    REP = "rep"
    TEAM = "team"
    CAMPAIGN = "campaign"
    SOURCE = "source"
    REASON = "reason"
    PATH = "path"
    CRITERION = "criterion"
    POLICY = "policy"
    GRADE = "grade"
    ORIGIN = "origin"
    PROMISE = "promise"
    SIDE = "side"
