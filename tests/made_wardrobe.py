"""A project of items that data sets are read from, and what is looked at of them."""

from __future__ import annotations

import pytest
from made_catalogue import add_file, add_item, add_source

from core.catalogue.database import open_catalogue
from core.catalogue.photos import read_photos
from core.cleaning.splits import Split
from core.errors import UserError
from core.project import create_project
from core.training.dataset import read_dataset
from core.training.instruction import Data

SEED = 4


class Wardrobe:
    """A project with items in it: `item("coat", 3)` has three photos."""

    def __init__(self, root, scrape):
        self.project = create_project(root)
        self.catalogue = open_catalogue(self.project)
        self.source = add_source(self.catalogue, scrape)

    def item(self, key, photos, **columns):
        item = add_item(self.catalogue, self.source, key, **columns)
        for position in range(photos):
            add_file(self.catalogue, item, f"{key}/{position}.jpg")
        return item

    def photos(self, item):
        return read_photos(self.catalogue, [item])[item]

    def read(self, *sources, seed=SEED, context=None, **data):
        asked = Data(sources=sources or ("catalogue",), **data)
        return read_dataset(asked, seed=seed, project=self.project, context=context)


def splits(dataset):
    return {
        item.key: list(Split)[split]
        for item, split in zip(dataset.items, dataset.split_of.tolist(), strict=True)
    }


def contents(dataset):
    """The content hashes of each item's photos."""
    found = {item.key: [] for item in dataset.items}
    for photo, item in zip(dataset.photos, dataset.item_of.tolist(), strict=True):
        found[dataset.items[item].key].append(photo.content_hash)
    return found


def refused(read, *arguments, **how):
    """The message, which comes with a remedy."""
    with pytest.raises(UserError) as caught:
        read(*arguments, **how)
    assert caught.value.remedy
    return str(caught.value)
