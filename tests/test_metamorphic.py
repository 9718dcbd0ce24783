"""Ways of writing a document that must not matter: facts and findings stay what they are.

Samples, samples with planted errors, generated documents and, where they are at hand, shared ones are rewritten.
``python tests/test_metamorphic.py`` prints what each rewriting loses.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest

from cnfin.audit import audit
from cnfin.records import fact_records
from cnfin.tagger import Tagger

ROOT = Path(__file__).parents[1]
SAMPLES = (
    "anhui-2016-zhen-sangong", "chongqing-2023-jiedao-juesuan", "guangxi-2017-zhongxue-juesuan",
    "henan-2018-fayuan-yusuan", "hunan-2021-jiaoyu-zhengti",
)  # fmt: skip
SHARED = ("chengde-2020-budget", "mianzhu-2020", "panjin-2020")
COMPARED = ("subject", "code", "measure", "year", "value", "flow", "funds", "division")
Found = tuple[Counter[Any], Counter[Any]]
Rewrite = Callable[[str], str]

FULL = str.maketrans("0123456789", "０１２３４５６７８９")
RADICALS = {ord(unicodedata.normalize("NFKC", chr(code))): chr(code) for code in range(0x2F00, 0x2FD6)}
CHINESE = "〇一二三四五六七八九"
BEFORE_A_SUM, BEHIND_A_SUM = r"(?<=[为占加少长降])(?=\d)", r"(?<=\d)(?=万元|%)"
THOUSANDS = r"(?<![\d.,，])(\d{1,3})(\d{3})(?=\.\d\d)"
POINT = r"(?<=\d)\.(?=\d\d)"
#: Marks that print never puts at the beginning of a line.
CLOSING = "，。、；：！？）》”’％%)]"


def each_line(change: Rewrite, prose: bool = False) -> Rewrite:
    """``change`` for every line that is not blank, or only for those of running text."""
    return lambda text: "\n".join(
        change(line) if line.strip() and ("。" in line or not prose) else line for line in text.split("\n")
    )


def exchange(pattern: str, new: str) -> Rewrite:
    return lambda text: re.sub(pattern, new, text)


def around_sums(blank: str) -> Rewrite:
    return lambda text: re.sub(BEFORE_A_SUM, blank, re.sub(BEHIND_A_SUM, blank, text))


def between(mark: str) -> Rewrite:
    """``mark`` between all characters."""
    return lambda text: mark.join(text)


def line_ends(end: str) -> Rewrite:
    return lambda text: text.replace("\n", end)


def wrapped(columns: int) -> Rewrite:
    """Paragraphs printed in lines of so many full-width characters, figures kept whole, closing marks hung over."""

    def width(char: str) -> int:
        return 1 if char < "\u2e80" and char not in "“”—…·" else 2

    def wrap(line: str) -> str:
        if len(line) <= columns or "\t" in line or "|" in line:
            return line
        lines, now, room = [], "", 2 * columns
        for word in re.findall(r"[0-9][0-9.,，]*[0-9]%?|.", line):
            size = sum(map(width, word))
            if size > room and word[0] not in CLOSING:
                lines.append(now)
                now, room = "", 2 * columns
            now, room = now + word, room - size
        return "\n".join((*lines, now))

    return lambda text: "\n".join(map(wrap, text.split("\n")))


REWRITES: dict[str, Rewrite] = {
    "CRLF": line_ends("\r\n"),
    "CR": line_ends("\r"),
    "line separators": line_ends("\u2028"),
    "next lines": line_ends("\x85"),
    "vertical tabs": line_ends("\x0b"),
    "page breaks": exchange(r"\n(?=[二三]、)", "\n\x0c"),
    "final newlines": lambda text: text + "\n\n\n",
    "text before": lambda text: "您现在的位置：首页 > 政务公开\n打印本页\n" + text,
    "text behind": lambda text: text.rstrip("\n") + "\n版权所有，翻印必究。\n",
    "blank lines behind paragraphs": each_line(lambda line: line + "\n", prose=True),
    "blank lines before them too": each_line(lambda line: "\n" + line + "\n", prose=True),
    "lines of blanks": each_line(lambda line: line + "\n\u3000\u3000", prose=True),
    "leading blanks": each_line(lambda line: "    " + line),
    "leading tabs": each_line(lambda line: "\t" + line),
    "leading tabs of paragraphs": each_line(lambda line: "\t" + line, prose=True),
    "indents": each_line(lambda line: "\u3000\u3000" + line),
    "trailing blanks": each_line(lambda line: line + "  "),
    "trailing ideographic blanks": each_line(lambda line: line + "\u3000"),
    "trailing no-break spaces": each_line(lambda line: line + "\u00a0"),
    "trailing tabs": each_line(lambda line: line + "\t"),
    "trailing tabs of lines without any": each_line(lambda line: line if "\t" in line else line + "\t"),
    "trailing tabs of paragraphs": each_line(lambda line: line + "\t", prose=True),
    "commas in thousands": exchange(THOUSANDS, r"\1,\2"),
    "wide commas in thousands": exchange(THOUSANDS, r"\1，\2"),
    "blanks in thousands": exchange(THOUSANDS + r"(?=\.\d\d(?:万?元|%))", r"\1 \2"),
    "blanks behind commas of thousands": exchange(r"(?<=\d),(?=\d{3})", ", "),
    "blanks before points": exchange(POINT, " ."),
    "blanks behind points": exchange(POINT, ". "),
    "wide points": exchange(r"(?<=\d)\.(?=\d)", "．"),
    "full-width digits": lambda text: text.translate(FULL),
    "blanks around sums": around_sums(" "),
    "no-break spaces around sums": around_sums("\u00a0"),
    "thin spaces around sums": around_sums("\u2009"),
    "blanks in units": exchange("万元", "万 元"),
    "blanks behind commas": exchange("，", "， "),
    "blanks behind stops": exchange(r"。(?!\n)", "。 "),
    "wide per cent": exchange("%", "％"),
    "half-width colons": lambda text: text.replace("：", ":").replace("；", ";"),
    "half-width brackets": lambda text: text.replace("（", "(").replace("）", ")"),
    "straight quotes": lambda text: text.replace("“", '"').replace("”", '"'),
    # ① becomes 1, which no longer marks an item.
    "compatibility forms": lambda text: re.sub(
        "[^\u2460-\u24ff]+", lambda match: unicodedata.normalize("NFKC", match[0]), text
    ),
    "radicals": lambda text: text.translate(RADICALS),
    "years in Chinese": lambda text: re.sub(
        r"20(\d)(\d)年", lambda match: f"二〇{CHINESE[int(match[1])]}{CHINESE[int(match[2])]}年", text
    ),
    "blanks in years": exchange(r"(20\d\d)年", r"\1 年"),
    "zero-width spaces": between("\u200b"),
    "joiners": between("\u200d"),
    "word joiners": between("\u2060"),
    "byte order marks": between("\ufeff"),
    "soft hyphens": between("\u00ad"),
    "marks of direction": between("\u200f"),
    "variation selectors": between("\ufe00"),
}


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    return Tagger(roles=False)


def name_of(subject: str | None) -> str | None:
    """A name as it is whatever brackets, commas and quotes it is written in."""
    return subject and unicodedata.normalize("NFKC", subject).translate({ord(quote): '"' for quote in "“”"})


def found(text: str) -> Found:
    document = tagger().tag(text)
    facts = Counter(
        tuple(name_of(record[key]) if key == "subject" else record[key] for key in COMPARED)  # type: ignore[arg-type]
        for record in fact_records(document)
    )
    return facts, Counter((finding.check, finding.severity) for finding in audit(document))


def documents() -> dict[str, str]:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from synthesize import collection

    paths = [ROOT / "corpus" / "samples" / f"{name}.txt" for name in SAMPLES]
    paths += sorted((ROOT / "corpus" / "planted").glob("*.txt"))
    paths += [path for name in SHARED if (path := ROOT.parent / "shared" / "seeds" / f"{name}.txt").is_file()]
    made = [(name, text) for name, text, _ in collection(5, 30_000, errors=4)][:3]
    return {path.stem: path.read_text(encoding="utf-8") for path in paths} | dict(made)


DOCUMENTS = documents()


@cache
def as_written(name: str) -> Found:
    return found(DOCUMENTS[name])


def differences(name: str, rewrite: Rewrite) -> tuple[Counter[Any], Counter[Any], Counter[Any], Counter[Any]]:
    """The facts that are lost and new, and the findings, where a document is rewritten."""
    (facts, findings), (other_facts, other_findings) = as_written(name), found(rewrite(DOCUMENTS[name]))
    return facts - other_facts, other_facts - facts, findings - other_findings, other_findings - findings


def test_there_is_something_to_lose() -> None:
    facts = sum(sum(as_written(name)[0].values()) for name in DOCUMENTS)
    findings = sum(sum(as_written(name)[1].values()) for name in DOCUMENTS)
    assert len(DOCUMENTS) >= 11 and facts > 1000 and findings >= 16


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_every_rewriting_rewrites(rewrite: Rewrite) -> None:
    assert any(rewrite(text) != text for text in DOCUMENTS.values())


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_what_does_not_matter(rewrite: Rewrite, name: str) -> None:
    assert differences(name, rewrite) == (Counter(), Counter(), Counter(), Counter())


# Where a line ends is lost in wrapped text: a heading that fills its line, a list whose items do. So of all facts a few
# change; docs/robustness.md has the shares.
MOST_CHANGED, MOST_FINDINGS = 0.015, 4


@pytest.mark.parametrize("columns", range(20, 95, 5))
def test_hard_wraps_cost_little(columns: int) -> None:
    total = sum(sum(as_written(name)[0].values()) for name in DOCUMENTS)
    changed = [differences(name, wrapped(columns)) for name in DOCUMENTS]
    lost, gained, missed, accused = (sum(sum(each[place].values()) for each in changed) for place in range(4))
    assert max(lost, gained) <= MOST_CHANGED * total
    assert missed <= 1 and accused <= MOST_FINDINGS


def main() -> None:
    print(f"{len(DOCUMENTS)} documents, {sum(sum(as_written(name)[0].values()) for name in DOCUMENTS)} facts,",
          f"{sum(sum(as_written(name)[1].values()) for name in DOCUMENTS)} findings")  # fmt: skip
    for what, rewrite in {**REWRITES, **{f"wrapped at {size}": wrapped(size) for size in range(20, 95, 5)}}.items():
        each = {name: differences(name, rewrite) for name in DOCUMENTS}
        sums = [sum(sum(changed[place].values()) for changed in each.values()) for place in range(4)]
        where = [name for name, changed in each.items() if any(changed)]
        print(f"{what:36} facts -{sums[0]} +{sums[1]}, findings -{sums[2]} +{sums[3]}", *where, flush=True)


if __name__ == "__main__":
    main()
