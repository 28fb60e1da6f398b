"""The space in which themes are found, with figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ftm_assets.themes import vector_space
from ftm_assets.themes.vector_space import centered, coherence, direction, in_context, whitening


def long_in_one_direction(n: int = 500) -> np.ndarray:
    """Vectors, (n, 4), that vary ten times as much along one slanted line as across it, away from the origin."""
    random = np.random.default_rng(3)
    turn, _ = np.linalg.qr(random.normal(size=(4, 4)))
    return (random.normal(size=(n, 4)) * [10, 3, 1, 1] @ turn + 5).astype(np.float32)


def test_whitened_vectors_are_as_long_in_every_direction() -> None:
    vectors = long_in_one_direction()
    whiten = whitening(vectors, shrinkage=1e-5)
    covariance = np.cov((vectors - whiten.mean) @ whiten.matrix, rowvar=False, bias=True)
    assert np.abs(covariance - np.eye(4)).max() < 0.01
    assert np.linalg.cond(np.cov(vectors, rowvar=False)) > 50


def test_shrinkage_draws_the_covariance_to_that_of_a_sphere() -> None:
    # Variances 2 and .5, on average 1.25; a fifth of the way there they are 1.85 and .65.
    whiten = whitening(np.array([[2, 0], [-2, 0], [0, 1], [0, -1]], np.float32), shrinkage=0.2)
    assert whiten.matrix == pytest.approx(np.diag([1.85**-0.5, 0.65**-0.5]), abs=1e-6)
    vectors = long_in_one_direction()
    assert whitening(vectors, shrinkage=1.0)(vectors) == pytest.approx(centered(vectors), abs=1e-4)


def test_whitening_a_block_at_a_time_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = long_in_one_direction()
    whole = whitening(vectors)
    mapped = whole(vectors)
    assert whitening(vectors)(vectors).tobytes() == mapped.tobytes()
    monkeypatch.setattr(vector_space, "_BLOCK", 7)
    assert whitening(vectors).matrix == pytest.approx(whole.matrix, abs=1e-6)
    assert whole(vectors) == pytest.approx(mapped, abs=1e-5)
    assert mapped.dtype == np.float32
    assert np.linalg.norm(mapped, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_sentence_takes_in_those_beside_it_in_its_call() -> None:
    vectors, calls = np.eye(5, dtype=np.float32), np.array([7, 7, 7, 9, 7])
    found = in_context(vectors.copy(), calls, 0.5)
    one, two = 1.25**0.5, 1.5**0.5  # lengths with one and with two at half weight beside it
    expected = np.eye(5) / [[one], [two], [one], [1], [1]]  # the last is of the first call, but not beside it
    expected[0, 1] = 0.5 / one
    expected[1, [0, 2]] = 0.5 / two
    expected[2, 1] = 0.5 / one
    assert found == pytest.approx(expected, abs=1e-6)
    assert in_context(vectors.copy(), calls, 0.0) == pytest.approx(vectors)
    assert in_context(vectors[:0], calls[:0], 0.5).shape == (0, 5)
    assert in_context(vectors, calls, 0.5) is vectors and vectors == pytest.approx(expected, abs=1e-6)  # no copy


def test_sentences_at_the_border_of_two_blocks_are_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, calls = long_in_one_direction(), np.repeat(np.arange(50), 10)
    whole = in_context(vectors.copy(), calls, 0.15)
    monkeypatch.setattr(vector_space, "_BLOCK", 7)
    assert in_context(vectors, calls, 0.15) == pytest.approx(whole, abs=1e-6)


def test_a_direction_in_which_nothing_varies_and_no_sentence_at_all_can_be_whitened() -> None:
    flat = np.array([[1, 0, 3], [-1, 0, 3], [0, 2, 3]], np.float32)
    assert np.isfinite(whitening(flat, shrinkage=0.0)(flat)).all()
    assert whitening(flat)(flat[:0]).shape == (0, 3)


def test_coherence_is_the_mean_cosine_of_two_sentences_of_different_firms() -> None:
    # Pairs of firms 0 and 1: 1, .6, 0 and .8. Those within a firm, 0 and .6, don't count.
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.8]], np.float32)
    assert coherence(vectors, np.array([0, 1, 0, 1])) == pytest.approx(0.6)
    assert coherence(vectors[:3], np.array([4, 7, 9])) == pytest.approx(1 / 3)


def test_one_firm_alone_has_no_coherence() -> None:
    assert coherence(np.array([[1, 0], [1, 0]], np.float32), np.array([2, 2])) == 0


def test_a_firm_of_a_hundred_sentences_counts_ten_times_one_of_a_single_sentence() -> None:
    vectors = np.array([[1, 0]] * 50 + [[0, 1]] + [[1, 0]] * 50, np.float32)
    firms = np.array([3] * 50 + [1] + [3] * 50)
    assert direction(vectors, firms) == pytest.approx(np.array([10, 1]) / 101**0.5)


def test_centred_vectors_have_lost_what_all_have_in_common() -> None:
    half = 0.5**0.5
    assert centered(np.array([[1, 0], [0, 1]], np.float32)) == pytest.approx(np.array([[half, -half], [-half, half]]))
