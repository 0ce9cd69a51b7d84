"""Names of companies and people in one spelling, so that the same one is recognised however it is written."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

LETTERS: Final = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
"""Letters that stay as they are when accents are taken off."""
UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
DIGRAPH: Final = re.compile("(?<=[aou])e|(?<=a)a")

WESTERN: Final = """
    ab abp ad ag aktiengesellschaft anonyme aps as asa beschraenkter beschrankter bhd bv bvba co company corp
    corporation cv cvba dba dmcc doo ead eeig eg ehf eireli ek eood epe eurl ev fzc fzco fze fzllc gaisha gbr ges
    gesellschaft gesmbh ggmbh gie gk gmbh godo haftung haftungsbeschraenkt haftungsbeschrankt hf inc incorporated jsc
    kabushiki kaisha kft kg kgaa kk koop ks lda limitada limited limitee llc llp lp ltd ltda mb mbh mchj nv oao od ohg
    ojsc oo ood ooo oy oyj pao pjsc plc pllc private pt pte pty public pvt qsc sa sab sac saoc saog sapi sarl sarlu sas
    sasu sca scrl scs sdn se sia sl slne sls slu snc soc societe sp spa spj spk sprl spzoo srl srls sro tbk uab ug vof
    rl wll yk yugen zao zrt
"""
CYRILLIC: Final = "ооо оао зао пао ао ип тов"
LEGAL_FORMS: Final = frozenset(WESTERN.split() + CYRILLIC.split())
"""What says only which kind of company it is, as it stands at the end of a name (at the beginning: `LEADING`)."""
LEADING: Final = frozenset({"ooo", "oao", "zao", "pao", "pt", "sia", "uab", "ab", "as"}) | frozenset(CYRILLIC.split())
JOINTS: Final = frozenset({"and", "und", "et", "y", "e", "og", "och", "en", "de", "mit", "z"})
"""Words between such forms: left out only among them, never at the end of what is left."""
SINGLES: Final = re.compile(r"\b\w(?: \w)+\b")
"""Letters that a dot or a stroke set apart: `S. A.`, `A/S`, `H & M`."""
EASTERN: Final = re.compile(
    "株式会社|有限会社|合同会社|合資会社|股份有限公司|有限责任公司|有限公司|주식회사|유한회사|㈜|㈱|㈲|[(（][株주有][)）]"
)


def fold(text: str) -> str:
    """Words in one spelling: no case, no accents, no punctuation, one blank between."""
    return _plain(text.casefold())


def _plain(lowered: str) -> str:
    decomposed = unicodedata.normalize("NFKD", lowered.translate(LETTERS))
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    composed = unicodedata.normalize("NFKC", letters)
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"['’.`]", "", composed)).split())


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """A company's name as it is compared: folded, and without its legal form; all of it where nothing else is left."""
    return _bare(fold(EASTERN.sub(" ", unicodedata.normalize("NFKC", EASTERN.sub(" ", name))))) or fold(name)


def _bare(folded: str) -> str:
    words = SINGLES.sub(lambda letters: letters[0].replace(" ", ""), folded).split()
    end = len(words)
    for at in range(len(words) - 1, 0, -1):
        if words[at] in LEGAL_FORMS:
            end = at
        elif words[at] not in JOINTS:
            break
    start = 1 if end > 1 and words[0] in LEADING else 0
    return " ".join(words[start:end])


def spellings(name: str) -> frozenset[str]:
    """The keys of a name: as written, and with `ü` as `ue` and the like, as it is written where there is no `ü`."""
    spelt_out = unicodedata.normalize("NFC", name).casefold().translate(UMLAUTS)
    return frozenset(filter(None, (name_key(name), name_key(spelt_out))))


def keys_to_look_up(name: str) -> frozenset[str]:
    """Every key under which a company that may be this one is kept; `alike` then says whether it is."""
    written = spellings(name)
    return written | {DIGRAPH.sub("", key) for key in written}
