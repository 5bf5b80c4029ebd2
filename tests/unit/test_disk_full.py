"""Full disks: a real file system of one megabyte, and catalogues that may not grow."""

from __future__ import annotations

import logging
import os
import re

import cv2
import numpy as np
import pytest
from disks import mounted
from made_catalogue import add_item, add_photo, add_source, write_photo

from core.catalogue.database import open_catalogue
from core.catalogue.items import read_item
from core.catalogue.records import ItemState
from core.cleaning import decisions
from core.cleaning.hash_photos import hash_pending
from core.cleaning.undo import undo
from core.commands.frame import ExitCode, run_verb
from core.errors import UserError
from core.images import encode_jpeg
from core.jobs.context import JobContext
from core.jobs.logs import log_to
from core.project import create_project, lock_for_writing
from core.scrape.importing import import_scrape
from core.training.instruction import Instruction
from core.training.launching import working_on
from core.training.run_changes import queue_run, write_note
from core.training.run_queue import train_queue
from core.training.runs import RunState, create_run, list_runs, read_state
from main import VERBS


@pytest.fixture
def small_disk(tmp_path):
    """A folder that is a disk of its own with one megabyte; needs root."""
    with mounted(tmp_path / "small disk") as folder:
        yield folder


@pytest.fixture
def scrape(tmp_path):
    for item in range(30):
        for number in range(3):
            write_photo(tmp_path / f"scrape/item_{item:03}/{number}.jpg")
    return tmp_path / "scrape"


def fill_up(folder, leaving=0):
    with open(folder / "ballast", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            os.fsync(file.fileno())
        file.truncate(file.tell() - leaving)


def grow_no_further(catalogue, pages):
    """As if the disk had no more than so many pages of 4 KB left."""
    (now,) = catalogue.connection.execute("PRAGMA page_count").fetchone()
    catalogue.connection.execute(f"PRAGMA max_page_count = {now + pages}")


def rows(catalogue):
    return catalogue.connection.execute("SELECT count(*) FROM photo").fetchone()[0]


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


def test_an_import_that_fills_the_disk_stops_and_goes_on_once_there_is_room(tmp_path, scrape):
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        grow_no_further(catalogue, 0)
        with pytest.raises(UserError, match=r"full[^$]*Make room"):
            import_scrape(catalogue, scrape)
        assert rows(catalogue) == 0
        grow_no_further(catalogue, 1000)
        assert import_scrape(catalogue, scrape).photos_added == 90


def test_reading_photos_on_a_full_disk_stops_and_goes_on_once_there_is_room(tmp_path, scrape):
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        import_scrape(catalogue, scrape)
        grow_no_further(catalogue, 0)
        with pytest.raises(UserError, match=r"full[^$]*Make room"):
            hash_pending(catalogue)
        grow_no_further(catalogue, 1000)
        assert hash_pending(catalogue).photos == 90


def test_no_room_for_thumbnails_stops_reading_with_what_to_do(tmp_path, small_disk):
    noise = np.random.default_rng(0).integers(0, 255, (40, 30, 3), dtype=np.uint8)
    photo = tmp_path / "scrape/coat/0.jpg"
    photo.parent.mkdir(parents=True)
    for number in range(6):
        large = cv2.resize(np.roll(noise, number, axis=0), (1200, 1600))
        photo.with_name(f"{number}.jpg").write_bytes(encode_jpeg(large, 70))
    project = create_project(tmp_path / "try.pickglass")
    project.thumbnails_file.parent.rmdir()
    project.thumbnails_file.parent.symlink_to(small_disk)
    with open_catalogue(project) as catalogue:
        import_scrape(catalogue, tmp_path / "scrape")
        fill_up(small_disk, leaving=64 << 10)
        with pytest.raises(UserError, match=r"Thumbnails[^$]*thumbnails.sqlite[^$]*Make room"):
            hash_pending(catalogue)
        (small_disk / "ballast").unlink()
        assert hash_pending(catalogue).photos == 6


def test_a_damaged_thumbnail_file_is_named_and_may_be_deleted(tmp_path, scrape):
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        import_scrape(catalogue, scrape)
        catalogue.project.thumbnails_file.write_bytes(b"not a database" * 100)
        with pytest.raises(UserError, match=r"thumbnails.sqlite[^$]*delete it"):
            hash_pending(catalogue)
        catalogue.project.thumbnails_file.unlink()
        assert hash_pending(catalogue).photos == 90


def test_every_verb_says_what_to_do_on_a_full_disk_and_works_afterwards(
    small_disk, scrape, tmp_path, capsys
):
    root = small_disk / "try.pickglass"
    verbs = [
        ["import", str(scrape)],
        ["hash"],
        ["hints"],
        ["apply"],
        ["export", str(tmp_path / "clean")],
        ["decisions-export", str(small_disk / "mine.jsonl")],
        ["restore", "--everything"],
    ]
    fill_up(small_disk)
    assert run_verb(VERBS, ["import", "--project", str(root), str(scrape)]) == ExitCode.FAILED
    assert "space left" in capsys.readouterr().err
    (small_disk / "ballast").unlink()
    create_project(root)
    refused = set()
    for verb, *arguments in verbs:
        command = [verb, "--project", str(root), *arguments]
        fill_up(small_disk)
        code = run_verb(VERBS, command)
        told = capsys.readouterr().err
        if code == ExitCode.FAILED:
            refused.add(verb)
            assert re.search("disk is not full|Make room on the disk|on a disk with room", told)
        else:  # where nothing is to be stored
            assert code == ExitCode.DONE, (verb, told)
        (small_disk / "ballast").unlink()
        assert run_verb(VERBS, command) == ExitCode.DONE, verb
    assert refused >= {"import", "hash", "hints", "decisions-export"}


def test_what_is_done_to_runs_on_a_full_disk_is_refused_and_leaves_none_half_made(small_disk):
    project = create_project(small_disk / "try.pickglass")
    run = create_run(project, Instruction(), "one", queued=True)

    def train():
        with working_on(run):
            pass

    fill_up(small_disk)
    for do in (
        lambda: write_note(run, "too slow"),
        lambda: queue_run(run, None),
        lambda: queue_run(run, 1.0),
        lambda: create_run(project, Instruction(), "two"),
        lambda: train_queue(project, ["/no/such/python"], JobContext()),
        train,
    ):
        with pytest.raises(UserError, match=r"folder cannot be written[^$]*Make room"):
            do()
    assert list_runs(project) == (run,)
    assert read_state(run) is RunState.QUEUED
    (small_disk / "ballast").unlink()
    create_run(project, Instruction(), "two")


def test_neither_lock_nor_log_needs_room(small_disk):
    project = create_project(small_disk / "try.pickglass")
    fill_up(small_disk)
    with lock_for_writing(project), log_to(project, "window"):
        logging.getLogger("core").info("a line of %s", "x" * 9000)
        with pytest.raises(UserError, match="already open"), lock_for_writing(project):
            pass
