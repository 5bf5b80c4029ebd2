"""A new photo's way to its vector: starting the worker, then photo after photo.

    python -m tests.benchmarks.query_worker --run PROJECT/runs/NAME --photos FOLDER

The worker's own time (decoding, resizing, network) and that with the way there and back.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median

from core.embedding.query_process import QueryProcess
from core.images import sniff


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--most", type=int, default=100)
    arguments = parser.parse_args()
    files = []
    for file in sorted(arguments.photos.rglob("*")):
        if file.is_file() and sniff(file.read_bytes()[:32]) is not None:
            files.append(file)
        if len(files) == arguments.most:
            break
    began = time.perf_counter()
    with QueryProcess(arguments.run) as worker:
        ready = worker.start()
        print(f"ready after {time.perf_counter() - began:.1f} s ({ready.seconds:.1f} s in Python)")
        taken = []
        for file in files:
            began = time.perf_counter()
            worker.embed(file)
            taken.append(1e3 * (time.perf_counter() - began))
        taken.sort()
        print(
            f"{len(taken)} photos at {ready.side_px} px: median {median(taken):.0f} ms, "
            f"slowest of 95 % {taken[int(0.95 * (len(taken) - 1))]:.0f} ms"
        )


if __name__ == "__main__":
    main()
