"""Which colour each point of the map has, and what that colour means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from core.embedding.photo_colours import LabColours
from core.number_words import plural

Codes = npt.NDArray[np.uint8]
Rgb = npt.NDArray[np.uint8]

_CATEGORIES_DARK = (
    "#6cb6ff",
    "#f2a45c",
    "#73c991",
    "#e0718f",
    "#b79bf2",
    "#d8c84f",
    "#5fd0c8",
    "#e58ad8",
    "#a3b86c",
    "#c58f6a",
)
_CATEGORIES_LIGHT = (
    "#1f6fc4",
    "#c45f00",
    "#1d8043",
    "#c0264f",
    "#7447c9",
    "#8a7400",
    "#007f7a",
    "#a83a9a",
    "#5c7320",
    "#8a5530",
)
_UNKNOWN_DARK, _UNKNOWN_LIGHT = "#808080", "#9a9a9a"
_OTHERS_DARK, _OTHERS_LIGHT = "#8c7f6a", "#8f816a"
"""Hardly a colour: of a brand column nine tenths may be others, and these are no category."""

# Points between which a ramp is straight: from little to much, its lightness always rising on dark
# ground and always falling on light ground, so that it reads without its hues as well.
_RAMP_DARK = ("#4b3f8f", "#6a58c8", "#5f93d8", "#5fc6b0", "#b9e07a", "#fbf6b0")
_RAMP_LIGHT = ("#d9c46a", "#8fbf5a", "#2fa08a", "#2b76a8", "#3d479b", "#301a5c")

MOST_CATEGORIES = len(_CATEGORIES_DARK)
"""What is rarer than the commonest so many shares one colour: more are not told apart."""
OTHERS = MOST_CATEGORIES
"""The code of those."""

_RAMP_STEPS = 64
_RARE_SHARE = 0.05
_RARE_TOGETHER = 0.1
_MOST_SHADES = 240
UNKNOWN = 255
"""The code of a point that has no value."""


@dataclass(frozen=True)
class LegendEntry:
    """A line of the legend: a code's colour and what it stands for.

    Attributes:
        code: None where it stands for several colours.
        text: See there.
    """

    code: int | None
    text: str


@dataclass(frozen=True, eq=False)
class Colouring:
    """What the map is coloured by.

    Attributes:
        title: The column's name; "" where all points are of one colour.
        codes: Of each row, shape (n,): positions in the palette, or `UNKNOWN`.
        is_ramp: Whether codes run from little to much.
        legend: What they mean, in order.
        shades: (codes, 3) CIE Lab of what codes stand for, where that is a colour itself; NaN for
            all others.
    """

    title: str
    codes: Codes
    is_ramp: bool
    legend: tuple[LegendEntry, ...]
    shades: LabColours | None = None

    @cached_property
    def rare(self) -> npt.NDArray[np.bool_]:
        """Which codes are so rare that others' points would cover theirs, shape (256,).

        The rarest, a tenth of the points together at most: were all drawn by rarity, a mixture of
        equals would look like the rarer one alone.
        """
        counts = np.bincount(self.codes, minlength=256)
        counts[UNKNOWN] = 0
        rare = np.zeros(256, bool)
        if not self.is_ramp:
            order = np.argsort(counts, kind="stable")
            are_few = counts[order] < _RARE_SHARE * len(self.codes)
            are_few &= np.cumsum(counts[order]) <= _RARE_TOGETHER * len(self.codes)
            rare[order[are_few]] = True
        return rare & (counts > 0)

    def palette(self, *, dark: bool) -> Rgb:
        """The colour of each code, shape (256, 3)."""
        palette = np.empty((256, 3), np.uint8)
        palette[:] = rgb(_UNKNOWN_DARK if dark else _UNKNOWN_LIGHT)
        if self.is_ramp:
            palette[:_RAMP_STEPS] = _ramp(_RAMP_DARK if dark else _RAMP_LIGHT)
        else:
            for code, colour in enumerate(_CATEGORIES_DARK if dark else _CATEGORIES_LIGHT):
                palette[code] = rgb(colour)
            palette[OTHERS] = rgb(_OTHERS_DARK if dark else _OTHERS_LIGHT)
        if self.shades is not None:
            known = np.flatnonzero(np.isfinite(self.shades).all(axis=1))
            if known.size:
                palette[known] = _to_be_seen(self.shades[known], dark=dark)
        return palette


def one_colour(count: int) -> Colouring:
    """All points alike."""
    return Colouring("", np.zeros(count, np.uint8), False, ())


def by_category(
    title: str,
    values: npt.NDArray[np.int64],
    names: Sequence[str],
    shades: LabColours | None = None,
) -> Colouring:
    """A colour for each of the commonest values.

    Args:
        title: The column's name.
        values: Of each row, positions in `names`, shape (n,); negative for none.
        names: What they are called; "" counts as none.
        shades: (names, 3) CIE Lab, where names are those of colours; NaN where it is not known.
            Then rare ones have their own, too.
    """
    known = values >= 0
    counts = np.bincount(values[known], minlength=len(names))
    is_named = np.array([bool(name) for name in names], bool)
    counts[~is_named] = 0
    order = [int(code) for code in np.argsort(-counts, kind="stable") if counts[code]]
    shown = order[:MOST_CATEGORIES]
    code_of = np.full(len(names) + 1, UNKNOWN, np.uint8)
    rest = order[MOST_CATEGORIES:]
    code_of[rest] = OTHERS
    for code, value in enumerate(shown):
        code_of[value] = code
    legend = [LegendEntry(code, names[value]) for code, value in enumerate(shown)]
    of_codes = None
    if shades is not None:
        of_codes = np.full((UNKNOWN, 3), np.nan, np.float32)
        of_codes[: len(shown)] = shades[shown]
        shaded = [value for value in rest if np.isfinite(shades[value]).all()][:_MOST_SHADES]
        for code, value in enumerate(shaded, start=OTHERS + 1):
            code_of[value], of_codes[code] = code, shades[value]
        if shaded:
            legend.append(LegendEntry(None, f"{len(shaded)} more, as they are"))
        rest = [value for value in rest if value not in set(shaded)]
    if rest:
        legend.append(LegendEntry(OTHERS, plural(len(rest), "other")))
    codes = code_of[np.where(known, values, len(names))]
    if (codes == UNKNOWN).any():
        legend.append(LegendEntry(UNKNOWN, "not known"))
    return Colouring(title, codes, False, tuple(legend), of_codes)


def by_turns(title: str, values: npt.NDArray[np.int64]) -> Colouring:
    """The same colour for equal values, of which there are too many for a colour each.

    Args:
        title: The column's name.
        values: Of each row, shape (n,): any numbers.
    """
    _, places = np.unique(values, return_inverse=True)
    codes = (places % MOST_CATEGORIES).astype(np.uint8)
    legend = (LegendEntry(0, f"one {title}, one colour; {MOST_CATEGORIES} colours by turns"),)
    return Colouring(title, codes, False, legend)


def by_number(title: str, values: npt.NDArray[np.floating]) -> Colouring:
    """A ramp over the numbers by rank, so that a few very high ones do not leave the rest alike.

    Args:
        title: The column's name.
        values: Of each row, shape (n,); NaN for none.
    """
    known = np.isfinite(values)
    codes = np.full(len(values), UNKNOWN, np.uint8)
    if not known.any():
        return Colouring(title, codes, True, (LegendEntry(UNKNOWN, "not known"),))
    numbers = np.asarray(values[known], np.float64)
    edges = np.quantile(numbers, np.linspace(0, 1, _RAMP_STEPS + 1)[1:-1])
    codes[known] = np.searchsorted(edges, numbers, side="right").astype(np.uint8)
    # By the word: of few different numbers, several quantiles are one.
    marks = {
        _number(value): int(np.searchsorted(edges, value, side="right"))
        for value in np.quantile(numbers, (0.0, 0.25, 0.5, 0.75, 1.0)).tolist()
    }
    legend = [LegendEntry(code, text) for text, code in marks.items()]
    if not known.all():
        legend.append(LegendEntry(UNKNOWN, "not known"))
    return Colouring(title, codes, True, tuple(legend))


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return f"{int(value):,}"
    return f"{value:.3g}"


def _to_be_seen(shades: LabColours, *, dark: bool) -> Rgb:
    """As RGB, (n, 3); no lighter or darker than can be told from the ground."""
    lightest_and_darkest = (40, 95) if dark else (18, 82)
    lab = shades.copy()
    lab[:, 0] = np.clip(lab[:, 0], *lightest_and_darkest)
    mixed = cv2.cvtColor(lab[None], cv2.COLOR_LAB2RGB)[0]
    return np.asarray(np.clip(255 * mixed, 0, 255).round(), np.uint8)


def _ramp(stops: Sequence[str]) -> Rgb:
    colours = np.array([rgb(stop) for stop in stops], np.float64)
    at = np.linspace(0, len(stops) - 1, _RAMP_STEPS)
    channels = [np.interp(at, np.arange(len(stops)), colours[:, c]) for c in range(3)]
    return np.stack(channels, 1).round().astype(np.uint8)


def rgb(colour: str) -> tuple[int, int, int]:
    """Of a colour as style sheets write it: "#6cb6ff"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
