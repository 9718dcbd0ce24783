"""文号: numbers of official documents, such as 某政办发〔2020〕5号."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from cnfin.document import DocumentNumber
from cnfin.lexicon import Lexicon
from cnfin.spans.normal import Normal

_FIND = (
    # 〔2020〕5号, 〔2020〕字第5号, （2019）12、13号
    re.compile(
        r"[〔（] ?(?:19|20)\d\d ?年? ?[〕）] {0,2}(?:字? ?第 ?)?\d{1,5}(?:-\d{1,3}|(?: ?[、和] ?\d{1,5}){1,6})? ?号"
    ),
    re.compile(r"20\d\d〕(?<=[发字函办预财编政文综农教社建企].{5}) {0,2}(?:第 ?)?\d{1,5} ?号"),  # the bracket got lost
    re.compile(r"令(?<=[院部委会局府席署行]令)第? ?\d{1,4} ?号"),  # 国务院令第738号
)
_ISSUER = re.compile(r"[\u4e00-\u9fff]{1,14}(?:（[\u4e00-\u9fff]{1,3}）)?$")
# 省教育厅川教函: an organ's full name before the short one.
_ORGAN = re.compile(r".*(?:厅|局|委员会|政府|办公室)(?=[^发字函办党文行规通审][\u4e00-\u9fff]{1,})")
LONGEST_ISSUER = 14


class DocumentNumbers:
    """Finds document numbers; the words that may stand before the issuer's code come from the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = sorted(map(re.escape, lexicon.table("issuer_stops", "word")), key=len, reverse=True)
        long, short = ([word for word in words if (len(word) > 1) is wanted] for wanted in (True, False))
        self._stop = re.compile(f".*(?:{'|'.join(long)})")
        self._short_stop = re.compile(f".*[{''.join(short)}]")
        self._leading = re.compile(f"[{''.join(short)}]*")

    def find(self, normal: Normal) -> Iterator[tuple[int, int, DocumentNumber]]:
        """Each document number with its span in the normal form."""
        text = normal.text
        for match in chain.from_iterable(pattern.finditer(text) for pattern in _FIND):
            start, end = match.span()
            if text[start - 1 : start] == " ":
                start -= 1
            issuer = _ISSUER.search(text[max(0, start - LONGEST_ISSUER - 5) : start])
            if issuer is None:
                continue
            start -= self._length(issuer[0], text[start - len(issuer[0]) - 1 : start - len(issuer[0])])
            first, last, written = normal.cut(start, end)
            yield start, end, DocumentNumber(start=first, end=last, text=written)

    def _length(self, issuer: str, before: str) -> int:
        """How much of the words before a number's bracket is the issuer's short name."""
        name = issuer.partition("（")[0]
        if organ := _ORGAN.match(name):
            return len(issuer) - organ.end()
        lead = self._stop.match(name)
        if lead and lead.end() < len(name):
            # 根据许昌经编发: after a longer word, 经 is part of the name unless it leads.
            leading = self._leading.match(name, lead.end())
            return len(issuer) - (leading.end() if leading and leading.end() < len(name) else lead.end())
        lead = self._short_stop.match(name)
        if lead is None or lead.end() == len(name) or (lead.end() == 1 and before and before in "（“《‘"):
            return len(issuer)  # （和政办发…, （经开管发…: the short name begins with a word that else stops it
        return len(issuer) - lead.end()
