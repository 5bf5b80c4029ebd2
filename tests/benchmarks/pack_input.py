"""Batches from a pack, against tf.data that decodes and resizes the originals.

    python -m tests.benchmarks.pack_input --photos FOLDER --most 1000 --side 224 --threads 2

Without a folder, pictures of 800 × 1066 pixels are made, as large as a marketplace shows them. Both
give the same batches of uint8 squares from the same photos with as many threads; the ways take
turns, and the median of the rounds counts. Told are photos a second of the wall's time and of the
processor's, which other programs on the machine disturb less; and what making the pack costs, once.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import cv2
import numpy as np

from core.images import encode_jpeg
from core.training.feed import BatchFeed
from core.training.pack import build_pack, open_pack
from core.training.photos import TrainingPhoto


def made_photos(folder: Path, count: int) -> None:
    """Pictures with detail at all scales."""
    rng = np.random.default_rng(0)
    for number in range(count):
        picture = np.zeros((1066, 800, 3), np.float32)
        for grain in (4, 16, 64):
            size = (800 // grain + 2, 1066 // grain + 2)
            coarse = rng.normal(0, 12 + grain / 2, (size[1], size[0], 3)).astype(np.float32)
            picture += cv2.resize(coarse, (800, 1066), interpolation=cv2.INTER_CUBIC)
        pixels = np.clip(picture + 128, 0, 255).astype(np.uint8)
        (folder / f"{number}.jpg").write_bytes(encode_jpeg(pixels, 85))


def tf_data(
    files: list[Path], side: int, batch: int, threads: int, antialias: bool
) -> Iterable[object]:
    """The usual input pipeline: read, decode, pad and resize, batch, prefetch."""
    import tensorflow as tf

    def square(name: object) -> object:
        pixels = tf.io.decode_jpeg(tf.io.read_file(name), channels=3)
        small = tf.image.resize_with_pad(pixels, side, side, antialias=antialias)
        return tf.cast(tf.clip_by_value(tf.round(small), 0, 255), tf.uint8)

    options = tf.data.Options()
    options.threading.private_threadpool_size = threads
    options.threading.max_intra_op_parallelism = 1
    found = tf.data.Dataset.from_tensor_slices([os.fspath(file) for file in files])
    return (
        found.map(square, num_parallel_calls=threads)
        .batch(batch)
        .prefetch(tf.data.AUTOTUNE)
        .with_options(options)
    )


def rates_of(batches: Callable[[], int]) -> tuple[float, float]:
    """Photos a second of the wall's time, and of the processor's."""
    wall, processor = time.perf_counter(), time.process_time()
    count = batches()
    return count / (time.perf_counter() - wall), count / (time.process_time() - processor)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--most", type=int, default=1000)
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.photos or Path(scratch, "photos")
        if arguments.photos is None:
            folder.mkdir()
            made_photos(folder, arguments.most)
        files = sorted(file for file in folder.rglob("*.jpg") if file.is_file())[: arguments.most]
        photos = [
            TrainingPhoto(number, hashlib.sha256(file.read_bytes()).digest(), file, None)
            for number, file in enumerate(files)
        ]
        began = time.perf_counter()
        result = build_pack(Path(scratch), photos, arguments.side, "pad", workers=1)
        building = len(photos) / (time.perf_counter() - began)
        rows = np.arange(len(photos))
        with open_pack(result.file) as pack:
            pack_rows = pack.rows_of(photos)
            batches = [
                (rows[begin : begin + arguments.batch], rows[begin : begin + arguments.batch])
                for begin in range(0, len(rows), arguments.batch)
            ]

            def from_pack() -> int:
                with BatchFeed(pack, iter(batches), pack_rows, threads=arguments.threads) as feed:
                    return sum(len(pixels) for pixels, _ in feed)

            def from_originals(antialias: bool) -> Callable[[], int]:
                pipeline = tf_data(
                    files, arguments.side, arguments.batch, arguments.threads, antialias
                )
                return lambda: sum(len(pixels.numpy()) for pixels in pipeline)

            ways = {
                "tf.data, antialiased": from_originals(True),
                "tf.data, not antialiased": from_originals(False),
                "the pack": from_pack,
            }
            rates: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
            for round_ in range(arguments.rounds + 1):
                for name, way in ways.items():
                    found = rates_of(way)
                    if round_:  # the first warms caches up and traces
                        rates[name].append(found)
        median = {
            name: [statistics.median(kind) for kind in zip(*found, strict=True)]
            for name, found in rates.items()
        }
        original = sum(file.stat().st_size for file in files) / len(files) / 1e3
        print(
            f"{len(photos):,} photos of {original:.0f} KB to {arguments.side} px,"
            f" batches of {arguments.batch}, {arguments.threads} threads,"
            f" median of {arguments.rounds} rounds"
        )
        ours = median["the pack"]
        print(f"{'':<26}{'photos/s':>10}{'pack ×':>8}{'photos/CPU s':>14}{'pack ×':>8}")
        for name, (wall, processor) in median.items():
            print(
                f"{name:<26}{wall:>10.0f}{ours[0] / wall:>8.2f}"
                f"{processor:>14.0f}{ours[1] / processor:>8.2f}"
            )
        size = result.file.stat().st_size / len(photos) / 1e3
        print(f"making the pack, once: {building:.0f} photos/s in one process, {size:.1f} KB each")


if __name__ == "__main__":
    main()
