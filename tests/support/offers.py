"""What an offer, as it is stored, counts in the turns of its rep."""

from storage.tables import OfferRow


def turns_used(offer: OfferRow) -> int:
    """None where the lead came out of turn, or the turn was given back."""
    choice = (offer.why or {}).get("choice", {})
    in_turn = choice.get("by") in {"turn", "load"} and not choice.get("returned")
    return int(choice.get("value", 1)) if in_turn else 0
