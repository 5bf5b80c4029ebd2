"""Three ways to tell two groups of vectors apart: two directions and one score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.embedding.directions.records import Method, Probe
from core.embedding.index import Vectors, unit
from core.embedding.neighbours import Space

_MOST_FOR_PROBE = 1500
_MOST_FOR_SCALE = 2000


def mean_difference(positive: Vectors, negative: Vectors) -> Vectors:
    """From one group's mean to the other's, (d,) of unit length."""
    difference = positive.mean(axis=0, dtype=np.float64) - negative.mean(axis=0, dtype=np.float64)
    return unit(np.asarray(difference, np.float32))


def shrunk_lda(positive: Vectors, negative: Vectors) -> Vectors:
    """Fisher's discriminant Σ⁻¹ (μ₊ − μ₋), (d,) of unit length.

    Σ is the covariance within the groups, shrunk towards the identity as Ledoit and Wolf (2004)
    advise, so that a few dozen examples are enough.
    """
    from sklearn.covariance import ledoit_wolf

    difference = positive.mean(axis=0, dtype=np.float64) - negative.mean(axis=0, dtype=np.float64)
    # Each group weighs the same, however many more there are that do not have the pattern.
    covariance = np.zeros((len(difference), len(difference)))
    for group in (positive, negative):
        if len(group) > 1:
            covariance += ledoit_wolf(np.asarray(group, np.float64))[0]
    ridge = 1e-9 * max(float(np.trace(covariance)), 1e-12) * np.eye(len(difference))
    return unit(np.asarray(np.linalg.solve(covariance + ridge, difference), np.float32))


LEARNERS = {Method.MEAN_DIFFERENCE: mean_difference, Method.SHRUNK_LDA: shrunk_lda}


def radial_machine(positive: Vectors, negative: Vectors, rng: np.random.Generator) -> Probe:
    """A support vector machine with a radial kernel: over 0 for what is like the positive ones.

    Args:
        positive: (p, d).
        negative: (q, d).
        rng: Draws from groups that are larger than needed.
    """
    from sklearn.svm import SVC

    positive, negative = (_some(group, _MOST_FOR_PROBE, rng) for group in (positive, negative))
    vectors = np.concatenate([positive, negative]).astype(np.float64)
    bears = np.repeat([1, 0], [len(positive), len(negative)])
    spread = float(vectors.var())
    gamma = 1.0 / (vectors.shape[1] * spread) if spread > 0 else 1.0
    machine = SVC(C=1.0, kernel="rbf", gamma=gamma, class_weight="balanced").fit(vectors, bears)
    return Probe(
        supports=np.asarray(machine.support_vectors_, np.float32),
        weights=np.asarray(machine.dual_coef_[0], np.float64),
        gamma=gamma,
        bias=float(machine.intercept_[0]),
        mean=0.0,
        deviation=1.0,
        scale=1.0,
    )


def radial_probe(
    positive: Vectors, negative: Vectors, space: Space, rng: np.random.Generator
) -> Probe:
    """A `radial_machine` whose score is centred, and scaled to what scores of a space are like."""
    machine = radial_machine(positive, negative, rng)
    sample = _some(space.vectors, _MOST_FOR_SCALE, rng)
    raw = machine.bonuses(sample).astype(np.float64)
    scale = np.mean([space.scores(query).std() for query in sample[:50]])
    return replace(
        machine,
        mean=float(raw.mean()),
        deviation=max(float(raw.std()), 1e-9),
        scale=float(scale),
    )


def principal_axes(vectors: Vectors, count: int) -> tuple[Vectors, np.ndarray]:
    """The axes along which the vectors vary most.

    Returns:
        (count, d) float32 of unit length, each pointing where its largest part is positive, and
        the shares of the variance that they explain.
    """
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    values, axes = np.linalg.eigh(centred.T @ centred / max(1, len(vectors)))
    order = np.argsort(values)[::-1][:count]
    chosen = axes[:, order].T
    signs = np.sign(chosen[np.arange(len(chosen)), np.abs(chosen).argmax(axis=1)])
    total = float(np.maximum(values, 0).sum()) or 1.0
    return np.asarray(chosen * signs[:, None], np.float32), np.maximum(values[order], 0) / total


def _some(vectors: Vectors, most: int, rng: np.random.Generator) -> Vectors:
    if len(vectors) <= most:
        return vectors
    return vectors[np.sort(rng.choice(len(vectors), most, replace=False))]
