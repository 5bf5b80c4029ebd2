from __future__ import annotations

import io
import os

import numpy as np
import pytest
from PIL import Image

from core import images
from core.images import Container, Unreadable, UnreadableImage


def four_corners(width=64, height=48):
    """Red, green, blue and white quarters: any turn or mirroring shows."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (255, 0, 0)
    pixels[: height // 2, width // 2 :] = (0, 255, 0)
    pixels[height // 2 :, : width // 2] = (0, 0, 255)
    pixels[height // 2 :, width // 2 :] = (255, 255, 255)
    return Image.fromarray(pixels)


def encoded(image, container, **options):
    stream = io.BytesIO()
    image.save(stream, container, **options)
    return stream.getvalue()


def corner_colours(pixels):
    height, width = pixels.shape[:2]
    inner_y, inner_x = height // 8, width // 8
    return [
        tuple(round(v / 255) for v in pixels[y, x])
        for y in (inner_y, -inner_y)
        for x in (inner_x, -inner_x)
    ]


UPRIGHT = corner_colours(np.asarray(four_corners()))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("container", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_exif_orientation_is_turned_upright(orientation, container):
    turned_by = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    upright = four_corners()
    stored = upright if turned_by is None else upright.transpose(turned_by)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = images.decode(encoded(stored, container, exif=exif.tobytes()))
    assert corner_colours(picture.pixels) == UPRIGHT
    assert (picture.width, picture.height) == (64, 48)
    # These two come out of the decoder upright, and nothing is left to be undone.
    assert picture.orientation == (1 if container in ("TIFF", "HEIF") else orientation)


@pytest.mark.parametrize("container", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF"])
def test_every_container_is_sniffed_and_decoded(container):
    data = encoded(four_corners(), container)
    assert images.sniff(data[:32]) == Container({"HEIF": "heic"}.get(container, container.lower()))
    assert corner_colours(images.decode(data).pixels) == UPRIGHT


def test_a_scaled_decode_is_smaller_than_the_whole_but_never_than_asked():
    data = encoded(four_corners(1600, 1200), "JPEG")
    picture = images.decode(data, at_least=(300, 200))
    height, width = picture.pixels.shape[:2]
    assert (width, height) == (400, 300)
    assert (picture.width, picture.height) == (1600, 1200)


def test_a_scaled_decode_asks_for_the_upright_size_of_a_sideways_photo():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(four_corners(1600, 800), "JPEG", exif=exif)
    picture = images.decode(data, at_least=(200, 100))
    height, width = picture.pixels.shape[:2]
    assert (picture.width, picture.height) == (800, 1600)
    assert (width, height) == (200, 400)


def test_a_small_photo_is_not_scaled_up():
    assert images.decode(encoded(four_corners(), "JPEG"), at_least=(500, 500)).pixels.shape == (
        48,
        64,
        3,
    )


def test_cmyk_greyscale_palette_and_transparency_become_rgb_on_white():
    assert (
        corner_colours(images.decode(encoded(four_corners().convert("CMYK"), "JPEG")).pixels)
        == UPRIGHT
    )
    grey = images.decode(encoded(Image.new("L", (20, 20), 128), "JPEG")).pixels
    assert grey.shape == (20, 20, 3) and abs(int(grey.mean()) - 128) <= 1
    clear = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    assert (images.decode(encoded(clear, "PNG")).pixels == 255).all()
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([10, 20, 30])
    assert (images.decode(encoded(palette, "PNG", transparency=0)).pixels == 255).all()


def test_sixteen_bit_grey_keeps_its_brightness():
    deep = Image.fromarray(np.full((20, 20), 32768, np.uint16))
    pixels = images.decode(encoded(deep, "PNG")).pixels
    assert pixels.shape == (20, 20, 3) and (pixels == 128).all()


def test_the_first_frame_of_an_animation_is_shown():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert tuple(images.decode(data).pixels[10, 10]) == (255, 0, 0)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Unreadable.EMPTY),
        (b"  <!DOCTYPE html><html>403", Unreadable.WEB_PAGE),
        (b"\x00\x01\x02 some bytes", Unreadable.NOT_A_PICTURE),
    ],
)
def test_what_is_no_picture_says_why(data, reason):
    with pytest.raises(UnreadableImage) as caught:
        images.decode(data)
    assert caught.value.reason == reason


@pytest.mark.parametrize("container", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "HEIF", "AVIF"])
def test_a_file_that_breaks_off_is_truncated(container):
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 255, (200, 200, 3), np.uint8))
    data = encoded(noise, container)
    with pytest.raises(UnreadableImage) as caught:
        images.decode(data[: len(data) * 2 // 3])
    assert caught.value.reason == Unreadable.TRUNCATED
    assert str(caught.value).lower().count("truncated") == 1


def test_a_decompression_bomb_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(images, "MAX_PIXELS", 1000)
    for container in ("JPEG", "PNG"):
        with pytest.raises(UnreadableImage) as caught:
            images.decode(encoded(four_corners(), container))
        assert caught.value.reason == Unreadable.TOO_LARGE


def test_missing_files_folders_and_strange_names_are_reasons_not_crashes(tmp_path):
    for path in (tmp_path / "none.jpg", tmp_path / "a\0b", tmp_path / ("x" * 300)):
        with pytest.raises(UnreadableImage) as caught:
            images.read_file(path)
        assert caught.value.reason == Unreadable.MISSING
    with pytest.raises(UnreadableImage) as caught:
        images.read_file(tmp_path)
    assert caught.value.reason == Unreadable.NOT_A_PICTURE


def test_a_named_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(UnreadableImage):
        images.read_file(tmp_path / "pipe.jpg")


def test_fit_within_keeps_the_aspect_and_never_scales_up():
    wide = np.zeros((100, 400, 3), np.uint8)
    assert images.fit_within(wide, 100, 100).shape == (25, 100, 3)
    assert images.fit_within(wide, 800, 800) is wide
