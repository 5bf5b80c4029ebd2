"""Copies inside an item are found, grouped, explained, and the better one is named."""

import hashlib
import io

import numpy as np
import pytest
from PIL import Image
from shots import (
    bordered,
    close_view,
    cropped,
    jpeg,
    plain_cloth,
    resized,
    shot,
    watermarked,
)

from core.catalogue.records import HintKind
from core.cleaning.copies import Copy, Subject, find_copies
from core.cleaning.duplicates import duplicate_hints
from core.cleaning.features import DECODE_PX, FeatureExtractor
from core.cleaning.relations import Comparison
from core.images import decode


class Album:
    """An item's photos as files in memory; counts how often one is opened again."""

    def __init__(self, *files):
        extract = FeatureExtractor()
        self.files = files
        self.opened = []
        self.subjects = [
            Subject(
                hashlib.sha256(data).digest(),
                extract(data, decode(data, at_least=(DECODE_PX, DECODE_PX))),
            )
            for data in files
        ]

    def load(self, at, side_px):
        self.opened.append(at)
        return decode(self.files[at], at_least=side_px and (side_px, side_px)).pixels

    def hints(self, **options):
        return duplicate_hints(self.subjects, find_copies(self.subjects, self.load), **options)

    def hint(self):
        (hint,) = self.hints()
        return hint


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_equal_files_are_exact_copies_and_the_first_is_kept():
    data = jpeg(shot(1))
    hint = Album(jpeg(shot(2)), data, data).hint()
    assert (hint.photo, hint.better) == (2, 1)
    assert hint.kind is HintKind.EXACT_COPY
    assert hint.why == "same file, byte for byte"
    assert hint.score == 1


def test_same_pixels_in_another_container_are_an_exact_copy():
    data = jpeg(shot(1))
    hint = Album(data, png(decode(data).pixels)).hint()
    assert hint.kind is HintKind.EXACT_COPY
    assert hint.relation == "same pixels"
    assert hint.why == "same picture, pixel for pixel, in another file"


def test_same_pixels_that_show_next_to_nothing_are_an_exact_copy_too():
    ramp = np.zeros((800, 600, 3), np.uint8)
    ramp[..., 0] = np.linspace(0, 255, 600)
    tiff = io.BytesIO()
    Image.fromarray(ramp).save(tiff, "TIFF")
    assert Album(png(ramp), tiff.getvalue()).hint().relation == "same pixels"


def test_photo_in_better_quality_is_kept():
    hint = Album(jpeg(shot(1), 45), jpeg(shot(1), 92)).hint()
    assert (hint.photo, hint.better) == (0, 1)
    assert hint.kind is HintKind.NEAR_COPY
    assert hint.why == "same photo, re-encoded"
    assert hint.better_why == "less compressed (JPEG quality 92 against 45)"


def test_larger_copy_is_kept_even_if_it_is_more_compressed():
    big = shot(1, 480, 640)
    hint = Album(jpeg(resized(big, 0.5), 95), jpeg(big, 80)).hint()
    assert (hint.photo, hint.better) == (0, 1)
    assert hint.relation == "resized"
    assert hint.why == "same photo, re-encoded, half the size"
    assert hint.better_why == "larger (480 × 640 against 240 × 320)"


@pytest.mark.parametrize("seed", range(3))
def test_copy_is_found_whose_weave_a_strong_encoding_replaced(seed):
    cloth = plain_cloth(seed)
    assert Album(jpeg(cloth, 93), jpeg(cloth, 30)).hint().why == "same photo, re-encoded"
    small = Album(jpeg(cloth, 93), jpeg(resized(cloth, 0.7), 72)).hint()
    assert small.relation == "resized"


@pytest.mark.parametrize("seed", range(3))
def test_smooth_cloth_is_not_the_same_dyed_or_elsewhere(seed):
    cloth = plain_cloth(seed)
    dyed = np.clip(cloth + np.array([14, 0, -8]), 0, 255).astype(np.uint8)
    assert Album(jpeg(cloth, 93), jpeg(dyed, 93)).hints() == []
    assert Album(jpeg(cloth, 93), jpeg(plain_cloth(seed + 50), 93)).hints() == []


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("seed", range(4))
def test_border_around_a_plain_photo_is_told_as_that(seed, level):
    files = [jpeg(close_view(seed), 90), jpeg(bordered(close_view(seed), 0.06, level), 85)]
    for original, item in ((0, files), (1, files[::-1])):
        hint = Album(*item).hint()
        assert hint.why == "same photo, with a border"
        assert (hint.better, hint.better_why) == (original, "no border")


def test_plain_photos_in_like_borders_stay_different():
    files = [jpeg(bordered(close_view(seed), 0.06)) for seed in range(4)]
    assert Album(*files).hints() == []


@pytest.mark.parametrize("copy_first", [False, True])
@pytest.mark.parametrize(
    ("edit", "why", "better_why"),
    [
        (lambda p: cropped(p, 0.1, 0.05, 0.08, 0.0), "cropped", "shows more of the scene"),
        (bordered, "with a border", "no border"),
        (watermarked, "with a watermark", "no watermark"),
    ],
)
def test_untouched_original_is_kept(edit, why, better_why, copy_first):
    original, copy = jpeg(shot(3), 90), jpeg(edit(shot(3)), 90)
    hint = Album(copy, original).hint() if copy_first else Album(original, copy).hint()
    assert hint.better == int(copy_first)
    assert hint.kind is HintKind.ALTERED_COPY
    assert hint.why == f"same photo, {why}"
    assert hint.better_why == better_why


def test_mirrored_copy_is_named_so():
    hint = Album(jpeg(shot(4)), jpeg(shot(4)[:, ::-1])).hint()
    assert hint.relation == "mirrored"
    assert hint.why == "same photo, mirrored"


def test_photo_that_lies_as_the_others_do_is_upright():
    item = [jpeg(np.rot90(shot(5))), jpeg(shot(5)), jpeg(shot(6)), jpeg(shot(7))]
    hint = Album(*item).hint()
    assert (hint.photo, hint.better) == (0, 1)
    assert hint.why == "same photo, turned left"
    assert hint.better_why == "upright"


def test_turn_is_told_from_the_better_photos_side():
    item = [jpeg(shot(5)), jpeg(np.rot90(shot(5), 3)), jpeg(shot(6))]
    assert Album(*item).hint().why == "same photo, turned right"


def test_item_of_different_photos_has_no_hints_and_opens_nothing_twice():
    album = Album(*(jpeg(shot(seed)) for seed in range(10)))
    assert album.hints() == []
    assert len(album.opened) == len(set(album.opened))


def test_several_copies_of_one_photo_are_one_group_with_one_best():
    big = shot(1, 480, 640)
    small, tiny = resized(big, 0.6), resized(big, 0.5)
    hints = Album(jpeg(small), jpeg(shot(2)), jpeg(big), jpeg(tiny)).hints()
    assert [(hint.photo, hint.better) for hint in hints] == [(0, 2), (3, 2)]


def test_denied_pair_stays_apart():
    data = jpeg(shot(1))
    album = Album(data, data)
    assert album.hints(is_denied=lambda first, second: (first, second) == (0, 1)) == []


def test_photo_that_cannot_be_opened_any_more_is_no_copy():
    album = Album(jpeg(shot(1)), jpeg(shot(1), 50))
    album.load = lambda at, side_px: None
    assert album.hints() == []


def test_groups_are_never_chained():
    features = Album(*(jpeg(shot(seed)) for seed in range(3))).subjects

    def copy(first, second, score):
        comparison = Comparison((), None, None, None, 0, False, 1.0, score)
        return Copy(first, second, False, False, comparison)

    # The middle photo is a copy of both others, which are no copies of each other.
    hints = duplicate_hints(features, [copy(0, 1, 0.9), copy(1, 2, 0.99)])
    assert [{hint.photo, hint.better} for hint in hints] == [{1, 2}]
