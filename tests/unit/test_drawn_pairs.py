"""Held-out pairs drawn at random."""

from pathlib import Path

import numpy as np
import pytest

from core.cleaning.splits import Split
from core.errors import UserError
from core.training.photos import Dataset, TrainingItem, TrainingPhoto
from core.training.recipes.drawn_pairs import draw_pairs


def made(*contents):
    """A data set whose items have these photos; photos of one content are the same."""
    photos = [
        TrainingPhoto(number, content.encode(), Path(f"/{number}.jpg"), None)
        for number, content in enumerate(name for item in contents for name in item)
    ]
    return Dataset(
        items=tuple(TrainingItem(f"item {number}", "", "made") for number in range(len(contents))),
        photos=tuple(photos),
        item_of=np.repeat(np.arange(len(contents), dtype=np.int32), [len(c) for c in contents]),
        split_of=np.zeros(len(contents), np.int8),
    )


def of_split(dataset, split):
    """For each item of it, its photos' contents."""
    found = {}
    for row in dataset.rows(split):
        content = dataset.photos[row].content_hash.decode()
        found.setdefault(int(dataset.item_of[row]), []).append(content)
    return found


def held_out(dataset):
    return of_split(dataset, Split.VALIDATION) | of_split(dataset, Split.TEST)


EIGHT = made(*[[f"{item}{view}" for view in range(2 + item % 3)] for item in range(8)])


def test_drawn_items_have_two_photos_and_all_others_train():
    drawn = draw_pairs(EIGHT, 5, seed=0)
    assert len(of_split(drawn, Split.VALIDATION)) == 3
    assert len(of_split(drawn, Split.TEST)) == 2
    for item, contents in held_out(drawn).items():
        assert len(set(contents)) == 2
        assert all(content.startswith(str(item)) for content in contents)
    assert of_split(drawn, Split.TRAIN) == {
        item: contents
        for item, contents in of_split(EIGHT, Split.TRAIN).items()
        if item not in held_out(drawn)
    }


def test_seeds_draw_others_and_one_seed_the_same():
    assert held_out(draw_pairs(EIGHT, 4, seed=1)) == held_out(draw_pairs(EIGHT, 4, seed=1))
    items = {frozenset(held_out(draw_pairs(EIGHT, 4, seed=seed))) for seed in range(20)}
    assert set().union(*items) == set(range(8))
    assert len(items) > 5
    of_item_5 = {
        tuple(held_out(draw_pairs(EIGHT, 6, seed=seed)).get(5, ())) for seed in range(60)
    } - {()}
    assert of_item_5 >= {("50", "51"), ("50", "52"), ("52", "53")}


def test_no_photo_that_trains_is_held_out():
    dataset = made(["a", "b"], ["b", "c", "d"], ["e", "e"], ["f", "f", "g"], ["h", "i"])
    for seed in range(10):
        drawn = draw_pairs(dataset, 2, seed=seed)
        assert {item: sorted(found) for item, found in held_out(drawn).items()} == {
            3: ["f", "g"],
            4: ["h", "i"],
        }


@pytest.mark.parametrize("count", [3, 4, 99])
def test_more_than_there_are_is_refused(count):
    dataset = made(["a", "b"], ["b", "c"], ["e", "f"], ["g", "h"])
    with pytest.raises(UserError, match="of 4: 2 have two photos") as error:
        draw_pairs(dataset, count, seed=0)
    assert "Draw fewer" in error.value.remedy


def test_two_items_are_left_to_train_on():
    assert len(held_out(draw_pairs(EIGHT, 6, seed=0))) == 6
    with pytest.raises(UserError, match="cannot be drawn"):
        draw_pairs(EIGHT, 7, seed=0)
