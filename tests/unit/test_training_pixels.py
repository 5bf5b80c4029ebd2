from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from core.images import UnreadableImage
from core.training.pixels import photo_to_square, to_square

JPEG_LOSS = 3.0
"""On average over these pictures, of 255; a picture one pixel beside its place differs by more."""


def picture(width, height, seed=0):
    """Smooth, so that what a JPEG loses is little."""
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 6, 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)


def difference(some, others):
    return np.abs(some.astype(int) - others).mean()


def saved(file, pixels, **options):
    Image.fromarray(pixels).save(file, **options)
    return file


@pytest.mark.parametrize("fit", ["pad", "crop", "stretch"])
@pytest.mark.parametrize("size", [(300, 200), (90, 700), (20, 31), (64, 64), (2000, 3), (1, 1)])
def test_every_shape_becomes_a_square(fit, size):
    square = to_square(picture(*size), 64, fit)
    assert square.shape == (64, 64, 3) and square.dtype == np.uint8
    assert square.flags.c_contiguous


def test_padding_shows_all_between_bars_of_the_borders_colour():
    pixels = np.full((40, 80, 3), (10, 200, 30), np.uint8)
    pixels[10:30, 20:60] = 255
    square = to_square(pixels, 80, "pad")
    assert (square[20:60] == pixels).all()
    assert (square[:20] == (10, 200, 30)).all() and (square[60:] == (10, 200, 30)).all()


def test_cropping_shows_the_central_square():
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, 20:60] = picture(40, 40)
    assert (to_square(pixels, 40, "crop") == pixels[:, 20:60]).all()


def test_stretching_shows_all():
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, 40:] = 200
    square = to_square(pixels, 40, "stretch")
    assert (square[:, :20] == 0).all() and (square[:, 20:] == 200).all()


def test_detail_finer_than_a_pixel_is_averaged_and_not_sampled():
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::2] = 255
    assert np.abs(to_square(stripes, 64, "pad").astype(int) - 128).max() <= 1


@pytest.mark.parametrize("fit", ["pad", "crop", "stretch"])
def test_a_scaled_decode_gives_nearly_the_pixels_of_a_whole_one(tmp_path, fit):
    pixels = picture(1600, 1100)
    square = photo_to_square(saved(tmp_path / "a.jpg", pixels, quality=95), None, 96, fit)
    assert difference(square, to_square(pixels, 96, fit)) < JPEG_LOSS
    beside = np.roll(to_square(pixels, 96, fit), 1, axis=(0, 1))
    assert difference(square, beside) > JPEG_LOSS


def test_a_sideways_photo_is_turned_upright_first(tmp_path):
    pixels = picture(400, 200)
    exif = Image.Exif()
    exif[0x0112] = 6
    file = saved(tmp_path / "a.jpg", np.rot90(pixels).copy(), quality=95, exif=exif)
    square = photo_to_square(file, None, 50, "pad")
    assert difference(square, to_square(pixels, 50, "pad")) < JPEG_LOSS


def test_a_crop_is_taken_from_the_whole_picture(tmp_path):
    pixels = picture(300, 300)
    file = saved(tmp_path / "a.png", pixels)
    square = photo_to_square(file, (100, 40, 200, 140), 100, "pad")
    assert difference(square, pixels[40:140, 100:200]) < JPEG_LOSS


def test_a_file_that_is_no_picture_says_so(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"<html>403")
    with pytest.raises(UnreadableImage, match="web page"):
        photo_to_square(tmp_path / "a.jpg", None, 32, "pad")
