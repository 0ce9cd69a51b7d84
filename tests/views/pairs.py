"""Two leads that may be one person, as marketing is asked about them."""

from dataclasses import replace

from bot.domain.handoff import BATON
from bot.domain.identifying.identity import Alike
from bot.domain.identifying.pairs import Beside, Pair, Said
from bot.domain.lead import Stage
from tests.views.samples import ANA, MAYA, NOW, RITA

TWIN = ANA.model_copy(update={"source": "fair", "email": "silva@acme.example", "phone": None, "title": None})
PAIR = Pair(
    7,
    (Beside(ANA, Stage.SQL, NOW, RITA), Beside(TWIN, Stage.PROSPECT, NOW)),
    Alike(alike=("name", "company", "domain"), differs=("e-mail",)),
)
MERGED = replace(PAIR, said=Said(True, BATON, NOW), merge=3)
SAID_TWO = replace(PAIR, said=Said(False, MAYA, NOW))
UNDONE = replace(PAIR, said=Said(True, MAYA, NOW), undone=Said(False, MAYA, NOW))
