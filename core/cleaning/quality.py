"""Is a photo of too low a quality to learn from? Blurred, nearly black, tiny, or a screenshot.

Measured on 594 real photos of garments, 167 studio photos and 803 clean demo photos, none of which
were used to set the thresholds (shares of those flagged):

    blurred     none of the real ones, 0.9 % of the demo's (close-ups of plain cloth); found: 18 of
                the demo's 21, 82 % of 212 real photos blurred or shaken by 1 to 7 % of the side
    nearly black    none, none; found: all 32
    screenshot      none, none; found: all 32
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.cleaning.features import PhotoFeatures
from core.cleaning.sharpness import Measures

# A logistic model of the detail at three scales, fitted to 2,800 photos, 230 of them blurred: sharp
# photos have detail of one pixel, blurred ones only of four.
_BLUR_WEIGHTS = (-5.055, -1.704, 4.543)
_BLUR_BIAS = 1.372
_BLURRED = 0.6

# The darkest real photo reaches 121; close-ups of black cloth in the demo reach 30.
_NEARLY_BLACK = 28.0
_TINY_PX = 128

# Bars, margins and lines of text: 11 runs of even rows in every screenshot, at most 3 in real
# photos; taller than any camera's frame.
_SCREEN_ASPECT = 1.6
_SCREEN_RUNS = 6
_SCREEN_EVEN_ROWS = (0.08, 0.7)


@dataclass(frozen=True)
class QualityHint:
    """What is wrong with a photo.

    Attributes:
        flaw: "blurred", "nearly black", "tiny" or "screenshot".
        score: How sure, 0 to 1.
        why: In words for the user.
    """

    flaw: str
    score: float
    why: str


def judge_quality(features: PhotoFeatures) -> QualityHint | None:
    """The worst flaw of a photo, or None."""
    measures = features.measures
    short, long = sorted((features.width, features.height))
    if short < _TINY_PX:
        return QualityHint("tiny", 0.95, f"only {features.width} × {features.height} pixels")
    if measures.white < _NEARLY_BLACK:
        share = round(100 * measures.white / 255)
        return QualityHint("nearly black", 0.95, f"nearly black: 99 % of it is below {share} %")
    low, high = _SCREEN_EVEN_ROWS
    if (
        long > _SCREEN_ASPECT * short
        and measures.even_runs >= _SCREEN_RUNS
        and low <= measures.even_rows <= high
    ):
        return QualityHint("screenshot", 0.9, "looks like a screenshot: bars and lines of text")
    blur = blur_probability(measures)
    if blur > _BLURRED:
        return QualityHint("blurred", round(blur, 3), "blurred: no fine detail anywhere")
    return None


def blur_probability(measures: Measures) -> float:
    """How likely a photo is out of focus or shaken, 0 to 1."""
    detail = (measures.fine, measures.middle, measures.coarse)
    logit = _BLUR_BIAS + sum(
        weight * math.log(strength + 0.5)
        for weight, strength in zip(_BLUR_WEIGHTS, detail, strict=True)
    )
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
