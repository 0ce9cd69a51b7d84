"""Addresses of the web that somebody typed in."""

import re
from urllib.parse import urlsplit

from bot.views.blocks import NOTE, Json, leaf

WEB = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?([/?#][a-z0-9!$%&'()*+,./:;=?@_~#-]*)?", re.IGNORECASE)


def web_link(address: str) -> Json:
    """A link to a page, where the address is plainly one of the web and nothing else; otherwise its text."""
    if not is_web(address):
        return leaf(address, limit=NOTE)
    return {"type": "link", "url": address, "text": address}


def is_web(address: str) -> bool:
    """Whether that is an http or https address in plain characters, without a name or password in it."""
    if not WEB.fullmatch(address):
        return False
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False
