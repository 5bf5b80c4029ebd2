"""Dividing items into training, validation and test, by the project's evaluation protocol.

Items with exactly two photos are held out, half for validation and half for test: each photo
queries, and its partner is the one right answer. All other items train the model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum


class Split(StrEnum):
    """What an item is for."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def split_items(
    contents: Mapping[int, Sequence[bytes]],
    keys: Mapping[int, str],
    same_photo: Iterable[tuple[int, int]] = (),
    *,
    seed: int,
) -> dict[int, Split]:
    """The split of each item.

    An item is held out only if neither of its photos is in any other item, so that nothing that a
    model is judged by has been seen in training or is in the other held-out half, and only if
    they are two, not the same twice. An odd number of held-out items leaves validation one more.

    The order that is cut in halves comes from a hash of seed and key, so that a few items more or
    less move few of the others.

    Args:
        contents: The content hashes of each item's photos, by the item's id.
        keys: What the scrape calls each item.
        same_photo: Further pairs of items that are thought to share a photo.
        seed: Another one gives another division.
    """
    shared = {item for pair in same_photo for item in pair}
    owner: dict[bytes, int] = {}
    for item, hashes in contents.items():
        for content in hashes:
            first = owner.setdefault(content, item)
            if first != item:
                shared |= {first, item}
    held_out = [
        item
        for item, hashes in contents.items()
        if len(hashes) == 2 and hashes[0] != hashes[1] and item not in shared
    ]
    held_out.sort(key=lambda item: (_shuffled(seed, keys[item]), item))
    half = (len(held_out) + 1) // 2
    split = dict.fromkeys(contents, Split.TRAIN)
    split.update(dict.fromkeys(held_out[:half], Split.VALIDATION))
    split.update(dict.fromkeys(held_out[half:], Split.TEST))
    return split


def _shuffled(seed: int, key: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{key}".encode("utf-8", "surrogatepass")).digest()
