"""Full and read-only disks, on a real file system of one megabyte."""

from __future__ import annotations

import os

import pytest
from disks import mounted
from made_catalogue import add_item, add_photo, add_source

from core.catalogue.database import open_catalogue
from core.catalogue.items import read_item
from core.catalogue.records import ItemState
from core.cleaning import decisions
from core.cleaning.undo import undo
from core.errors import UserError
from core.project import create_project


@pytest.fixture
def small_disk(tmp_path):
    """A folder that is a disk of its own with one megabyte; needs root."""
    with mounted(tmp_path / "small disk") as folder:
        yield folder


def fill_up(folder):
    with open(folder / "ballast", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            os.fsync(file.fileno())


def test_a_decision_on_a_full_disk_is_refused_whole_and_works_once_there_is_room(small_disk):
    project = create_project(small_disk / "try.pickglass")
    with open_catalogue(project) as catalogue:
        item = add_item(catalogue, add_source(catalogue), "coat")
        add_photo(catalogue, item, "0.jpg")
        decisions.skip(catalogue, item)
        fill_up(small_disk)
        with pytest.raises(UserError, match=r"full[^$]*Make room"):
            decisions.set_note(catalogue, item, "long " * 20_000)
        assert not catalogue.connection.in_transaction
        (small_disk / "ballast").unlink()
        decisions.mark_done(catalogue, item)
    with open_catalogue(project) as catalogue:
        assert (read_item(catalogue, item).state, read_item(catalogue, item).note) == (
            ItemState.DONE,
            "",
        )
        undo(catalogue)
        assert read_item(catalogue, item).state is ItemState.SKIPPED
