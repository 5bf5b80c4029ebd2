"""The thumbnail in a photo's header: taken where it is the photo's, left where it may not be."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
from exif_made import thumbnail_of, with_exif_thumbnail
from PIL import ExifTags, Image

from core.exif_thumbnail import HEAD_BYTES, exif_thumbnail
from core.images import decode, encode_jpeg


def a_photo(width: int = 640, height: int = 480) -> bytes:
    """Red on its left, blue on its right, dark at its foot."""
    pixels = np.full((height, width, 3), (200, 40, 40), np.uint8)
    pixels[:, width // 2 :] = (40, 40, 200)
    pixels[height // 2 :] //= 2
    return encode_jpeg(pixels, 90)


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_thumbnail_is_found_in_either_byte_order(order):
    photo = a_photo()
    found = exif_thumbnail(with_exif_thumbnail(photo, thumbnail_of(photo), order=order))
    assert found is not None
    assert found.pixels.shape == (120, 160, 3)
    assert (found.width, found.height, found.orientation) == (640, 480, 1)


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_test_files_are_as_pillow_reads_them(order):
    photo = a_photo()
    thumbnail = thumbnail_of(photo)
    file = with_exif_thumbnail(photo, thumbnail, orientation=6, order=order)
    with Image.open(io.BytesIO(file)) as image:
        exif = image.getexif()
        assert exif.get_ifd(ExifTags.IFD.IFD1)[0x0202] == len(thumbnail)
        assert exif[0x0112] == 6


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_lies_as_the_photo_does_whatever_its_orientation(orientation):
    photo = a_photo()
    file = with_exif_thumbnail(photo, thumbnail_of(photo), orientation=orientation)
    found, whole = exif_thumbnail(file), decode(file)
    assert found is not None
    assert (found.width, found.height) == (whole.width, whole.height)
    small = np.asarray(Image.fromarray(whole.pixels).resize(found.pixels.shape[1::-1]), float)
    assert np.abs(small - found.pixels).mean() < 12


def test_a_photo_between_black_bars_is_left_alone():
    photo = a_photo(720, 480)  # 3:2
    bars = np.zeros((120, 160, 3), np.uint8)
    bars[7:113] = np.asarray(Image.fromarray(decode(photo).pixels).resize((160, 106)))
    assert exif_thumbnail(with_exif_thumbnail(photo, encode_jpeg(bars, 90))) is None


def test_a_thumbnail_that_was_turned_without_the_photo_is_left_alone():
    upright = thumbnail_of(a_photo(480, 640))
    assert exif_thumbnail(with_exif_thumbnail(a_photo(640, 480), upright, orientation=6)) is None


def test_rounding_to_whole_pixels_is_no_other_shape():
    photo = a_photo(4000, 2667)
    assert exif_thumbnail(with_exif_thumbnail(photo, thumbnail_of(photo))) is not None


def test_a_file_without_one_has_none():
    photo = a_photo()
    assert exif_thumbnail(photo) is None
    assert exif_thumbnail(b"") is None
    assert exif_thumbnail(with_exif_thumbnail(photo, b"")) is None
    assert exif_thumbnail(with_exif_thumbnail(photo, b"no picture at all")) is None


def test_the_head_of_a_file_is_enough():
    chance = np.random.default_rng(1).integers(0, 256, (900, 1200, 3), dtype=np.uint8)
    photo = encode_jpeg(chance, 95)
    file = with_exif_thumbnail(photo, thumbnail_of(photo))
    assert len(file) > 3 * HEAD_BYTES
    assert exif_thumbnail(file[:HEAD_BYTES]) is not None


def test_a_damaged_header_is_no_error():
    photo = a_photo()
    file = with_exif_thumbnail(photo, thumbnail_of(photo))
    chance = random.Random(3)
    for _ in range(400):
        damaged = bytearray(file)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(2, 90)] = chance.randrange(256)
        found = exif_thumbnail(bytes(damaged[: chance.randrange(20, len(file))]))
        assert found is None or found.pixels.size
