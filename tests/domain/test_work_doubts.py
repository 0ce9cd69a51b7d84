"""What `policy check` says of promised attempts."""

import pytest

from bot.policy_file import read, warnings

LEAST = """\
company: Acme
definition:
  criteria:
    - {id: vp, label: VP, reading: fit, points: 20, when: {field: title, equals: VP}}
  paths:
    - {id: p, label: P, fit: 20}
teams:
  - {id: emea, manager: marta@acme.example, reps: [{email: rita@acme.example}]}
sla:
  default:
    follow_up: {within: 4 business hours, ladder: [{at: 100%, do: remind}]}
"""


@pytest.mark.parametrize(
    ("within", "doubted"),
    [("12 business hours", False), ("4 business hours", True), ("2 business hours", True), ("2 business days", False)],
)
def test_attempts_need_more_time_than_the_first_touch(within: str, doubted: bool) -> None:
    text = LEAST + f"    attempts: {{count: 4, within: {within}}}\n"
    told = "sla.default.attempts.within: no time is left after the first of 4, which `follow_up` gives 4 business hours"
    assert [str(doubt).partition(", ")[2] for doubt in warnings(read(text), text)] == [told] * doubted
