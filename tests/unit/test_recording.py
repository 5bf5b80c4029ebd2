"""What a run tells is written down for the window, for spreadsheets and for TensorBoard."""

from __future__ import annotations

import csv
import errno
import math

import numpy as np
import pytest
from PIL import Image

from core.errors import UserError
from core.project import create_project
from core.training import recording
from core.training.instruction import Instruction
from core.training.neighbour_sheet import draw_reconstructions, draw_sheet, fixed_queries, nearest
from core.training.recording import COLUMNS, Recorder
from core.training.run_events import (
    Ended,
    EpochEnded,
    Evaluated,
    RunState,
    Started,
    Stepped,
    Told,
)
from core.training.runs import create_run, read_events, read_record


@pytest.fixture
def run(tmp_path):
    return create_run(create_project(tmp_path / "try.pickglass"), Instruction(), "one")


def started(from_step=0, from_epoch=0):
    return Started(1.0, "CPU", "torch", 3, 2, 8, 100, from_step, from_epoch)


def stepped(step, epoch=1, loss=0.5):
    return Stepped(step, epoch, loss, 0.001, 100.0, 0.01, 2.0)


def evaluated(epoch, top_1):
    return Evaluated(epoch, 2 * epoch, {1: top_1, 5: 0.6, 10: 0.7}, {1: 0.2, 5: 0.3, 10: 0.4}, 3.0)


def rows_of(run):
    with run.metrics_file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_all_that_is_told_is_kept_and_passed_on(run):
    heard = []
    with Recorder(run, heard.append) as recorder:
        for event in (started(), Told("fine"), stepped(1), EpochEnded(1, 2, 0.4, 5.0)):
            recorder.tell(event)
    assert read_events(run)[0] == heard
    assert [row["kind"] for row in rows_of(run)] == ["step", "epoch"]
    assert list(rows_of(run)[0]) == list(COLUMNS)
    record = read_record(run)
    assert (record.device, record.backend) == ("CPU", "torch")
    assert (record.epochs_done, record.steps_done, record.started) == (1, 2, 1.0)
    assert list(run.tensorboard.glob("events*"))


def test_the_best_evaluation_by_top_1_is_the_runs(run):
    with Recorder(run) as recorder:
        for epoch, top_1 in ((1, 0.3), (2, 0.5), (3, 0.4)):
            recorder.tell(evaluated(epoch, top_1))
    record = read_record(run)
    assert (record.best_epoch, record.best_top[1]) == (2, 0.5)
    assert [row["histogram_top_10"] for row in rows_of(run)] == ["0.4"] * 3


def test_of_two_with_the_same_top_1_the_one_with_the_better_top_5_is_the_best(run):
    with Recorder(run) as recorder:
        for epoch, top_5 in ((1, 0.6), (2, 0.7), (3, 0.65)):
            recorder.tell(Evaluated(epoch, epoch, {1: 0.5, 5: top_5, 10: 0.8}, {}, 3.0))
    assert read_record(run).best_epoch == 2


def test_how_it_ended_stands_in_the_record(run):
    with Recorder(run) as recorder:
        recorder.tell(stepped(7))
        recorder.tell(Ended(RunState.FAILED, "no pairs", 9.0))
    record = read_record(run)
    assert record.steps_done == 7
    assert (record.state, record.reason, record.ended) == (RunState.FAILED, "no pairs", 9.0)


def test_a_resumed_run_drops_the_figures_of_lost_steps(run):
    with Recorder(run) as recorder:
        recorder.tell(started())
        for step in range(1, 6):
            recorder.tell(stepped(step, 1 + step // 3, math.nan if step == 2 else 0.5))
    with Recorder(run) as recorder:
        recorder.tell(started(from_step=2, from_epoch=1))
        recorder.tell(stepped(3, 2))
    assert [row["step"] for row in rows_of(run)] == ["1", "2", "3"]
    assert rows_of(run)[1]["loss"] == "nan"


def test_a_full_disk_is_told_with_the_remedy(run, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(recording, "append_event", full)
    with pytest.raises(UserError, match="No space left") as error, Recorder(run) as recorder:
        recorder.tell(Told("x"))
    assert "Make room" in error.value.remedy


def test_queries_are_the_same_every_time_and_of_different_items():
    item_of = np.repeat(np.arange(20, dtype=np.int32), 2)
    queries = fixed_queries(item_of, seed=3)
    assert np.array_equal(queries, fixed_queries(item_of, seed=3))
    assert not np.array_equal(queries, fixed_queries(item_of, seed=4))
    assert len(set(item_of[queries])) == len(queries) == 8
    assert len(fixed_queries(item_of[:4], seed=0)) == 2


def test_neighbours_are_the_nearest_by_the_runs_metric_and_never_the_query():
    embeddings = np.array([[1, 0], [2, 0.1], [1, 0.3], [0, 1]], np.float32)
    queries = np.array([0])
    assert nearest(embeddings, queries, "angular", 2).tolist() == [[1, 2]]
    assert nearest(embeddings, queries, "l2", 2).tolist() == [[2, 1]]
    assert nearest(embeddings, queries, "l2", 10).shape == (1, 3)


def test_the_sheet_frames_photos_of_the_same_item(tmp_path):
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255]], np.uint8)
    pixels = np.broadcast_to(colours[:, None, None, :], (3, 16, 16, 3))
    item_of = np.array([0, 0, 1], np.int32)
    file = tmp_path / "sheets" / "0001.png"
    draw_sheet(file, np.array([0]), np.array([[1, 2]]), item_of, lambda rows: pixels[rows])
    sheet = np.asarray(Image.open(file))
    assert {tuple(colour) for colour in colours.tolist()} <= {
        tuple(pixel) for pixel in sheet.reshape(-1, 3).tolist()
    }
    framed = (sheet == (0, 114, 178)).all(axis=2)
    green = (sheet == (0, 255, 0)).all(axis=2).nonzero()[1]
    assert framed.any()
    assert framed.nonzero()[1].max() < green.max() + 10  # round the green one, not the blue one


def test_reconstructions_stand_right_of_their_photos_in_the_rows_of_the_sheet(tmp_path):
    photos = np.stack([np.full((8, 8, 3), grey, np.uint8) for grey in (40, 200)])
    sheet, again = tmp_path / "sheets" / "1.png", tmp_path / "reconstructions" / "1.png"
    item_of, queries = np.array([0, 1], np.int32), np.array([0, 1])
    draw_sheet(sheet, queries, queries[::-1, None], item_of, lambda rows: photos[rows])
    draw_reconstructions(again, photos, photos.astype(np.float32) + 300.0 * (photos == 200))
    left, right = np.asarray(Image.open(sheet)), np.asarray(Image.open(again))
    assert left.shape[0] == right.shape[0]
    for row, drawn in ((50, 40), (150, 255)):
        assert (right[row, 50] == left[row, 50]).all()
        assert (right[row, 150] == drawn).all()
