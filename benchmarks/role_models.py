"""Compares models of sentence roles on the corpus: ``python benchmarks/role_models.py``.

Words, characters or both, by naive Bayes, a linear support vector machine and logistic regression,
against the model that is shipped. Five rounds, each without the provinces of one fifth; thresholds
at one half (at zero for the support vector machine). Prints a Markdown table of F1.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from cnfin.document import ROLES
from cnfin.lexicon import Lexicon
from cnfin.roles.classifier import RoleClassifier, as_matrix
from cnfin.roles.data import cue_words, inputs_of, read_examples, sign_words
from cnfin.segmentation import Segmenter

CORPUS = Path(__file__).resolve().parent.parent / "corpus" / "roles"


def main() -> None:
    """Run every comparison and print its row."""
    examples = read_examples([CORPUS])
    wanted = as_matrix([example.roles for example in examples])
    folds = list(GroupKFold(5).split(wanted, groups=[example.province for example in examples]))
    cut = Segmenter(Lexicon()).cut
    texts = [re.sub(r"\d[\d.,，]*", "0", example.text) for example in examples]
    around = [
        re.sub(r"\d[\d.,，]*", "0", f"{example.context}\n{'>'.join(example.section[-2:])}") for example in examples
    ]
    words = TfidfVectorizer(tokenizer=cut, token_pattern=None, lowercase=False, ngram_range=(1, 2), min_df=2)
    chars = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2)
    wide = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2)
    blocks = {"words": words.fit_transform(texts), "characters": chars.fit_transform(texts)}
    blocks["both"] = hstack([blocks["words"], blocks["characters"]]).tocsr()
    blocks["both, with context and headings"] = hstack([blocks["both"], 0.5 * wide.fit_transform(around)]).tocsr()
    blocks["characters, with context and headings"] = hstack(
        [blocks["characters"], 0.5 * wide.fit_transform(around)]
    ).tocsr()
    models = {
        "naive Bayes": lambda: ComplementNB(alpha=0.3),
        "linear SVM": lambda: LinearSVC(C=1.0),
        "logistic regression": lambda: LogisticRegression(C=30.0, solver="liblinear"),
    }
    print("| features | model | " + " | ".join(ROLES) + " | macro | seconds |\n|---|---|---|---|---|---|---|")
    for name, matrix in blocks.items():
        for kind, make in models.items():
            start = time.perf_counter()
            said = np.zeros(wanted.shape, dtype=bool)
            for known, held in folds:
                for place, column in enumerate(wanted.T):
                    said[held, place] = make().fit(matrix[known], column[known]).predict(matrix[held])
            _row(name, kind, wanted, said, time.perf_counter() - start)
    inputs, groups = inputs_of(examples), [example.source for example in examples]
    start = time.perf_counter()
    said = np.zeros(wanted.shape, dtype=bool)
    for known, held in folds:
        model = RoleClassifier(cue_words(), sign_words()).fit(
            [inputs[place] for place in known], wanted[known], [groups[place] for place in known]
        )
        said[held] = model.predict([inputs[place] for place in held])
    _row("as shipped", "three steps", wanted, said, time.perf_counter() - start)


def _row(name: str, kind: str, wanted: np.ndarray, said: np.ndarray, seconds: float) -> None:
    scores = [f1_score(want, have) for want, have in zip(wanted.T, said.T, strict=True)]
    figures = " | ".join(f"{score:.3f}" for score in [*scores, float(np.mean(scores))])
    print(f"| {name} | {kind} | {figures} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
