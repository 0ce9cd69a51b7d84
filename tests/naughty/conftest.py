"""Whole stories for whoever sends what nobody should."""

from tests.stories.conftest import lawless, mail_settings, story

__all__ = ["lawless", "mail_settings", "story"]
