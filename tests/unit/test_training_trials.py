"""What is tried out before a run: augmented photos, and what the backends answer."""

import numpy as np
import pytest
from made_catalogue import add_file, add_item, add_source
from PIL import Image

from core.catalogue.database import open_catalogue
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.project import create_project
from core.training import backend_probe
from core.training.augmentation_grid import (
    DRAWS,
    PHOTOS,
    augmentation_grid,
    save_grid,
    training_squares,
)
from core.training.backend_probe import BACKENDS, run_python, versions
from core.training.dataset import read_dataset
from core.training.instruction import Augmentation, Instruction


@pytest.fixture
def dataset(tmp_path):
    project = create_project(tmp_path / "shop.pickglass")
    with open_catalogue(project) as catalogue:
        source = add_source(catalogue, tmp_path / "scrape")
        for number in range(20):
            item = add_item(catalogue, source, f"item {number}")
            for photo in range(3 if number < 10 else 2):
                add_file(catalogue, item, f"item {number}/{photo}.jpg")
    return read_dataset(Instruction().data, seed=0, project=project)


def small():
    return Instruction(data={"side_px": 32})


def test_photos_of_different_items_are_drawn_and_others_the_next_time(dataset):
    first = training_squares(dataset, small(), 1, JobContext())
    second = training_squares(dataset, small(), 2, JobContext())

    assert first.shape == (PHOTOS, 32, 32, 3)
    assert len({photo.tobytes() for photo in first}) == PHOTOS
    assert not np.array_equal(first, second)


def test_photos_that_are_gone_are_passed_over_until_none_is_left(dataset):
    files = sorted(photo.file for photo in dataset.photos)
    for file in files[1:]:
        file.unlink()
    assert len(training_squares(dataset, small(), 1, JobContext())) == 1

    files[0].unlink()
    with pytest.raises(UserError, match="None of the photos can be read"):
        training_squares(dataset, small(), 1, JobContext())


def test_the_grid_has_each_photo_as_it_is_and_beside_it_what_training_makes_of_it():
    squares = np.stack([np.full((32, 32, 3), level, np.uint8) for level in (10, 200)])
    seeds = []

    def preview(pixels, augmentation, seed):
        seeds.append(seed)
        return pixels + 5

    grid = augmentation_grid(squares, Augmentation(), 7, preview)

    assert seeds == list(range(7, 7 + DRAWS))
    tile = 96  # enlarged threefold, to be seen
    assert grid[4 + tile // 2, 4 + tile // 2, 0] == 10
    assert grid[4 + tile // 2, -4 - tile // 2, 0] == 15
    assert grid[-4 - tile // 2, 4 + tile // 2, 0] == 200


def test_the_grid_is_written_whole_or_told_not_to_be(tmp_path):
    grid = np.zeros((4, 6, 3), np.uint8)
    save_grid(grid, tmp_path / "new folder" / "grid.png")
    with Image.open(tmp_path / "new folder" / "grid.png") as picture:
        assert picture.size == (6, 4)

    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        save_grid(grid, tmp_path / "file" / "grid.png")


def test_versions_are_those_of_installed_backends():
    assert set(versions()) <= set(BACKENDS)
    assert "tensorflow" in versions()


def test_python_runs_in_a_process_that_can_import_the_program():
    code = "import sys; from core.training.instruction import Instruction; print(sys.argv[1])"
    assert run_python([code, "hello"], JobContext(), 60)[:2] == (0, "hello\n")


def test_a_process_that_breaks_says_its_last_words():
    code, said, words = run_python(["raise ValueError('no GPU')"], JobContext(), 60)
    assert code == 1 and said == "" and words.endswith("ValueError: no GPU")


def test_a_process_that_does_not_answer_is_ended():
    code, _, words = run_python(["import time; time.sleep(600)"], JobContext(), 0.2)
    assert code == -1 and "did not answer" in words
    with pytest.raises(Cancelled):
        run_python(["import time; time.sleep(600)"], JobContext(is_cancelled=lambda: True), 60)


@pytest.mark.parametrize(("code", "said"), [(0, "no JSON"), (0, ""), (-9, "")])
def test_a_backend_that_ends_without_a_word_is_no_backend_without_a_gpu(monkeypatch, code, said):
    monkeypatch.setattr(backend_probe, "versions", lambda: {"torch": "2.0"})
    monkeypatch.setattr(backend_probe, "run_python", lambda *_: (code, said, ""))
    found = {each.name: each for each in backend_probe.probe_backends(JobContext())}
    assert found["torch"].fault == f"It gave no answer that can be read (exit code {code})."
    assert not found["jax"].fault
