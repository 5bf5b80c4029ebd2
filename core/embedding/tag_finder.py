"""Photos like those that the user rejected as tags: brand, price and care labels from close up.

A probe learns the rejected tags from what the model says of a photo (its place, and how far it
lies from its own item, as a label does) and from what the photo looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.directions.separating import radial_machine
from core.embedding.index import Rows, Vectors
from core.embedding.known_tags import KnownTags
from core.embedding.looks import GRID_LENGTH
from core.embedding.mates import Mates
from core.embedding.suspicions import Finding, Suspicion

Numbers = npt.NDArray[np.float64]

FEWEST_TAGS = 5
"""From so few rejected tags on, others are looked for."""

TOLD_APART = 0.75
"""How well tags that were kept back must be told from garments (AUC) for a list of them."""

MOST_LOOKED_AT = 50_000
"""Of more photos, those farthest from their own item, as tags are: a look takes half a ms."""

_LOOK_PARTS = 40
"""Principal components of where edges and colours lie. On a demo with 20 tags known, 20 components
had 27 tags in the first hundred, 40 had 29, 80 had 24."""
_MOST_TO_LEARN_BY = 1_500
_LINE_STRENGTH = 0.01
_LINE_WEIGHT = 0.25
"""Of the straight line beside the radial machine. On that demo, by six draws of the known tags: the
machine alone had 39 in the first hundred and 51 in the first two hundred, the line alone 36 and 52,
both 40 and 57."""
_MOST_TO_SCALE_BY = 5_000
_APART_WEIGHT = 2.0


def find_tags(
    vectors: Vectors,
    item_of: Rows,
    mates: Mates,
    known: KnownTags,
    look_at: Callable[[Rows], Vectors],
    seed: int,
) -> tuple[list[Finding], float | None]:
    """The photos that are like rejected tags, and how well those are told apart.

    Args:
        vectors: (n, d) of the photos.
        item_of: (n,) their items.
        mates: How they lie to those.
        known: The rejected tags, none of them among the photos.
        look_at: The looks of some of the photos.
        seed: Of what is drawn.

    Returns:
        The findings, and the area under the curve for tags of either half when the other half is
        known; None where too few are.
    """
    if len(known.vectors) < FEWEST_TAGS or not len(vectors):
        return [], None
    rng = np.random.default_rng(seed)
    apart = np.stack([mates.distances, mates.means], axis=1)
    rows = np.argsort(-np.nan_to_num(mates.means, nan=0.0), kind="stable")[:MOST_LOOKED_AT]
    tag_looks, looks = known.looks, look_at(rows)
    tags_in, photos_in = (np.isfinite(each).all(axis=1) for each in (tag_looks, looks))
    if tags_in.sum() < FEWEST_TAGS or not photos_in.any():  # their place must do
        tags_in, photos_in = np.ones_like(tags_in), np.ones_like(photos_in)
        tag_looks, looks = np.zeros_like(tag_looks), np.zeros_like(looks)
    rows, looks = rows[photos_in], looks[photos_in]
    tags_apart = _apart(vectors, item_of, known)
    if np.isnan(tags_apart).any():
        apart = np.zeros_like(apart)  # says nothing of tags, so it must not tell them apart
        tags_apart = np.zeros_like(tags_apart)
    scale = _Scale.of(vectors[rows], apart[rows], looks, rng)
    photos = scale(vectors[rows], apart[rows], looks)
    tags = scale(known.vectors[tags_in], tags_apart[tags_in], tag_looks[tags_in])
    shares = _shares_below(photos, tags, rng)
    auc = float(shares.mean())
    if auc < TOLD_APART:
        return [], auc
    bonuses = _learn(tags, photos, rng)(photos)
    # With few examples the probe is sure of next to none. So many, then, that half of the tags that
    # are still among the photos should be listed, and no fewer than are known.
    half = round((1 - float(np.median(shares))) * len(photos))
    most = max(half, len(tags), int((bonuses > 0).sum()))
    listed = np.argsort(-bonuses, kind="stable")[:most]
    why = (
        f"is like the {len(tags)} photos that you rejected as tags (a tag is told from a photo at "
        f"random in {auc:.0%} of cases)"
    )
    return [
        Finding(
            Suspicion.WITH_TAGS, int(rows[at]), None, float(1 / (1 + np.exp(-2 * bonuses[at]))), why
        )
        for at in listed.tolist()
    ], auc


@dataclass(frozen=True, eq=False)
class _Scale:
    """Makes place, distances to the own item and looks numbers of like size.

    Attributes:
        centre: (d,) of the places, and
        spread: their deviation from it, over all dimensions: they are of one kind.
        usual_apart: (2,) middle distances, for photos that have no mates, and
        apart_spread: (2,) their deviation.
        look_centre: (l,) of the looks, and
        look_spread: (l,) their deviation.
        look_axes: (g, p) the principal axes of their first part, each over the deviation along it.
    """

    centre: Vectors
    spread: float
    usual_apart: Numbers
    apart_spread: Numbers
    look_centre: Vectors
    look_spread: Vectors
    look_axes: Vectors

    @staticmethod
    def of(places: Vectors, apart: Numbers, looks: Vectors, rng: np.random.Generator) -> _Scale:
        """That of photos at large."""
        some = rng.permutation(len(places))[:_MOST_TO_SCALE_BY]
        places, apart, looks = places[some], apart[some], looks[some]
        centre, look_centre = places.mean(axis=0), looks.mean(axis=0)
        look_spread = np.maximum(looks.std(axis=0), 1e-6)
        even = ((looks - look_centre) / look_spread).astype(np.float64)[:, :GRID_LENGTH]
        values, axes = np.linalg.eigh(even.T @ even / len(even))
        values, axes = values[::-1][:_LOOK_PARTS], axes[:, ::-1][:, :_LOOK_PARTS]
        there = apart[np.isfinite(apart).all(axis=1)]
        nowhere = np.ones((1, apart.shape[1]))
        there = there if len(there) else nowhere
        return _Scale(
            centre,
            max(float((places - centre).std()), 1e-9),
            np.median(there, axis=0),
            np.maximum(there.std(axis=0), 1e-9),
            look_centre,
            look_spread,
            np.asarray(axes / np.sqrt(np.maximum(values, 1e-6)), np.float32),
        )

    def __call__(self, places: Vectors, apart: Numbers, looks: Vectors) -> Vectors:
        """(n, d + 2 + p + l − g) float32."""
        even = (looks - self.look_centre) / self.look_spread
        apart = np.where(np.isfinite(apart), apart, self.usual_apart)
        parts = (
            (places - self.centre) / self.spread,
            _APART_WEIGHT * (apart - self.usual_apart) / self.apart_spread,
            even[:, :GRID_LENGTH] @ self.look_axes,
            even[:, GRID_LENGTH:],
        )
        return np.concatenate(parts, axis=1).astype(np.float32)


def _apart(vectors: Vectors, item_of: Rows, known: KnownTags) -> Numbers:
    """(t, 2): how far each tag lies from the nearest photo of its item, and from all of them.

    Where nothing is left of its item, as tags usually do; NaN where nothing is left of any.
    """
    found = np.full((len(known.vectors), 2), np.nan)
    for at, item in enumerate(known.item_ids.tolist()):
        members = np.flatnonzero(item_of == item)
        if len(members):
            to = np.linalg.norm(vectors[members].astype(np.float64) - known.vectors[at], axis=1)
            found[at] = to.min(), to.mean()
    known_of = found[np.isfinite(found).all(axis=1)]
    return np.where(np.isnan(found), np.median(known_of, axis=0), found) if len(known_of) else found


def _learn(
    tags: Vectors, photos: Vectors, rng: np.random.Generator
) -> Callable[[Vectors], Numbers]:
    """What gives each of some vectors a score, over 0 for what is more like the tags."""
    from sklearn.linear_model import LogisticRegression

    machine = radial_machine(tags, photos, rng)
    photos = photos[rng.permutation(len(photos))[:_MOST_TO_LEARN_BY]]
    are_tags = np.repeat([1, 0], [len(tags), len(photos)])
    line = LogisticRegression(C=_LINE_STRENGTH, class_weight="balanced", max_iter=500)
    line.fit(np.concatenate([tags, photos]).astype(np.float64), are_tags)

    def score(vectors: Vectors) -> Numbers:
        beside = line.decision_function(vectors.astype(np.float64))
        return np.asarray(machine.bonuses(vectors) + _LINE_WEIGHT * beside, np.float64)

    return score


def _shares_below(photos: Vectors, tags: Vectors, rng: np.random.Generator) -> Numbers:
    """(t,): the share of photos less like a tag than each tag, when the other half is known.

    Their mean is the area under the curve.
    """
    order = rng.permutation(len(tags))
    shares = []
    for half in (order[::2], order[1::2]):
        rest = np.setdiff1d(order, half)
        score = _learn(tags[half], photos, rng)
        of_photos = np.sort(score(photos))
        of_tags = score(tags[rest])
        below = np.searchsorted(of_photos, of_tags, "left")
        at_most = np.searchsorted(of_photos, of_tags, "right")
        shares.append((below + at_most) / (2 * len(photos)))
    return np.concatenate(shares)
