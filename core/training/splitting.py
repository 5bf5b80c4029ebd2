"""Dividing a data set of whatever sources by the project's evaluation protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from core.cleaning.splits import Split, split_items
from core.training.sources.found import FoundItem

Divided = tuple[FoundItem, Split]

_HASH_BYTES = 32
"""Of a content hash; what follows is a crop."""


def split_found(
    items: Sequence[FoundItem], same_photo: Iterable[tuple[int, int]], *, seed: int
) -> list[Split]:
    """The split of each item, as `core.cleaning.splits` has it.

    Where items are crops of the same files, as in DeepFashion2, they are all on one side: with one
    that trains, all of them train, and otherwise all are where the first is.

    Args:
        items: To divide.
        same_photo: Pairs of places in `items` that are thought to share a photo.
        seed: Another one gives another division.
    """
    contents = {place: [p.content_hash for p in found.photos] for place, found in enumerate(items)}
    keys = {place: found.item.key for place, found in enumerate(items)}
    split = split_items(contents, keys, same_photo, seed=seed)
    for together in _of_the_same_files(items):
        sides = {split[place] for place in together}
        side = Split.TRAIN if Split.TRAIN in sides else split[together[0]]
        split.update(dict.fromkeys(together, side))
    return [split[place] for place in range(len(items))]


def share_of_training(divided: Sequence[Divided], share: float, *, seed: int) -> list[Divided]:
    """All that is held out, and a random share of the items that train, two at least.

    A larger share has all that a smaller one has.
    """
    order = sorted(
        (_shuffled(seed, found.item.key), place)
        for place, (found, split) in enumerate(divided)
        if split is Split.TRAIN
    )
    left_out = {place for _, place in order[max(2, round(share * len(order))) :]}
    return [item for place, item in enumerate(divided) if place not in left_out]


def _of_the_same_files(items: Sequence[FoundItem]) -> list[list[int]]:
    """Items that are joined by files which several of them are crops of, ascending."""
    leader = list(range(len(items)))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    owner: dict[bytes, int] = {}
    for place, found in enumerate(items):
        for photo in found.photos:
            if photo.crop is not None:
                first = find(owner.setdefault(photo.content_hash[:_HASH_BYTES], place))
                own = find(place)
                leader[max(first, own)] = min(first, own)
    groups: dict[int, list[int]] = {}
    for place in set(map(find, owner.values())):
        groups[place] = []
    for place in range(len(items)):
        if find(place) in groups:
            groups[find(place)].append(place)
    return [group for group in groups.values() if len(group) > 1]


def _shuffled(seed: int, key: str) -> bytes:
    return hashlib.sha256(f"{seed}\nshare\n{key}".encode("utf-8", "surrogatepass")).digest()
