"""The workspace and Baton of the stories."""

from tests.stories.conftest import lawless, mail_settings, story

__all__ = ["lawless", "mail_settings", "story"]
