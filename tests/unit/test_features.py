"""Features are computed once, survive storage, and tell bad photos from good ones."""

import cv2
import numpy as np
import pytest
from shots import jpeg, shot

from core.cleaning.features import DECODE_PX, FeatureExtractor, from_blob, to_blob
from core.cleaning.quality import judge_quality
from core.images import decode


def features_of(pixels, quality=88):
    data = jpeg(pixels, quality)
    return FeatureExtractor()(data, decode(data, at_least=(DECODE_PX, DECODE_PX)))


def flaw(pixels):
    hint = judge_quality(features_of(pixels))
    return None if hint is None else hint.flaw


def test_features_survive_storage():
    features = features_of(shot(1), quality=77)
    stored = from_blob(
        to_blob(features),
        width=features.width,
        height=features.height,
        container=str(features.container),
        orientation=features.orientation,
        jpeg_quality=features.jpeg_quality,
    )
    assert stored.hashes == features.hashes
    assert stored.thumbnail == features.thumbnail
    assert stored.jpeg_quality == 77
    assert stored.measures.white == features.measures.white
    assert stored.measures.fine == pytest.approx(features.measures.fine, rel=1e-6)


@pytest.mark.parametrize(
    ("size", "thumbnail"), [((240, 320), (64, 85)), ((300, 900), (64, 191)), ((50, 70), (50, 70))]
)
def test_thumbnail_is_64_pixels_on_its_shorter_side(size, thumbnail):
    pixels = features_of(shot(1, *size)).thumbnail_pixels()
    assert pixels.shape == (thumbnail[1], thumbnail[0], 3)


def test_thumbnail_of_a_thin_strip_stays_small():
    pixels = features_of(shot(1, 2000, 60)).thumbnail_pixels()
    assert pixels.shape[1] == 256


@pytest.mark.parametrize("seed", range(6))
def test_sharp_photo_has_no_flaw(seed):
    crisp = np.clip(shot(seed, 480, 640).astype(int) + weave(640, 480), 0, 255)
    assert flaw(crisp.astype(np.uint8)) is None


def weave(height, width):
    rng = np.random.default_rng(0)
    coarse = rng.integers(-40, 41, (height // 4, width // 4, 1))
    return coarse.repeat(4, axis=0).repeat(4, axis=1)


@pytest.mark.parametrize("seed", range(6))
def test_blurred_photo_is_told(seed):
    assert flaw(cv2.GaussianBlur(shot(seed, 480, 640), (0, 0), 9)) == "blurred"


def test_nearly_black_photo_is_told():
    assert flaw((shot(1, 480, 640) * 0.06).astype(np.uint8)) == "nearly black"


def test_tiny_photo_is_told():
    assert flaw(shot(1, 90, 120)) == "tiny"


def test_screenshot_is_told():
    screen = np.full((960, 450, 3), 250, np.uint8)
    screen[80:480] = shot(2, 450, 400)
    for line in range(10):
        top = 520 + 40 * line
        text = f"line {line} of the page"
        cv2.putText(screen, text, (20, top), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20, 20, 20), 2)
    assert flaw(screen) == "screenshot"
