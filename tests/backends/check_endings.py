"""How runs end when something is wrong or nothing gets better; one backend suffices."""

import errno

import numpy as np
from fitted import Made, instruction
from made_training import sparing

from core.errors import UserError
from core.training.fitting import checkpoint, learning
from core.training.fitting.memory import is_out_of_memory
from core.training.fitting.optimizers import build_optimizer
from core.training.instruction import (
    Augmentation,
    Elbo,
    Optimizer,
    Pretraining,
    ProxyAnchor,
    Vae,
)
from core.training.pack import open_pack
from core.training.run_events import Evaluated, SheetDrawn, Started


def check_a_run_ends_when_nothing_gets_better(folder):
    told = Made(folder).fit(
        "run",
        instruction(
            optimizer=Optimizer(learning_rate=1e-12), fitting={"epochs": 50, "patience": 2}
        ),
    )
    evaluations = len(told.of(Evaluated))
    assert evaluations == told.result.epochs == told.result.best_epoch + 2
    assert "no better Top-1 in 2 evaluations" in told.result.reason


def check_evaluation_comes_when_it_is_due_and_at_the_end(folder):
    told = Made(folder).fit("run", instruction(fitting={"epochs": 5, "evaluate_every": 2}))
    assert sorted(told.tops) == [2, 4, 5]
    assert told.of(Evaluated)[0].baseline[10] == 1.0  # of eight photos, all are among ten


def check_a_finished_run_can_be_given_more_epochs(folder):
    made = Made(folder)
    told = made.fit("run", instruction(fitting={"epochs": 1}))
    assert told.result.reason == "the one epoch is done"
    told = made.fit("run", instruction(fitting={"epochs": 2}))
    assert sorted(told.losses) == [4, 5, 6]
    assert told.result.reason == "all 2 epochs are done"


def check_a_loss_that_is_no_number_is_told_with_what_to_do(folder):
    made = Made(folder)
    made.fit("run", instruction(fitting={"epochs": 1}))
    file = folder / "runs" / "run" / "checkpoints" / "last.npz"
    before = file.read_bytes()
    original = learning.make_step

    class Diverging:
        def __call__(self, *_arguments):
            return np.float32("nan")

        def synchronise(self):
            pass

    learning.make_step = lambda objective, optimizer, _devices: (
        optimizer.build(objective.trainable_variables),
        Diverging(),
    )[1]
    try:
        error = _refused(lambda: made.fit("run", instruction()))
    finally:
        learning.make_step = original
    assert "diverged" in error.message and "learning rate" in error.remedy
    assert file.read_bytes() == before


def check_checkpoints_that_cannot_be_used_are_refused_by_name(folder):
    made = Made(folder)
    made.fit("run", instruction())
    file = folder / "runs" / "run" / "checkpoints" / "last.npz"
    whole = file.read_bytes()
    for broken in (b"", b"no checkpoint", whole[: len(whole) // 2]):
        file.write_bytes(broken)
        error = _refused(lambda: made.fit("run", instruction()))
        assert error.path == file and "Delete it" in error.remedy
        assert "(the file is damaged, or was only half written)" in error.message
    file.write_bytes(whole)
    error = _refused(
        lambda: made.fit("run", instruction(optimizer=Optimizer(name="sgd", learning_rate=0.01)))
    )
    assert "another network, loss or optimiser" in error.message
    (folder / "other").mkdir()
    other = Made(folder / "other")
    other.dataset.items[0].__dict__["key"] = "another item"
    other.folder = folder
    error = _refused(lambda: other.fit("run", instruction()))
    assert "other photos" in error.message


def check_a_damaged_best_network_may_be_deleted_for_the_last_one(folder):
    made = Made(folder)
    made.fit("run", instruction())
    best = folder / "runs" / "run" / "checkpoints" / "best.npz"
    best.write_bytes(best.read_bytes()[:200])
    error = _refused(lambda: made.fit("run", instruction()))
    assert error.path == best and "last network is kept" in error.remedy
    best.unlink()
    model = folder / "runs" / "run" / "model.keras"
    model.unlink()
    made.fit("run", instruction())
    assert model.is_file()


def check_a_full_disk_leaves_the_checkpoint_before(folder):
    made = Made(folder)
    made.fit("run", instruction(fitting={"epochs": 1}))
    checkpoints = folder / "runs" / "run" / "checkpoints"
    before = (checkpoints / "last.npz").read_bytes()
    original = checkpoint.np.savez

    def full(stream, **_arrays):
        stream.write(b"as much as there is room for")
        raise OSError(errno.ENOSPC, "No space left on device")

    checkpoint.np.savez = full
    try:
        error = _refused(lambda: made.fit("run", instruction()))
    finally:
        checkpoint.np.savez = original
    assert "No space left" in error.message and "Make room" in error.remedy
    assert (checkpoints / "last.npz").read_bytes() == before
    assert sorted(file.name for file in checkpoints.iterdir()) == ["best.npz", "last.npz"]


def check_an_autoencoder_leaves_its_decoder_and_what_it_drew(folder):
    told = Made(folder).fit(
        "run",
        instruction(model=Vae(filters=(4, 4), embedding_size=3), loss=Elbo()),
    )
    run = folder / "runs" / "run"
    assert told.result.model_file == run / "model.keras"
    assert (run / "decoder.keras").exists()
    drawn = sorted(file.name for file in (run / "reconstructions").iterdir())
    assert drawn == ["epoch_00001.png", "epoch_00002.png"]
    assert [event.drawn_again for event in told.of(SheetDrawn)] == [
        f"reconstructions/{name}" for name in drawn
    ]


def check_too_little_memory_halves_the_items_and_goes_on(folder):
    made = Made(folder)
    original = learning.make_step

    learning.make_step = sparing(original, 4)
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
    packs = list((folder / "runs" / "run" / "pretraining").glob("*.pack"))
    with open_pack(packs[0]) as pack:
        assert len(pack) == 3


def check_what_devices_say_of_too_little_memory_is_understood():
    from tensorflow import errors

    of_tensorflow = errors.InternalError(None, None, "CUBLAS_STATUS_ALLOC_FAILED")
    for error in (
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1 byte"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 byte"),
        errors.ResourceExhaustedError(None, None, "OOM when allocating tensor"),
        of_tensorflow,
    ):
        assert is_out_of_memory(error), error
    assert not is_out_of_memory(ValueError("out of memory"))
    assert not is_out_of_memory(RuntimeError("shapes do not match"))


def check_float16_scales_its_loss():
    optimizer = build_optimizer(Optimizer(), loss_scaling=True)
    assert type(optimizer).__name__ == "LossScaleOptimizer"


def _refused(call):
    try:
        call()
    except UserError as error:
        return error
    raise AssertionError("no error")
