"""How well the classes of themes agree with a person's: precision and recall of ``content``, on labelled themes.

    python -m benchmarks.theme_classes

``labelled_themes.csv`` holds 220 candidates drawn at random from those of two quarters of real calls (Earnings-21 and
Earnings-22 by Rev.com, CC BY-SA 4.0; keywords only). Each was labelled content, reporting, ritual or one_firm from its
keywords, counts and the beginning of its most central sentence, once, by a language model: no person has checked the
labels, and no second reader has said how far they agree. Its measures are those of ``candidates.Measures``, so that the
rule can be tried again here without the calls.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from ftm_assets.themes.candidates import CONTENT, RITUAL, Measures, class_of
from ftm_assets.themes.theme_parameters import ThemeParameters

LABELLED = Path(__file__).with_name("labelled_themes.csv")
FEATURES = "largest_firm_share coherence burstiness reporting_share figures_share share_with_own_term".split()


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    rows = read_labelled()
    labels = np.array([row["label"] for row in rows])
    by_rule = np.array([rule(row) for row in rows])
    precision, recall = precision_and_recall(by_rule == CONTENT, labels == CONTENT)
    print(f"{len(rows)} labelled themes: {dict(Counter(labels.tolist()))}")
    print(f"the rule: content with precision {precision:.2f} at recall {recall:.2f}")
    for (said, meant), n in sorted(Counter(zip(by_rule.tolist(), labels.tolist(), strict=True)).items()):
        print(f"  {said:10s} by the rule, {meant:10s} by hand: {n}")
    for least in (0.8, 0.9):
        print(f"logistic regression on the same measures, ten-fold: precision {cross_validated(rows, least):.2f} at "
              f"recall {least}")  # fmt: skip


def read_labelled() -> list[dict[str, Any]]:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rule(row: dict[str, Any], parameters: ThemeParameters | None = None) -> str:
    """The class that the theme model gives these measures."""
    parameters = parameters or ThemeParameters()
    measures = Measures(int(row["n_firms"]), *(float(row[name]) for name in FEATURES[:-1]))
    theme_class = class_of(measures, parameters, parameters.fewest_firms(int(row["firms_of_quarter"])))
    # As in candidates.from_clusters: what has no term of its own is no subject.
    return RITUAL if theme_class == CONTENT and float(row["share_with_own_term"]) == 0 else theme_class


def precision_and_recall(said: np.ndarray, meant: np.ndarray) -> tuple[float, float]:
    """Of two (n,) arrays of bool."""
    both = float((said & meant).sum())
    return both / max(said.sum(), 1), both / max(meant.sum(), 1)


def cross_validated(rows: list[dict[str, Any]], least_recall: float) -> float:
    """The best precision of content at this recall, each theme judged by a model that has not seen it."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import precision_recall_curve
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features = np.array([[float(row[name]) for name in FEATURES] for row in rows])
    meant = np.array([row["label"] == CONTENT for row in rows])
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    scores = cross_val_predict(model, features, meant, cv=folds, method="predict_proba")[:, 1]
    precision, recall, _ = precision_recall_curve(meant, scores)
    return float(precision[recall >= least_recall].max())


if __name__ == "__main__":
    main()
