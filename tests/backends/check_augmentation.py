"""Augmentation against OpenCV and against what each change promises."""

import cv2
import numpy as np
from keras import ops

from core.training.instruction import Augmentation
from core.training.networks.augmentation import augment, draw_augmentation, preview
from core.training.networks.blur import blur
from core.training.networks.warp import warp

_OFF = {
    "flip": False,
    "zoom": 0.0,
    "shift": 0.0,
    "brightness": 0.0,
    "contrast": 0.0,
}
_SIDE = 24


def _photos(count=4):
    random = np.random.default_rng(0)
    small = random.integers(0, 256, (count, 6, 6, 3), dtype=np.uint8)
    return np.stack([cv2.resize(photo, (_SIDE, _SIDE)) for photo in small])


def _augmented(photos, augmentation, seed=0):
    draw = draw_augmentation(augmentation, len(photos), _SIDE, np.random.default_rng(seed))
    changed = augment(
        ops.convert_to_tensor(photos),
        type(draw)(*map(ops.convert_to_tensor, draw)),
        most_blur_px=augmentation.blur_px,
    )
    return ops.convert_to_numpy(changed), draw


def check_warp_equals_opencv():
    photos = _photos(6).astype(np.float32)
    augmentation = Augmentation(rotation_turns=0.5, zoom=0.5, shift=0.3, perspective=0.1)
    draw = draw_augmentation(augmentation, 6, _SIDE, np.random.default_rng(1))
    found = ops.convert_to_numpy(
        warp(ops.convert_to_tensor(photos), ops.convert_to_tensor(draw.homographies))
    )
    # From OpenCV's pixel centres at whole numbers to half sides from the centre, and back.
    half = _SIDE / 2
    to_halves = np.array([[1 / half, 0, 0.5 / half - 1], [0, 1 / half, 0.5 / half - 1], [0, 0, 1]])
    for photo, homography, changed in zip(photos, draw.homographies, found, strict=True):
        matrix = np.linalg.inv(to_halves) @ homography @ to_halves
        columns, rows = np.meshgrid(np.arange(_SIDE), np.arange(_SIDE))
        places = np.stack([columns, rows, np.ones_like(rows)], -1) @ matrix.T
        places = (places[..., :2] / places[..., 2:]).astype(np.float32)
        wanted = _bilinear(photo, places)
        np.testing.assert_allclose(changed, wanted, atol=0.05)


def _bilinear(photo, places):
    """By OpenCV on a copy that is reflected all around, so that its own border never shows."""
    rim = 2 * _SIDE
    wide = cv2.copyMakeBorder(photo, rim, rim, rim, rim, cv2.BORDER_REFLECT)
    whole = np.floor(places).astype(int) + rim
    share = places - np.floor(places)
    upper = _mixed(wide, whole, (0, 0), (1, 0), share[..., :1])
    lower = _mixed(wide, whole, (0, 1), (1, 1), share[..., :1])
    return upper + (lower - upper) * share[..., 1:]


def _mixed(wide, whole, first, second, share):
    a = wide[whole[..., 1] + first[1], whole[..., 0] + first[0]]
    b = wide[whole[..., 1] + second[1], whole[..., 0] + second[0]]
    return a + (b - a) * share


def check_nothing_switched_on_changes_nothing():
    photos = _photos()
    changed, _draw = _augmented(photos, Augmentation(**_OFF))
    assert changed.dtype == np.float32
    np.testing.assert_array_equal(changed, photos)


def check_flip_mirrors_some_and_leaves_the_rest():
    photos = _photos(16)
    changed, draw = _augmented(photos, Augmentation(**(_OFF | {"flip": True})))
    mirrored = draw.homographies[:, 0, 0] < 0
    assert 0 < mirrored.sum() < 16
    wanted = np.where(mirrored[:, None, None, None], photos[:, :, ::-1], photos)
    np.testing.assert_allclose(changed, wanted, atol=0.01)


def check_brightness_and_contrast_do_what_they_say():
    photos = _photos(8) // 2 + 40
    changed, _draw = _augmented(photos, Augmentation(**(_OFF | {"brightness": 0.2})))
    ratio = changed.mean((1, 2, 3)) / photos.mean((1, 2, 3))
    assert (np.abs(ratio - 1) <= 0.2).all() and np.ptp(ratio) > 0.1
    changed, draw = _augmented(photos, Augmentation(**(_OFF | {"contrast": 0.2})))
    np.testing.assert_allclose(changed.mean((1, 2, 3)), photos.mean((1, 2, 3)), rtol=1e-3)
    np.testing.assert_allclose(
        changed.std((1, 2, 3)), photos.std((1, 2, 3)) * draw.contrasts, rtol=1e-3
    )


def check_hue_keeps_grey_and_turns_colours():
    grey = np.full((4, _SIDE, _SIDE, 3), 90, np.uint8)
    red = np.tile(np.array([120, 60, 60], np.uint8), (4, _SIDE, _SIDE, 1))
    augmentation = Augmentation(**(_OFF | {"hue": 0.5}))
    np.testing.assert_allclose(_augmented(grey, augmentation)[0], 90, atol=0.5)
    turned = _augmented(red, augmentation)[0]
    luminance = turned @ np.array([0.299, 0.587, 0.114])
    np.testing.assert_allclose(luminance, 77.94, atol=0.5)
    assert np.ptp(turned[..., 0]) > 20


def check_blur_equals_opencv():
    photos = _photos(3).astype(np.float32)
    sigmas = np.array([0.0, 0.8, 1.5], np.float32)
    found = ops.convert_to_numpy(
        blur(ops.convert_to_tensor(photos), ops.convert_to_tensor(sigmas), 1.5)
    )
    np.testing.assert_allclose(found[0], photos[0], atol=1e-3)
    for photo, sigma, changed in list(zip(photos, sigmas, found, strict=True))[1:]:
        wanted = cv2.GaussianBlur(photo, (11, 11), float(sigma), borderType=cv2.BORDER_REFLECT)
        np.testing.assert_allclose(changed, wanted, atol=0.05)


def check_erasing_greys_a_box_in_half_of_them():
    photos = np.zeros((40, _SIDE, _SIDE, 3), np.uint8)
    changed, _draw = _augmented(photos, Augmentation(**(_OFF | {"erasing": 0.3})))
    share = (changed == 127.5).mean((1, 2, 3))
    assert 8 < (share > 0).sum() < 32
    assert share.max() <= 0.4


def check_preview_shows_what_the_seed_draws():
    photos = _photos()
    first = preview(photos, Augmentation(), 1)
    assert first.dtype == np.uint8 and first.shape == photos.shape
    np.testing.assert_array_equal(first, preview(photos, Augmentation(), 1))
    assert (first != preview(photos, Augmentation(), 2)).any()
