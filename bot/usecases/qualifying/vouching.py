"""Somebody of ours says that what is known of a lead is right."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.lead import Facts, Proof, fact
from bot.domain.tasks import written
from storage.tables import LeadRow


def vouch(lead: LeadRow, facts: Facts, fields: Iterable[str], by: str, now: datetime) -> None:
    """Notes a proof of every one of these fields that has a value in `facts`.

    Nothing that was vouched for before is dropped, so that any past moment can be judged again as it was.
    """
    values = {field: written(fact(facts, field)) for field in fields}
    known = {(one["field"], one["value"]) for one in lead.proofs}
    given = [
        Proof(field=field, value=value, by=by, at=now)
        for field, value in values.items()
        if value is not None and (field, value) not in known
    ]
    lead.proofs = [*lead.proofs, *(proof.model_dump(mode="json") for proof in given)]
