from __future__ import annotations

import random

from core.cleaning.splits import Split, split_items

TRAIN, VALIDATION, TEST = Split


def items(*hashes):
    """Items 1, 2, … with the contents that the letters stand for."""
    return {
        number: [letter.encode() for letter in letters]
        for number, letters in enumerate(hashes, start=1)
    }


def split(contents, same_photo=(), seed=1):
    return split_items(contents, {id_: f"item_{id_}" for id_ in contents}, same_photo, seed=seed)


def test_items_with_two_photos_are_held_out_in_halves_and_all_others_train():
    found = split(items("ab", "cd", "ef", "gh", "ijk", "l", "mn"))
    assert [id_ for id_, part in found.items() if part is TRAIN] == [5, 6]
    assert sorted(found.values()).count(VALIDATION) == 3  # the odd one
    assert sorted(found.values()).count(TEST) == 2


def test_an_item_that_shares_a_photo_with_another_is_not_held_out():
    found = split(items("ab", "bc", "de", "fg", "gxy"))
    assert found[1] is found[2] is found[4] is found[5] is TRAIN
    assert found[3] is VALIDATION


def test_an_item_that_is_thought_to_share_a_photo_is_not_held_out():
    found = split(items("ab", "cd", "ef"), same_photo=[(1, 2)])
    assert found == {1: TRAIN, 2: TRAIN, 3: VALIDATION}


def test_the_same_photo_twice_is_no_pair():
    assert split(items("aa")) == {1: TRAIN}


def test_no_content_is_ever_on_two_sides():
    chance = random.Random(7)
    for _ in range(200):
        contents = {
            id_: [bytes([chance.randrange(60)]) for _ in range(chance.randint(1, 3))]
            for id_ in range(30)
        }
        sides: dict[bytes, set[Split]] = {}
        for id_, part in split(contents).items():
            for content in contents[id_]:
                sides.setdefault(content, set()).add(part)
        assert all(len(parts) == 1 for parts in sides.values())


def test_a_seed_gives_the_same_division_again_and_another_seed_another():
    many = items(*(chr(200 + 2 * n) + chr(201 + 2 * n) for n in range(100)))
    assert split(many) == split(dict(reversed(many.items())))
    assert split(many) != split(many, seed=2)


def test_one_item_more_moves_few_others():
    many = items(*(chr(200 + 2 * n) + chr(201 + 2 * n) for n in range(101)))
    fewer = {id_: hashes for id_, hashes in many.items() if id_ != 50}
    before, after = split(fewer), split(many)
    assert sum(before[id_] is not after[id_] for id_ in fewer) <= 1
