"""Reading photos: hashes and all features, against imagehash's and imagededup's plain loops.

    python -m tests.benchmarks.hashing --photos FOLDER --most 400

Without a folder, pictures of 400 × 533 pixels are made. Everything runs in one process and one
thread, in turn, several times over; of each photo the fastest round counts, for every way alike.
Times are the process's own (CPU). Both keep other programs on the machine from disturbing much; the
last lines, which use several processes, are disturbed.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import argparse
import hashlib
import importlib.util
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import imagehash
import numpy as np
from PIL import Image

from core.cleaning.features import DECODE_PX, FeatureExtractor
from core.cleaning.hashing import Hasher, as_grey
from core.images import decode, encode_jpeg, read_file
from core.jobs.context import JobContext
from core.jobs.processes import spread


def made_photos(folder: Path, count: int) -> None:
    """Pictures with detail at all scales, about 30 KB each."""
    rng = np.random.default_rng(0)
    for number in range(count):
        picture = np.zeros((533, 400, 3), np.float32)
        for grain in (4, 16, 64):
            size = (400 // grain + 2, 533 // grain + 2)
            coarse = rng.normal(0, 12 + grain / 2, (size[1], size[0], 3)).astype(np.float32)
            picture += cv2.resize(coarse, (400, 533), interpolation=cv2.INTER_CUBIC)
        pixels = np.clip(picture + 128, 0, 255).astype(np.uint8)
        (folder / f"{number}.jpg").write_bytes(encode_jpeg(pixels, 85))


class Reader:
    """Our way, whole and in parts."""

    def __init__(self) -> None:
        self._extract = FeatureExtractor()
        self._hash = Hasher()

    def features(self, file: Path) -> None:
        data = read_file(file)
        hashlib.sha256(data).digest()
        self._extract(data, decode(data, at_least=(DECODE_PX, DECODE_PX)))

    def hashes(self, file: Path) -> None:
        picture = decode(read_file(file), at_least=(DECODE_PX, DECODE_PX))
        self._hash(as_grey(picture.pixels))

    def decoded(self, file: Path) -> None:
        decode(read_file(file), at_least=(DECODE_PX, DECODE_PX))


def read_chunk(reader: Reader, files: list[Path]) -> int:
    for file in files:
        reader.features(file)
    return len(files)


def by_imagehash(file: Path) -> None:
    imagehash.phash(Image.open(file))


def by_imagededup() -> Callable[[Path], None] | None:
    if importlib.util.find_spec("imagededup") is None:
        return None
    from imagededup.methods import PHash

    method = PHash(verbose=False)
    return lambda file: method.encode_image(image_file=str(file))


def seconds_each(work: Callable[[Path], None], files: list[Path]) -> np.ndarray:
    times = np.empty(len(files))
    for place, file in enumerate(files):
        began = time.process_time()
        work(file)
        times[place] = time.process_time() - began
    return times


def with_processes(files: list[Path], workers: int) -> float:
    # The first chunk of each process pays for its start, which says nothing of the rate.
    chunks = [files[at : at + 16] for at in range(0, len(files), 16)] * 4
    results = spread(read_chunk, chunks, Reader, (), workers=workers, context=JobContext())
    for _ in range(workers):
        next(results)
    began = time.perf_counter()
    return sum(results) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.photos or Path(made)
        if arguments.photos is None:
            made_photos(folder, arguments.most)
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        files = [file for file in files if file.suffix != ".csv"][: arguments.most]
        reader = Reader()
        ways: dict[str, Callable[[Path], None] | None] = {
            "imagehash.phash, plain loop": by_imagehash,
            "imagededup PHash": by_imagededup(),
            "pHash 64 and 256, dHash": reader.hashes,
            "all features, content hash too": reader.features,
            "decoding alone": reader.decoded,
        }
        fastest = {name: np.full(len(files), np.inf) for name, way in ways.items() if way}
        for _ in range(arguments.rounds):
            for name, way in ways.items():
                if way is not None:
                    fastest[name] = np.minimum(fastest[name], seconds_each(way, files))
        best = {name: len(files) / times.sum() for name, times in fastest.items()}
        reference, decoding = best["imagehash.phash, plain loop"], best["decoding alone"]
        print(
            f"{len(files)} photos, one process, one thread, best of {arguments.rounds} rounds each"
        )
        print(f"{'':<34}{'photos/s':>9}{'× imagehash':>13}{'of decoding':>13}")
        for name, rate in best.items():
            print(f"{name:<34}{rate:>9.0f}{rate / reference:>13.2f}{rate / decoding:>13.0%}")
        one = 0.0
        for workers in arguments.processes:
            rate = with_processes(files, workers)
            one = one or rate
            print(f"all features, {workers} process(es){rate:>15.0f}{rate / one:>13.2f} × one")


if __name__ == "__main__":
    main()
