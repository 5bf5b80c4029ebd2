"""Whole runs: the same numbers again, whether killed, stopped or left alone."""

import sys

import keras
import numpy as np
from fitted import SIDE, Made, instruction

from core.training.epoch_sample import kept_epochs, read_epoch
from core.training.evaluation.top_k import pair_ranks, top_k_accuracy
from core.training.fitting.embed import embed_rows, load_network
from core.training.run_events import Started


def check_a_run_gives_the_same_numbers_again_however_it_is_interrupted(folder):
    made = Made(folder)
    wanted = made.fit("whole", instruction())
    assert wanted.result.epochs == 2 and wanted.result.steps == 6
    assert sorted(wanted.losses) == [1, 2, 3, 4, 5, 6]
    _check_the_best_is_saved(made, wanted)

    # Steps ask once, and so does each batch that is embedded after an epoch: 3 steps, 5 batches of
    # the photos that are kept with it, 1 of the pairs, 1 step.
    killed = made.fit("again", instruction(), kill_at=10)
    assert killed.result is None
    stopped = made.fit("again", instruction(), stop_at=2)
    assert stopped.result.stopped and stopped.result.steps == 5, stopped.result
    assert stopped.of(Started)[0].from_step == 3  # the epoch at work is lost, and no more
    ended = made.fit("again", instruction())
    assert ended.of(Started)[0].from_step == 5

    assert [sorted(run.losses) for run in (killed, stopped, ended)] == [[1, 2, 3, 4], [4, 5], [6]]
    assert killed.losses | stopped.losses | ended.losses == wanted.losses  # to the last digit
    assert killed.tops | stopped.tops | ended.tops == wanted.tops
    _same(killed.epoch_losses | ended.epoch_losses, wanted.epoch_losses)
    _same_network(made, "whole", "again")


def _check_the_best_is_saved(made, told):
    result = told.result
    assert result.best_top == max(told.tops.values(), key=lambda top: tuple(top.values()))
    rows = np.flatnonzero(made.dataset.split_of[made.dataset.item_of] == 1)
    network = load_network(result.model_file)
    pack_rows = made.pack.rows_of([made.dataset.photos[row] for row in rows])
    embeddings = embed_rows(network, made.pack, pack_rows, batch=8)
    ranks = pair_ranks(embeddings, made.dataset.item_of[rows], "angular")
    assert top_k_accuracy(ranks) == result.best_top


def _same(found, wanted):
    assert sorted(found) == sorted(wanted), (found, wanted)
    np.testing.assert_allclose(
        [found[key] for key in sorted(found)], [wanted[key] for key in sorted(wanted)], rtol=1e-6
    )


def _same_network(made, one, other):
    pixels = np.random.default_rng(0).integers(0, 256, (2, SIDE, SIDE, 3), dtype=np.uint8)
    found = [
        load_network(made.folder / "runs" / name / "model.keras").predict_on_batch(pixels)
        for name in (one, other)
    ]
    np.testing.assert_allclose(found[0], found[1], atol=1e-6)


def check_each_evaluated_epoch_keeps_how_the_network_saw_the_same_photos(folder):
    made = Made(folder)
    told = made.fit("run", instruction(fitting={"epochs": 3, "evaluate_every": 2}))
    run = folder / "runs" / "run"
    assert kept_epochs(run) == [2, 3]
    second, last = read_epoch(run, 2), read_epoch(run, 3)
    assert second.content_hashes == last.content_hashes
    assert set(last.content_hashes) == {photo.content_hash for photo in made.dataset.photos}
    assert not np.allclose(second.vectors, last.vectors)
    if told.result.best_epoch in (2, 3):
        best = read_epoch(run, told.result.best_epoch)
        rows = made.pack.rows_of(made.dataset.photos)
        found = embed_rows(load_network(told.result.model_file), made.pack, rows, batch=8)
        of = dict(zip([p.content_hash for p in made.dataset.photos], found, strict=True))
        wanted = np.array([of[each] for each in best.content_hashes])
        np.testing.assert_allclose(best.vectors, wanted, rtol=5e-3, atol=5e-3)


def check_tensorflow_is_not_brought_in_by_others(folder):
    made = Made(folder)
    made.fit("run", instruction(fitting={"epochs": 1}))
    assert ("tensorflow" in sys.modules) == (keras.backend.backend() == "tensorflow")
