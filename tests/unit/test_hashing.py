"""Perceptual hashes are imagehash's, bit for bit."""

import imagehash
import numpy as np
import pytest
from PIL import Image
from shots import shot

from core.cleaning.hashing import Hasher, as_grey
from core.cleaning.lanczos import Downscaler


def hexadecimal(words: tuple[int, ...]) -> str:
    return "".join(f"{word:016x}" for word in words)


@pytest.mark.parametrize("size", [(240, 320), (320, 240), (100, 178), (97, 131), (30, 20), (8, 9)])
def test_hashes_equal_those_of_imagehash(size):
    hasher = Hasher()
    for seed in range(10):  # the eighth of one size is the first that goes the fast way
        pixels = shot(seed, *size)
        image = Image.fromarray(pixels)
        hashes = hasher(as_grey(pixels))
        assert f"{hashes.phash:016x}" == str(imagehash.phash(image))
        assert hexadecimal(hashes.phash_256) == str(imagehash.phash(image, hash_size=16))
        assert f"{hashes.dhash:016x}" == str(imagehash.dhash(image))


@pytest.mark.parametrize("level", [0, 1, 127, 255])
def test_hash_of_a_blank_picture_is_that_of_imagehash(level):
    pixels = np.full((64, 48, 3), level, np.uint8)
    image = Image.fromarray(pixels)
    hashes = Hasher()(as_grey(pixels))
    assert f"{hashes.phash:016x}" == str(imagehash.phash(image))
    assert hexadecimal(hashes.phash_256) == str(imagehash.phash(image, hash_size=16))


def test_grey_is_pillows_for_every_colour():
    others = np.arange(256 * 256, dtype=np.uint16).view(np.uint8).reshape(256, 256, 2)
    for red in range(256):
        pixels = np.dstack((np.full((256, 256), red, np.uint8), others))
        assert np.array_equal(as_grey(pixels), np.asarray(Image.fromarray(pixels).convert("L")))


@pytest.mark.parametrize("size", [(100, 134), (134, 100), (100, 178), (201, 150), (33, 47)])
def test_fast_downscale_equals_pillows_to_the_last_bit(size):
    width, height = size
    targets = ((32, 32), (64, 64), (9, 8))
    downscale = Downscaler(targets)
    rng = np.random.default_rng(1)
    for _ in range(10):
        grey = rng.integers(0, 256, (height, width), dtype=np.uint8)
        for result, target in zip(downscale(grey), targets, strict=True):
            expected = Image.fromarray(grey).resize(target, Image.Resampling.LANCZOS)
            assert np.array_equal(result, np.asarray(expected))
