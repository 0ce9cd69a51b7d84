"""Stories about who may do what."""

from tests.stories.conftest import *  # noqa: F403 -- every fixture that a story stands on
