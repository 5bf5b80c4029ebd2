"""How long a step of training takes on each installed backend, and how long it waits for photos.

    python tests/benchmarks/step_time.py [--batch 64] [--steps 4] [--sides 128 224]

Each backend runs in a process of its own. Measured are:

  step       our step with augmentation, for simple_conv and conv_bn at each side (simple_conv's
             five convolutions need 140 px; below that it is measured with four)
  fit        Keras' own `fit` on the same batch in memory, without augmentation, for conv_bn at
             64 px, beside our step with and without augmentation
  run        a whole run from a pack: images/s and the share of time that the device waited

On a GPU the run is also extrapolated to an epoch over 500,000 photos.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np

from core.training.fitting.backend import (
    choose_backend,
    device_name,
    gpu_names,
    installed_backends,
    seed_everything,
)
from core.training.instruction import (
    Augmentation,
    ConvBn,
    Data,
    Fitting,
    Instruction,
    Sampler,
    SimpleConv,
)

_OFF = Augmentation(flip=False, zoom=0, shift=0, brightness=0, contrast=0)
_EPOCH_PHOTOS = 500_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--sides", type=int, nargs="+", default=[128, 224])
    parser.add_argument("--run-side", type=int, default=128)
    parser.add_argument("--backend", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.backend:
        _child(arguments)
        return
    for backend in installed_backends():
        command = [sys.executable, __file__, *sys.argv[1:], "--backend", backend]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            print(f"{backend}: failed\n{done.stderr.decode()[-1500:]}")
            continue
        for line in done.stdout.decode().splitlines():
            if line.startswith("{"):
                print("  ".join(f"{v}" for v in json.loads(line).values()), flush=True)


def _child(arguments: argparse.Namespace) -> None:
    choose_backend(arguments.backend)
    device = device_name()
    print(json.dumps({"backend": arguments.backend, "device": device}))
    for side in arguments.sides:
        filters = (16, 32, 64, 128, 256)[: 5 if side >= 140 else 4]
        for model in (SimpleConv(filters=filters), ConvBn()):
            _say(arguments, f"step of {model.name}, {side} px", _step(arguments, model, side))
    _say(arguments, "fit by Keras, conv_bn, 64 px", _keras_fit(arguments, 64))
    plain = _step(arguments, ConvBn(), 64, augmentation=_OFF)
    _say(arguments, "our step, conv_bn, 64 px, not augmented", plain)
    _say(arguments, "our step, conv_bn, 64 px", _step(arguments, ConvBn(), 64))
    _run(arguments)


def _say(arguments: argparse.Namespace, what: str, seconds: list[float]) -> None:
    median, least = statistics.median(seconds), min(seconds)
    print(
        json.dumps(
            {
                "backend": arguments.backend,
                "what": f"{what}:",
                "median": f"median {median * 1000:.0f} ms",
                "least": f"least {least * 1000:.0f} ms",
                "pace": f"{arguments.batch / median:.0f} images/s",
            }
        ),
        flush=True,
    )


def _instruction(arguments: argparse.Namespace, model: object, side: int) -> Instruction:
    return Instruction(
        backend=arguments.backend,
        model=model,
        data=Data(side_px=side),
        sampler=Sampler(items=arguments.batch // 2, photos=2),
    )


def _step(
    arguments: argparse.Namespace,
    model: object,
    side: int,
    augmentation: Augmentation | None = None,
) -> list[float]:
    from core.training.fitting.learning import build_learning
    from core.training.fitting.steps import losses_of
    from core.training.networks.augmentation import draw_augmentation

    instruction = _instruction(arguments, model, side)
    if augmentation is not None:
        instruction = instruction.model_copy(update={"augmentation": augmentation})
    seed_everything(0)
    learning = build_learning(instruction, arguments.batch)
    pixels, labels = _batch(arguments.batch, side)
    taken = []
    for step in range(arguments.steps + 2):
        began = time.perf_counter()
        draw = draw_augmentation(
            instruction.augmentation, len(pixels), side, np.random.default_rng(step)
        )
        losses_of([learning.step(pixels, labels, draw, 1e-3)])
        taken.append(time.perf_counter() - began)
    return taken[2:]


def _keras_fit(arguments: argparse.Namespace, side: int) -> list[float]:
    """With a loss of next to no cost: what Keras takes for network, input and update."""
    import keras

    from core.training.networks.build import build_network

    seed_everything(0)
    network = build_network(ConvBn(), side)
    network.compile(keras.optimizers.Adam(), loss="mse")
    pixels, _labels = _batch(arguments.batch, side)
    wanted = np.zeros((arguments.batch, 20), np.float32)
    taken: list[float] = []

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
            self.began = time.perf_counter()

        def on_train_batch_end(self, batch: int, logs: object = None) -> None:
            taken.append(time.perf_counter() - self.began)

    many = np.concatenate([pixels] * (arguments.steps + 2))
    network.fit(
        many,
        np.concatenate([wanted] * (arguments.steps + 2)),
        batch_size=arguments.batch,
        shuffle=False,
        verbose=0,
        callbacks=[Clock()],
    )
    return taken[2:]


def _batch(size: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (size, side, side, 3), dtype=np.uint8)
    return pixels, np.repeat(np.arange(size // 2, dtype=np.int32), 2)


def _run(arguments: argparse.Namespace) -> None:
    from made_training import made_dataset, made_pack

    from core.training.fitting.fit import fit
    from core.training.run_events import Stepped

    events: list[object] = []
    steps = arguments.steps * (50 if gpu_names() else 2)
    with tempfile.TemporaryDirectory(prefix="pickglass-steps-") as folder:
        photos = Path(folder, "photos")
        photos.mkdir()
        dataset = made_dataset(photos, train=arguments.batch, side=2 * arguments.run_side)
        instruction = _instruction(arguments, ConvBn(), arguments.run_side).model_copy(
            update={"fitting": Fitting(epochs=1, steps_per_epoch=steps)}
        )
        instruction = instruction.model_copy(
            update={"data": Data(side_px=arguments.run_side, fit="stretch")}
        )
        with made_pack(Path(folder), dataset, arguments.run_side) as pack:
            fit(instruction, dataset, pack, Path(folder), events.append, lambda: False)
    # The first two steps are compiled.
    steps_told = [event for event in events if isinstance(event, Stepped)][2:]
    seconds = [arguments.batch / event.images_per_s for event in steps_told]
    waited = sum(e.wait_share * s for e, s in zip(steps_told, seconds, strict=True)) / sum(seconds)
    pace = arguments.batch * len(seconds) / sum(seconds)
    said = {
        "backend": arguments.backend,
        "what": f"run of conv_bn from a pack, {arguments.run_side} px:",
        "pace": f"{pace:.0f} images/s",
        "waited": f"waited {100 * waited:.2f} % of the time",
        "epoch": f"{_EPOCH_PHOTOS:,} photos would take {_EPOCH_PHOTOS / pace / 60:.0f} min an epoch"
        if gpu_names()
        else "no GPU here",
    }
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
