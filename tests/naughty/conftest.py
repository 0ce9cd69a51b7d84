"""Whole stories for whoever sends what nobody should."""

from tests.stories.conftest import lawless, story

__all__ = ["lawless", "story"]
