"""What every domain value is made of."""

from typing import NewType

from pydantic import BaseModel, ConfigDict

SlackId = NewType("SlackId", str)
"""A Slack user or channel id (U…, W…, C…, G…, D…)."""


class Value(BaseModel):
    """A frozen value that refuses fields it does not know; its errors, which reach the log, repeat nothing it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
