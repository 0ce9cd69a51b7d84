"""Slack's numbers, kept here on purpose and nowhere shared with an app: the judge has its own copy."""

from __future__ import annotations

from types import MappingProxyType

ANSWER_SECONDS = 3.0
TRIGGER_SECONDS = 3
RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5

TEXT_KEPT = 40_000
UPDATE_TEXT = 4_000
MESSAGE_BLOCKS = 50
MESSAGE_BLOCK_TEXT = 13_200
"""Undocumented: messages with more text than this in their blocks were seen refused with `msg_blocks_too_long`."""

TABLE_CHARACTERS = 10_000
DATA_TABLE_CHARACTERS = 20_000
MARKDOWN_CHARACTERS = 12_000
CHARTS = 2
VIEW_BLOCKS = 100
ATTACHMENTS = 100
METADATA_BYTES = 8_000
"""Slack does not publish this one; eight kilobytes is a guess on the small side."""

VIEW_BYTES = 250_000
VIEW_STACK = 3

HISTORY_DEFAULT = 100
HISTORY_MAX = 999
OPEN_USERS = 8

POSTS_A_SECOND_A_CHANNEL = 1.0
POST_BURST_A_CHANNEL = 3
"""Slack speaks of short bursts without a number; three posts at once pass, then one each second."""

POSTS_A_MINUTE = 300
"""Slack says several hundred a minute for a workspace; this is the low end of several."""

TIER_1, TIER_2, TIER_3, TIER_4, SPECIAL = 1, 20, 50, 100, 600

CALLS_A_MINUTE = MappingProxyType(
    {
        "auth.test": SPECIAL,
        "blocks.validate": TIER_4,
        "chat.delete": TIER_3,
        "chat.getPermalink": SPECIAL,
        "chat.postEphemeral": TIER_4,
        "chat.postMessage": POSTS_A_MINUTE,
        "chat.update": TIER_3,
        "conversations.history": TIER_3,
        "conversations.info": TIER_3,
        "conversations.list": TIER_2,
        "conversations.members": TIER_4,
        "conversations.open": TIER_3,
        "conversations.replies": TIER_3,
        "dnd.info": TIER_3,
        "reactions.add": TIER_3,
        "users.getPresence": TIER_3,
        "users.info": TIER_4,
        "users.list": TIER_2,
        "users.lookupByEmail": TIER_3,
        "views.open": TIER_4,
        "views.publish": TIER_4,
        "views.push": TIER_4,
        "views.update": TIER_4,
    }
)
