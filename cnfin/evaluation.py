"""How well records agree with gold annotations: precision, recall and F1 per label, role, measure and check.

Gold is JSON Lines with one annotation a line, told apart by ``t``: ``doc`` (the document's identity),
``sent`` (a sentence and its roles), ``span``, ``fact`` and ``finding``, with the keys of the records.

* A span is right where label and both ends are; its value and its code are scored beside it.
* Roles are scored by characters, so that another sentence boundary costs only what it covers.
* A fact is right where its value's place, measure, value and year are, and its code or its subject.
* A finding is found where a finding or its evidence touches it, and false where it touches none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

import msgspec

from cnfin.annotations import EvaluationError, Line, findings_by_document, gold_lines, records_by_document, records_of
from cnfin.document import ROLES, Measure

__all__ = ["EvaluationError", "Tallies", "Tally", "evaluate", "examples", "score", "table"]

_PART = re.compile(r"(?:\.gold|\.findings)?\.jsonl\Z")
_IDENTITY = ("unit", "province", "city", "county", "year", "kind")
_VALUE_KEYS = {"金额": "wan", "百分比": "percent", "数量": "number", "年度": "year"}
_MEASURES = frozenset(get_args(Measure))
_NOT_IN_NAMES = frozenset("“”\"'‘’（）()《》〔〕[]、，,。：:")
_OPENINGS = ("其中", "一般公共预算安排的")
_CLOSINGS = ("支出", "项目", "经费")
_EXACT = 1e-9


class Tally:
    """Hits, misses and false alarms of one kind of annotation, with the cases.

    Attributes:
        hits: how many annotations were found right.
        missed, false: the gold lines that were not found, the results that are not in the gold.
    """

    def __init__(self) -> None:
        self.hits = self.misses = self.alarms = 0
        self.missed: list[Line] = []
        self.false: list[Line] = []

    def miss(self, line: Line) -> None:
        """A gold annotation was not found."""
        self.misses += 1
        self.missed.append(line)

    def alarm(self, result: Line) -> None:
        """A result has no gold annotation."""
        self.alarms += 1
        self.false.append(result)

    @property
    def precision(self) -> float | None:
        """Share of right results, or None where there is no result."""
        return self.hits / (self.hits + self.alarms) if self.hits + self.alarms else None

    @property
    def recall(self) -> float | None:
        """Share of gold annotations that were found, or None where there are none."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall, or None where nothing was asked or found."""
        if not self.hits:
            return 0.0 if self.misses or self.alarms else None
        return 2 * self.hits / (2 * self.hits + self.misses + self.alarms)

    def scores(self) -> dict[str, float | int | None]:
        """The counts and scores as one JSON object."""
        return {
            "gold": self.hits + self.misses, "found": self.hits + self.alarms,
            "p": self.precision, "r": self.recall, "f1": self.f1,
        }  # fmt: skip


class Tallies(defaultdict[str, Tally]):
    """Hits and misses by what was scored: ``span 金额``, ``facts``, ``role 问题`` …."""

    def __init__(self) -> None:
        super().__init__(Tally)


def evaluate(gold: Path, tagged: Path, findings: Path | None = None) -> Tallies:
    """Score the records in files against gold.

    Args:
        gold: one document's gold, or a folder of ``NAME.jsonl`` (or ``NAME.gold.jsonl``) files, each
            scored against the records of the document called NAME; ``NAME.findings.jsonl`` adds to it.
        tagged: sentence records.
        findings: finding records, scored against the gold's findings.

    Raises:
        EvaluationError: a file cannot be read, a line is not what it should be, a gold file has no
            records, or two documents could be meant by one.
    """
    files: dict[str, list[Path]] = {}
    for path in sorted(gold.glob("*.jsonl")) if gold.is_dir() else [gold]:
        files.setdefault(_PART.sub("", path.name), []).append(path)
    if not files:
        raise EvaluationError(f"{gold}: holds no gold (*.jsonl)")
    records = records_by_document(tagged)
    audited = findings_by_document(findings) if findings else None
    tallies = Tallies()
    for name, paths in files.items():
        mine = records_of(name, records, tagged, alone=not gold.is_dir())
        if mine is None:
            raise EvaluationError(f"{tagged}: has no records of {name}")
        found = None
        if findings is not None and audited is not None:
            found = records_of(name, audited, findings, alone=not gold.is_dir()) or []
        lines = list(gold_lines(paths[0]))
        for path in paths[1:]:  # what one of the files says again counts once
            lines += [line for line in gold_lines(path) if line not in lines]
        score(lines, mine, found, tallies)
    return tallies


def score(gold: Sequence[Line], tagged: Sequence[Line], findings: Sequence[Line] | None, tallies: Tallies) -> None:
    """Add one document's hits, misses and false alarms to ``tallies``.

    Args:
        gold: the document's gold lines.
        tagged: its sentence records.
        findings: its finding records; None where findings are not scored.
    """
    by_type: dict[str, list[Line]] = defaultdict(list)
    for line in gold:
        by_type[line["t"]].append(line)
    _score_identity(by_type["doc"], tagged, tallies)
    _score_spans(by_type["span"], tagged, tallies)
    _score_roles(by_type["sent"], tagged, tallies)
    _score_facts(by_type["fact"], tagged, tallies)
    if findings is not None:
        _score_findings(by_type["finding"], findings, tallies["findings"])


def table(tallies: Tallies) -> str:
    """The scores for a person to read."""
    rows = [f"{'':24}{'gold':>7}{'found':>7}{'P':>8}{'R':>8}{'F1':>8}"]
    for name, tally in sorted(tallies.items()):
        counts = f"{tally.hits + tally.misses:7}{tally.hits + tally.alarms:7}"
        scores = (tally.precision, tally.recall, tally.f1)
        cells = "".join(f"{'-':>8}" if value is None else f"{value:8.3f}" for value in scores)
        wide = sum(char > "\u2e80" for char in name)
        rows.append(f"{name:{24 - wide}}{counts}{cells}")
    return "\n".join(rows)


def examples(tallies: Tallies, most: int) -> Iterator[str]:
    """Up to ``most`` misses and as many false alarms of each kind, a line each."""
    for name, tally in sorted(tallies.items()):
        for what, cases in (("missed", tally.missed), ("false", tally.false)):
            for case in cases[:most]:
                yield f"{name} {what}: {msgspec.json.encode(case).decode()}"


def _score_identity(gold: Sequence[Line], tagged: Sequence[Line], tallies: Tallies) -> None:
    if not gold or not tagged:
        return
    for key in _IDENTITY:
        wanted, mine = gold[0].get(key), tagged[0].get(key)
        if wanted is None:
            continue
        if mine == wanted:
            tallies["doc"].hits += 1
        else:
            tallies["doc"].miss({key: wanted})
            tallies["doc"].alarm({key: mine})


def _score_spans(gold: Sequence[Line], tagged: Sequence[Line], tallies: Tallies) -> None:
    found = {_place(span): span for record in tagged for span in record["spans"]}
    wanted = {_place(line): line for line in gold}
    for place, line in wanted.items():
        label, mine = line["label"], found.get(place)
        if mine is None:
            tallies[f"span {label}"].miss(line)
            continue
        tallies[f"span {label}"].hits += 1
        key = _VALUE_KEYS.get(label)
        if key and line.get(key) is not None:
            _compare(tallies[f"value {label}"], line, mine, _close(line[key], mine.get(key)))
        if label == "科目" and line.get("code"):
            right = mine.get("code") == line["code"]
            _compare(tallies["code 科目"], line, mine if mine.get("code") else None, right)
    for place, mine in found.items():
        if place not in wanted:
            tallies[f"span {mine['label']}"].alarm(mine)


def _compare(tally: Tally, line: Line, mine: Line | None, right: bool) -> None:
    if right:
        tally.hits += 1
        return
    tally.miss(line)
    if mine is not None:
        tally.alarm(mine)


def _score_roles(gold: Sequence[Line], tagged: Sequence[Line], tallies: Tallies) -> None:
    for role in ROLES:
        wanted = [line for line in gold if role in line["roles"]]
        mine = [record for record in tagged if role in record["roles"]]
        want, have = _covered(wanted), _covered(mine)
        both = _shared(want, have)
        tally = tallies[f"role {role}"]
        tally.hits += both
        tally.misses += _length(want) - both
        tally.alarms += _length(have) - both
        tally.missed += [line for line in wanted if _mostly_outside(line, have)]
        short = ({key: record[key] for key in ("start", "end", "text")} for record in mine)
        tally.false += [record for record in short if _mostly_outside(record, want)]


def _score_facts(gold: Sequence[Line], tagged: Sequence[Line], tallies: Tallies) -> None:
    found: dict[int, list[Line]] = defaultdict(list)
    for record in tagged:
        for fact in record["facts"]:
            if fact["measure"] in _MEASURES:
                found[fact["start"]].append(fact)
    for line in gold:
        if line["measure"] not in _MEASURES:
            continue
        here = found[line["start"]]
        same = next((fact for fact in here if _same_fact(line, fact)), None)
        for name in ("facts", f"fact {line['measure']}"):
            _compare(tallies[name], line, None, same is not None)
        if same is not None:
            here.remove(same)
    for fact in (fact for rest in found.values() for fact in rest):
        tallies["facts"].alarm(fact)
        tallies[f"fact {fact['measure']}"].alarm(fact)


def _same_fact(gold: Line, mine: Line) -> bool:
    if mine["measure"] != gold["measure"] or not _close(mine["value"], gold["value"]):
        return False
    if gold.get("year") is not None and mine["year"] != gold["year"]:
        return False
    if gold.get("code") and mine.get("code"):
        return str(gold["code"]) == str(mine["code"])
    wanted, given = _core(gold.get("subject")), _core(mine["subject"])
    longer, shorter = sorted((wanted, given), key=len, reverse=True)
    return wanted == given or (len(shorter) > 3 and longer.endswith(shorter))


def _score_findings(gold: Sequence[Line], findings: Sequence[Line], tally: Tally) -> None:
    touched: set[int] = set()
    for finding in findings:
        spans = [finding, *(finding.get("evidence") or ())]
        here = {
            number
            for number, line in enumerate(gold)
            if any(span["start"] < line["end"] and line["start"] < span["end"] for span in spans)
        }
        touched |= here
        if not here:
            tally.alarm(finding)
    for number, line in enumerate(gold):
        _compare(tally, line, None, number in touched)


def _place(span: Line) -> tuple[str, int, int]:
    return span["label"], span["start"], span["end"]


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(abs(one - other) <= _EXACT * max(1.0, abs(one)))


def _covered(lines: Iterable[Line]) -> list[tuple[int, int]]:
    """The stretches that lines cover, in order, none touching another."""
    covered: list[tuple[int, int]] = []
    for start, end in sorted((line["start"], line["end"]) for line in lines):
        if covered and start <= covered[-1][1]:
            covered[-1] = covered[-1][0], max(end, covered[-1][1])
        else:
            covered.append((start, end))
    return covered


def _length(stretches: Iterable[tuple[int, int]]) -> int:
    return sum(end - start for start, end in stretches)


def _shared(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> int:
    """How many offsets two lists of stretches have in common."""
    shared = here = there = 0
    while here < len(one) and there < len(other):
        (start, end), (first, last) = one[here], other[there]
        shared += max(0, min(end, last) - max(start, first))
        here, there = (here + 1, there) if end < last else (here, there + 1)
    return shared


def _mostly_outside(line: Line, stretches: Sequence[tuple[int, int]]) -> bool:
    inside = _shared([(line["start"], line["end"])], stretches)
    return inside * 2 < int(line["end"]) - int(line["start"])


def _core(name: str | None) -> str:
    """A subject without quotes, brackets, blanks, 其中 and a closing 支出, 项目 or 经费."""
    core = "".join(char for char in name or "" if char not in _NOT_IN_NAMES and not char.isspace())
    core = next((core.removeprefix(word) for word in _OPENINGS if core.startswith(word)), core)
    return next((core.removesuffix(word) for word in _CLOSINGS if core.endswith(word)), core) or core
