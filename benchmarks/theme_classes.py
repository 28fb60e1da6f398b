"""How well the classes of themes agree with a person's: precision and recall of ``content``, on labelled themes.

    python -m benchmarks.theme_classes

``labelled_themes.csv`` holds 220 clusters drawn at random from three quarters of real calls (Earnings-21 and
Earnings-22 by Rev.com, CC BY-SA 4.0; keywords only), of smallest sizes 6, 10 and 15. Two readers labelled each as
content, reporting, ritual or one_firm from up to seven of its sentences, without seeing its measures or each other.
Both were language models, of one kind, so they agree more than people would (kappa is printed). Where they differed, a
third look settled the label. The measures are those of ``candidates.Measures`` over the members that the cluster would
have as a theme, so that the rule can be tried again here without the calls.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from ftm_assets.themes.candidates import CLUSTER, CONTENT, ONE_FIRM, Measures, class_of
from ftm_assets.themes.theme_parameters import ThemeParameters

LABELLED = Path(__file__).with_name("labelled_themes.csv")
FEATURES = (
    "largest_firm_share coherence burstiness firms_short_of_chance firm_similarity subject_share reporting_share "
    "figures_share"
).split()


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    rows = read_labelled()
    labels = np.array([row["label"] for row in rows])
    by_rule = np.array([rule(row) for row in rows])
    print(f"{len(rows)} labelled clusters: {dict(Counter(labels.tolist()))}; kappa of the readers {kappa(rows):.2f}")
    several = by_rule != ONE_FIRM
    for name, kept in (("all", np.ones(len(rows), bool)), ("where no firm has most of it", several)):
        precision, recall = precision_and_recall(by_rule[kept] == CONTENT, labels[kept] == CONTENT)
        print(
            f"the rule, {name}: content with precision {precision:.2f} at recall {recall:.2f} ({kept.sum()} clusters)"
        )
    for (said, meant), n in sorted(Counter(zip(by_rule.tolist(), labels.tolist(), strict=True)).items()):
        print(f"  {said:10s} by the rule, {meant:10s} by the readers: {n}")
    for least in (0.8, 0.9):
        print(f"logistic regression on the same measures, ten-fold: precision {cross_validated(rows, least):.2f} at "
              f"recall {least}")  # fmt: skip


def read_labelled() -> list[dict[str, Any]]:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rule(row: dict[str, Any], parameters: ThemeParameters | None = None) -> str:
    """The class that the theme model gives these measures."""
    parameters = parameters or ThemeParameters()
    n_firms, of_all = int(row["n_firms"]), int(row["firms_of_quarter"])
    known = {name: float(row[name]) for name in FEATURES}
    measures = Measures(n_firms=n_firms, share_of_firms=n_firms / of_all, **known)
    return class_of(CLUSTER, measures, parameters, parameters.fewest_firms(of_all))


def kappa(rows: list[dict[str, Any]]) -> float:
    """How far the two readers agree beyond chance (Cohen 1960)."""
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score([row["reader_1"] for row in rows], [row["reader_2"] for row in rows]))


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
