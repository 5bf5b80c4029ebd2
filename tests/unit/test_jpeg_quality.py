"""The quality of a JPEG is read off its quantisation tables."""

import io

import pytest
from PIL import Image
from shots import jpeg, shot

from core.cleaning.jpeg_quality import estimate_jpeg_quality


@pytest.mark.parametrize("quality", [1, 10, 30, 49, 50, 51, 75, 90, 95, 100])
def test_quality_that_libjpeg_was_given_is_found(quality):
    assert estimate_jpeg_quality(jpeg(shot(1, 40, 40), quality)) == quality


def test_what_is_no_jpeg_has_no_quality():
    file = io.BytesIO()
    Image.fromarray(shot(1, 40, 40)).save(file, "PNG")
    assert estimate_jpeg_quality(file.getvalue()) is None
    assert estimate_jpeg_quality(b"") is None


def test_jpeg_that_breaks_off_before_its_tables_has_no_quality():
    data = jpeg(shot(1, 40, 40), 80)
    assert estimate_jpeg_quality(data[:10]) is None
    assert estimate_jpeg_quality(data[:30]) is None
