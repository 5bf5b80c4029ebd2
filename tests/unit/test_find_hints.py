"""Hints are found for items whose photos changed, over several items, and kept up to date."""

import cv2
import numpy as np
import pytest
from made_catalogue import add_item, add_photo, add_source
from shots import cropped, jpeg, shot

from core.catalogue.database import open_catalogue
from core.catalogue.items import read_item
from core.catalogue.photos import read_hints
from core.catalogue.records import HintKind
from core.cleaning.decisions import mark_not_duplicate
from core.cleaning.find_hints import find_hints
from core.cleaning.hash_photos import hash_pending
from core.jobs.context import Cancelled, JobContext
from core.project import create_project


class Shop:
    """A project whose items are made of files."""

    def __init__(self, catalogue, folder):
        self.catalogue = catalogue
        self.folder = folder
        self.source = add_source(catalogue, folder)

    def item(self, key, *files):
        item = add_item(self.catalogue, self.source, key)
        return item, [self.photo(item, f"{key}-{n}.jpg", data) for n, data in enumerate(files)]

    def photo(self, item, name, data):
        (self.folder / name).write_bytes(data)
        return add_photo(self.catalogue, item, name, status="new", content_hash=None)

    def look(self, **options):
        hash_pending(self.catalogue)
        return find_hints(self.catalogue, **options)

    def hints(self, item):
        return [
            (hint.kind, hint.photo_id, hint.other_photo_id)
            for hint in read_hints(self.catalogue, [item])[item]
        ]


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "scrape"
    folder.mkdir()
    with open_catalogue(create_project(tmp_path / "p.pickglass")) as catalogue:
        yield Shop(catalogue, folder)


def photo(seed, quality=88):
    return jpeg(sharp(seed), quality)


def sharp(seed):
    return shot(seed, 300, 400)


@pytest.mark.parametrize("workers", [1, 2])
def test_copies_in_an_item_are_hinted_at(shop, workers):
    item, ids = shop.item("a", photo(1), photo(2), photo(1, 40), photo(2))
    assert shop.look(workers=workers).items == 1
    assert set(shop.hints(item)) >= {
        (HintKind.NEAR_COPY, ids[2], ids[0]),
        (HintKind.EXACT_COPY, ids[3], ids[1]),
    }
    kinds = read_item(shop.catalogue, item).hint_kinds
    assert {HintKind.NEAR_COPY, HintKind.EXACT_COPY} <= kinds


def test_items_of_different_photos_have_no_copies(shop):
    item, _ = shop.item("a", *(photo(seed) for seed in range(5)))
    shop.look()
    assert [hint for hint in shop.hints(item) if "copy" in hint[0]] == []


def test_same_photo_in_two_items_points_both_ways(shop):
    first, (a, _) = shop.item("a", photo(1), photo(2))
    second, (_, b) = shop.item("b", photo(3), photo(1, 60))
    shop.look()
    assert (HintKind.IN_OTHER_ITEM, a, b) in shop.hints(first)
    assert (HintKind.IN_OTHER_ITEM, b, a) in shop.hints(second)


def test_shot_with_a_part_dyed_is_a_copy_inside_an_item_but_not_in_another(shop):
    blue, _ = shop.item("blue", photo(2), photo(1))
    red, _ = shop.item("red", photo(3), jpeg(partly_dyed(sharp(1)), 88))
    stickered, _ = shop.item("stickered", photo(4), jpeg(partly_dyed(sharp(4)), 88))
    shop.look()
    assert shop.hints(blue) == []
    assert shop.hints(red) == []
    assert len(shop.hints(stickered)) == 1


@pytest.mark.parametrize("opacity", [1.0, 0.85])
def test_photo_with_a_coloured_sticker_is_found_in_another_item(shop, opacity):
    first, (a, _) = shop.item("a", photo(1), photo(2))
    second, (_, b) = shop.item("b", photo(3), jpeg(stickered(sharp(1), opacity), 80))
    shop.look()
    assert shop.hints(first) == [(HintKind.IN_OTHER_ITEM, a, b)]
    assert shop.hints(second) == [(HintKind.IN_OTHER_ITEM, b, a)]


def stickered(pixels, opacity):
    """A round red sticker."""
    layer = pixels.copy()
    cv2.circle(layer, (120, 240), 18, (210, 30, 40), -1, cv2.LINE_AA)
    return np.round(pixels * (1 - opacity) + layer * opacity).astype(np.uint8)


def partly_dyed(pixels):
    dyed = pixels.copy()
    panel = dyed[180:230, 120:170]
    panel[...] = np.clip(panel + np.array([40, -20, 20]), 0, 255)
    return dyed


def test_photo_of_many_items_is_told_of_without_listing_all(shop):
    items = [shop.item(f"{number}", photo(1), photo(10 + number)) for number in range(8)]
    shop.look()
    hints = read_hints(shop.catalogue, [items[0][0]])[items[0][0]]
    across = [hint for hint in hints if hint.kind is HintKind.IN_OTHER_ITEM]
    assert len(across) == 4
    assert across[0].why == "the same file is in 7 other items"


def test_only_changed_items_are_looked_at_again(shop):
    item, _ = shop.item("a", photo(1), photo(2))
    shop.item("b", photo(3), photo(4))
    assert shop.look().items == 2
    assert shop.look().items == 0
    added = shop.photo(item, "late.jpg", photo(2, 50))
    assert shop.look().items == 1
    assert added in {hint[1] for hint in shop.hints(item)}


def test_pair_that_is_no_duplicate_is_not_brought_up_again(shop):
    item, ids = shop.item("a", photo(1), photo(1, 50))
    shop.look()
    mark_not_duplicate(shop.catalogue, *ids)
    shop.photo(item, "late.jpg", photo(2))
    shop.look()
    assert [hint for hint in shop.hints(item) if "copy" in hint[0]] == []


def test_blank_pictures_are_left_out_aloud(shop):
    blank = [jpeg(shot(1, 300, 400) * 0 + level) for level in (200, 201, 202)]
    shop.item("a", blank[0])
    shop.item("b", blank[1], blank[2])
    assert shop.look().left_out == 3


def test_the_more_accused_photos_the_more_suspicious(shop):
    clean, _ = shop.item("a", photo(1), photo(2))
    dirty, _ = shop.item("b", photo(3), photo(3, 50))
    dirtier, _ = shop.item(
        "c", photo(4), photo(4, 50), photo(5), jpeg(cropped(sharp(5), *[0.08] * 4))
    )
    shop.look()
    suspicions = [read_item(shop.catalogue, id_).suspicion for id_ in (clean, dirty, dirtier)]
    assert suspicions == sorted(suspicions)
    assert suspicions[1] < suspicions[2]


def test_stopped_search_goes_on_where_it_was(shop):
    for number in range(12):
        shop.item(f"{number}", photo(number), photo(number, 50))
    hash_pending(shop.catalogue)
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        find_hints(shop.catalogue, JobContext(is_cancelled=lambda: next(asked, True)), workers=1)
    rest = find_hints(shop.catalogue)
    assert 0 < rest.items < 12
    assert rest.items_with_hints == 12


def test_nothing_is_looked_at_twice_unless_all_is_wanted_again(shop):
    (first, _), (second, _) = (shop.item(key, photo(4), photo(4, 50)) for key in "ab")
    shop.look()
    shop.catalogue.connection.execute("DELETE FROM hint")
    assert shop.look().items == 0
    assert shop.hints(first) == []
    assert shop.look(again=True).items == 2
    for item in (first, second):
        assert HintKind.NEAR_COPY in {hint[0] for hint in shop.hints(item)}


def test_all_that_is_wanted_again_is_made_up_for_after_a_stop(shop):
    for number in range(12):
        shop.item(f"{number}", photo(number), photo(number, 50))
    shop.look()
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        find_hints(
            shop.catalogue,
            JobContext(is_cancelled=lambda: next(asked, True)),
            workers=1,
            again=True,
        )
    assert 0 < shop.look().items < 12


def test_another_radius_is_searched_with_at_once_and_kept(shop):
    first, (one,) = shop.item("a", photo(8))
    _, (other,) = shop.item("b", jpeg(cropped(sharp(8), 0.02, 0.03, 0.03, 0.02), 60))
    hash_pending(shop.catalogue)
    bits = phash_distance(shop, one, other)
    assert 0 < bits <= 16
    shop.look(radius=bits)
    assert len(shop.hints(first)) == 1
    shop.look(radius=bits - 1)
    assert shop.hints(first) == []
    shop.item("c", photo(9))
    shop.look()
    assert shop.hints(first) == []
    shop.look(radius=bits)
    assert len(shop.hints(first)) == 1


def phash_distance(shop, *photos):
    hashes = [
        shop.catalogue.connection.execute(
            "SELECT phash FROM photo JOIN content ON hash = content_hash WHERE photo.id = ?", [id_]
        ).fetchone()[0]
        for id_ in photos
    ]
    return ((hashes[0] ^ hashes[1]) & (2**64 - 1)).bit_count()


def test_photo_unlike_all_others_of_its_item_is_hinted_at(shop):
    weave = np.indices((400, 300)).sum(axis=0)[:, :, None] // 6 % 2 * 40

    def garment(seed, *colour):
        return jpeg((sharp(seed) // 6 + weave + np.array(colour)).astype(np.uint8))

    reds = [garment(seed, 140, 10, 10) for seed in range(4)]
    item, ids = shop.item("a", *reds, garment(9, 10, 30, 140))
    shop.look()
    assert (HintKind.ODD_ONE_OUT, ids[4], None) in shop.hints(item)
