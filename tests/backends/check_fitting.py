"""Whole runs: the same numbers again, whether stopped, killed or left alone; less memory."""

import numpy as np
from fitted import SIDE, Made, instruction

from core.training.epoch_sample import kept_epochs, read_epoch
from core.training.fitting import learning
from core.training.fitting.embed import embed_rows, load_network
from core.training.instruction import Augmentation, Pretraining, ProxyAnchor
from core.training.run_events import Started


def check_a_run_gives_the_same_numbers_again_however_it_is_interrupted(folder):
    made = Made(folder)
    wanted = made.fit("whole", instruction())
    assert wanted.result.epochs == 2 and wanted.result.steps == 6
    assert sorted(wanted.losses) == [1, 2, 3, 4, 5, 6]

    again = made.fit("again", instruction())
    assert again.losses == wanted.losses and again.tops == wanted.tops

    # Steps ask once, and so does each batch that is embedded after an epoch: 3 steps, 5 batches of
    # the photos that are kept with it, 1 of the pairs, 1 step.
    first = made.fit("stopped", instruction(), stop_at=10)
    assert first.result.stopped and first.result.steps == 4, first.result
    then = made.fit("stopped", instruction())
    _same(first.losses | then.losses, wanted.losses)
    assert first.tops | then.tops == wanted.tops
    _same(then.epoch_losses, {2: wanted.epoch_losses[2]})
    assert then.of(Started)[0].from_step == 4

    killed = made.fit("killed", instruction(), kill_at=10)
    assert killed.result is None
    then = made.fit("killed", instruction())
    assert sorted(then.losses) == [4, 5, 6]  # the epoch at work is lost, and no more
    _same(then.losses, {step: wanted.losses[step] for step in (4, 5, 6)})

    for name in ("stopped", "killed"):
        _same_network(made, "whole", name)


def check_the_best_network_is_what_is_saved(folder):
    made = Made(folder)
    told = made.fit("run", instruction(fitting={"epochs": 3}))
    result = told.result
    assert result.best_top == max(told.tops.values(), key=lambda top: tuple(top.values()))
    from core.training.evaluation.top_k import pair_ranks, top_k_accuracy

    rows = np.flatnonzero(made.dataset.split_of[made.dataset.item_of] == 1)
    network = load_network(result.model_file)
    pack_rows = made.pack.rows_of([made.dataset.photos[row] for row in rows])
    embeddings = embed_rows(network, made.pack, pack_rows, batch=3)
    ranks = pair_ranks(embeddings, made.dataset.item_of[rows], "angular")
    assert top_k_accuracy(ranks) == result.best_top


def check_too_little_memory_halves_the_items_and_goes_on(folder):
    made = Made(folder)
    original = learning.make_step

    def sparing(*arguments):
        step = original(*arguments)

        class Sparing:
            def __call__(self, pixels, *others):
                if len(pixels) > 4:
                    raise MemoryError("out of memory")
                return step(pixels, *others)

            synchronise = staticmethod(step.synchronise)

        return Sparing()

    learning.make_step = sparing
    try:
        told = made.fit("run", instruction(loss=ProxyAnchor()))
    finally:
        learning.make_step = original
    assert [event.batch_size for event in told.of(Started)] == [8, 4]
    assert "2 items with 2 photos each" in told.messages[0]
    assert told.result.steps == 6 and not told.result.stopped


def check_pretraining_comes_first_and_once(folder):
    made = Made(folder)
    more = folder / "more"
    more.mkdir()
    held_out = made.dataset.photos[-1].file
    (more / "copy of a held-out photo").write_bytes(held_out.read_bytes())
    (more / "no photo.txt").write_text("no photo")
    for number, photo in enumerate(made.dataset.photos[:3]):
        (more / f"{number}.png").write_bytes(photo.file.read_bytes() + b"other bytes")
    chosen = instruction(
        pretraining=Pretraining(epochs=2, sources=("more",), augmentation=Augmentation())
    )
    first = made.fit("run", chosen, stop_at=12)
    told = [message for message in first.messages if message.startswith("Pretraining")]
    assert len(told) == 1 and first.result.stopped and first.result.model_file is None
    then = made.fit("run", chosen)
    told = [message for message in then.messages if message.startswith("Pretraining")]
    assert len(told) == 1 and "2 of 2" in told[0]
    assert then.result.epochs == 2
    from core.training.pack import open_pack

    packs = list((folder / "runs" / "run" / "pretraining").glob("*.pack"))
    with open_pack(packs[0]) as pack:
        assert len(pack) == 3


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
