"""What the next rep is told of a lead that somebody hands on to them."""

from collections.abc import Mapping
from typing import Any


def handed_on(how: str, by: str, note: str | None) -> Mapping[str, Any]:
    """Who hands it on, how (`passed on`, `rerouted`, `reassigned`), and in which words; kept with the offer."""
    return {"handed_on": {"how": how, "by": by, **({"note": note} if note else {})}}
