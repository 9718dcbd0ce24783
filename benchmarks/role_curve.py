"""Learning curve of a province that was left out: ``python benchmarks/role_curve.py``.

For each region a model is trained on the rest of the corpus. Half of the region's documents are
measured on; from the other half 0, 25, 50, 100 and 200 sentences are added, as ``cnfin roles sample``
picks them (diverse) or at random. The halves are drawn three times, so every figure is a mean of
three, with the standard deviation beside it. Prints a Markdown table of macro F1.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

from cnfin.roles.classifier import RoleClassifier
from cnfin.roles.data import Example, cue_words, groups_of, inputs_of, read_examples, sign_words
from cnfin.roles.evaluation import compare
from cnfin.roles.inputs import RoleInput
from cnfin.roles.model import RoleModel, from_classifier
from cnfin.roles.sampling import sample

CORPUS = Path(__file__).resolve().parent.parent / "corpus" / "roles"
REGIONS = {"四川": ("四川省",), "东北": ("辽宁省", "吉林省", "黑龙江省")}
SIZES = (0, 25, 50, 100, 200)
DRAWS = (1, 2, 3)
#: Weight of a sentence of the new region beside those of the others.
WEIGHT = 3.0

Labelled = list[tuple[Example, RoleInput]]


def trained(known: Labelled, new: Labelled) -> RoleModel:
    """A model of the other regions' sentences and the new ones."""
    examples = [example for example, _ in [*known, *new]]
    weights = [1.0] * len(known) + [WEIGHT] * len(new)
    wanted = [example.roles for example in examples]
    inputs = [given for _, given in [*known, *new]]
    classifier = RoleClassifier(cue_words(), sign_words(), folds=3)  # three inner folds for speed
    return from_classifier(classifier.fit(inputs, wanted, groups_of(examples), weights), {})


def score(model: RoleModel, held: Labelled) -> float:
    """Macro F1 on sentences that were held out."""
    said = [roles for roles, _ in model.predict([given for _, given in held])]
    return compare([example.roles for example, _ in held], said).macro_f1


def curves(own: Labelled, rest: Labelled, base: RoleModel, seed: int) -> dict[str, list[float]]:
    """F1 by number of sentences added, picked and drawn at random, for one draw of the halves."""
    names = list(dict.fromkeys(example.source for example, _ in own))
    chosen = set(random.Random(seed).sample(names, len(names) // 2))
    pool = [each for each in own if each[0].source in chosen]
    held = [each for each in own if each[0].source not in chosen]
    examples, inputs = [example for example, _ in pool], [given for _, given in pool]
    drawn = random.Random(seed).sample(range(len(pool)), len(pool))
    result: dict[str, list[float]] = {"diverse": [], "random": []}
    for size in SIZES:
        picked = {(each.text, each.context) for each in sample(examples, inputs, base, size, "diverse")}
        added = {
            "diverse": [each for each in pool if (each[0].text, each[0].context) in picked],
            "random": [pool[place] for place in sorted(drawn[:size])],
        }
        for how, new in added.items():
            result[how].append(score(trained(rest, new) if size else base, held))
    return result


def main() -> None:
    """Print a row for each region and way of picking."""
    examples = read_examples([CORPUS])
    labelled = list(zip(examples, inputs_of(examples), strict=True))
    print("| region | picked | " + " | ".join(map(str, SIZES)) + " |\n|---|---|" + "---|" * len(SIZES))
    for region, provinces in REGIONS.items():
        own = [each for each in labelled if each[0].province in provinces]
        rest = [each for each in labelled if each[0].province not in provinces]
        base = trained(rest, [])
        draws = [curves(own, rest, base, seed) for seed in DRAWS]
        for how in draws[0]:
            _row(region, how, [[draw[how][place] for draw in draws] for place in range(len(SIZES))])


def _row(region: str, picked: str, figures: Sequence[Sequence[float]]) -> None:
    cells = " | ".join(f"{mean(each):.3f} ± {stdev(each):.3f}" for each in figures)
    print(f"| {region} | {picked} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
