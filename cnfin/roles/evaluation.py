"""Measuring a role model: precision, recall, F1, support and a confusion of roles, by groups too."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from cnfin.document import ROLES, Role
from cnfin.roles.data import Example, cue_words, groups_of, inputs_of, sign_words
from cnfin.roles.inputs import RoleInput
from cnfin.roles.model import RoleModel, from_classifier

NONE = "无"
Roles = tuple[Role, ...]
Result = TypeVar("Result")


class Score(msgspec.Struct, frozen=True):
    """Precision, recall and F1 of one role; ``support`` sentences have it, ``found`` were said to have it."""

    precision: float
    recall: float
    f1: float
    support: int
    found: int


class Report(msgspec.Struct, frozen=True):
    """What an evaluation gives.

    Attributes:
        sentences: number of sentences.
        roles: score of each role.
        macro_f1: mean F1 of the roles that occur.
        confusion: for each role wanted (无 for none) how often each role was said.
        groups: the same for each value of what was asked for (province, year, unit_kind, own sentences).
    """

    sentences: int
    roles: dict[str, Score]
    macro_f1: float
    confusion: dict[str, dict[str, int]]
    groups: dict[str, Report] = {}

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON, figures rounded to four digits."""
        roles = {
            role: {"precision": round(score.precision, 4), "recall": round(score.recall, 4), "f1": round(score.f1, 4),
                   "support": score.support, "found": score.found}
            for role, score in self.roles.items()
        }  # fmt: skip
        result: dict[str, Any] = {"sentences": self.sentences, "macro_f1": round(self.macro_f1, 4), "roles": roles}
        result["confusion"] = self.confusion
        if self.groups:
            result["groups"] = {name: report.to_dict() for name, report in self.groups.items()}
        return result


def compare(wanted: Sequence[Roles], said: Sequence[Roles]) -> Report:
    """Scores of the roles said against those wanted, sentence by sentence."""
    scores: dict[str, Score] = {role: _score(role, wanted, said) for role in ROLES}
    occurring = [score.f1 for score in scores.values() if score.support or score.found]
    confusion: dict[str, Counter[str]] = {name: Counter() for name in (*ROLES, NONE)}
    for want, have in zip(wanted, said, strict=True):
        for role in want or (NONE,):
            # A role that was found stands on the diagonal; one that was not, beside what was said instead.
            others: list[str] = [other for other in have if other not in want]
            confusion[role].update([role] if role in have else others or [NONE])
    table = {name: {other: row[other] for other in (*ROLES, NONE)} for name, row in confusion.items()}
    return Report(len(wanted), scores, sum(occurring) / len(occurring) if occurring else 0.0, table)


def _score(role: Role, wanted: Sequence[Roles], said: Sequence[Roles]) -> Score:
    support = sum(role in roles for roles in wanted)
    found = sum(role in roles for roles in said)
    both = sum(role in want and role in have for want, have in zip(wanted, said, strict=True))
    precision = both / found if found else 0.0
    recall = both / support if support else 0.0
    return Score(precision, recall, 2 * both / (support + found) if support + found else 0.0, support, found)


def grouped(examples: Sequence[Example], said: Sequence[Roles], by: str | Sequence[str] | None = None) -> Report:
    """:func:`compare`, and for each value of ``by`` alone: a key (province, year, unit_kind, source) or the values."""
    wanted = [example.roles for example in examples]
    report = compare(wanted, said)
    if by is None:
        return report
    groups: dict[str, Report] = {}
    values = [str(getattr(example, by) or "?") for example in examples] if isinstance(by, str) else by
    for value in sorted(set(values)):
        places = [place for place, each in enumerate(values) if each == value]
        groups[value] = compare([wanted[place] for place in places], [said[place] for place in places])
    return msgspec.structs.replace(report, groups=groups)


def evaluate(examples: Sequence[Example], model: RoleModel, by: str | None = None) -> Report:
    """Scores of a model on labelled sentences."""
    return grouped(examples, said_by(examples, model), by)


def said_by(examples: Sequence[Example], model: RoleModel) -> list[Roles]:
    """The roles that a model gives labelled sentences."""
    return [roles for roles, _ in model.predict(inputs_of(examples))]


class Mistake(msgspec.Struct, frozen=True):
    """A sentence whose roles were not all found, or that was given others."""

    text: str
    wanted: Roles
    said: Roles
    source: str


def mistakes(examples: Sequence[Example], model: RoleModel) -> list[Mistake]:
    """Every sentence that a model gives other roles than it has."""
    pairs = zip(examples, said_by(examples, model), strict=True)
    return [Mistake(each.text, each.roles, said, each.source) for each, said in pairs if said != each.roles]


def cross_validate(
    examples: Sequence[Example],
    *,
    folds: int = 5,
    weights: Sequence[float] | None = None,
    by: Sequence[str] | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Report:
    """Scores on documents that were not trained on, in ``folds`` rounds; for each value of ``by`` alone, too."""
    names = groups_of(examples)
    number = {name: place % folds for place, name in enumerate(dict.fromkeys(names))}
    return _held_out(examples, [number[name] for name in names], by, weights, progress)


def leave_one_out(
    examples: Sequence[Example], by: str, *, progress: Callable[[str], None] = lambda step: None
) -> Report:
    """Scores on each value of ``by`` (province …) by a model that was trained without it."""
    values = [str(getattr(example, by) or "?") for example in examples]
    return _held_out(examples, values, by, None, progress)


def _held_out(
    examples: Sequence[Example],
    parts: Sequence[object],
    by: str | Sequence[str] | None,
    weights: Sequence[float] | None,
    progress: Callable[[str], None],
) -> Report:
    said: list[Roles] = [()] * len(examples)
    rounds = list(dict.fromkeys(parts))
    tasks = [[place for place, each in enumerate(parts) if each == part] for part in rounds]
    wanted = [each.roles for each in examples]
    round_of = Round(inputs_of(examples), wanted, groups_of(examples), weights, cue_words(), sign_words())
    for number, (held, found) in enumerate(zip(tasks, in_parallel(round_of, tasks), strict=True), 1):
        progress(f"round {number} of {len(rounds)}")
        for place, roles in zip(held, found, strict=True):
            said[place] = roles
    return grouped(examples, said, by)


class Round(msgspec.Struct, frozen=True):
    """One round of a cross-validation: what is said of sentences by a model trained without them."""

    inputs: Sequence[RoleInput]
    wanted: Sequence[Roles]
    names: Sequence[str]
    weights: Sequence[float] | None
    cues: Sequence[tuple[str, str]]
    signs: Sequence[tuple[str, str]]

    def __call__(self, held: Sequence[int]) -> list[Roles]:
        """Train on everything else, and predict the sentences at ``held``."""
        from threadpoolctl import threadpool_limits

        from cnfin.roles.classifier import RoleClassifier

        out = frozenset(held)
        known = [place for place in range(len(self.inputs)) if place not in out]
        with threadpool_limits(1):
            classifier = RoleClassifier(self.cues, self.signs).fit(
                [self.inputs[place] for place in known],
                [self.wanted[place] for place in known],
                [self.names[place] for place in known],
                None if self.weights is None else [self.weights[place] for place in known],
            )
        model = from_classifier(classifier, {})
        return [roles for roles, _ in model.predict([self.inputs[place] for place in held])]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_parallel(work: Callable[[Any], Result], tasks: Sequence[Any]) -> Iterator[Result]:
    """Results of ``work`` in the order of ``tasks``, each task on a core of its own where there are several."""
    number = min(cores(), len(tasks))
    if number < 2:
        yield from map(work, tasks)
        return
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=number, return_as="generator")(delayed(work)(task) for task in tasks)


def table(report: Report) -> str:
    """A report as a table for people."""
    lines = [f"{'':14}{'precision':>10}{'recall':>8}{'F1':>8}{'support':>9}{'found':>7}"]
    lines += list(_rows(report))
    for name, group in report.groups.items():
        lines += ["", f"{name} ({group.sentences})", *_rows(group)]
    names = list(report.confusion)
    lines += ["", "wanted ↓ said →" + "".join(f"{name:>8}" for name in names)]
    lines += [f"{name:12}" + "".join(f"{row[other]:>10}" for other in names) for name, row in report.confusion.items()]
    return "\n".join(lines)


def _rows(report: Report) -> Iterable[str]:
    for role, score in report.roles.items():
        yield f"{role:10}{score.precision:>10.3f}{score.recall:>8.3f}{score.f1:>8.3f}{score.support:>9}{score.found:>7}"
    yield f"{'macro F1':14}{report.macro_f1:>26.3f}"
