"""How long the window takes to be up, on a large project, against starting nothing much.

    python tests/benchmarks/start_up.py [--photos 100000] [--rounds 7]

Each round starts, one after the other and in processes of their own:

  empty      an interpreter that imports PyQt5 and shows an empty QMainWindow: the least it can take
  pandas     the same after `import pandas`, which a program for tables would do
  window     `main.py PROJECT`, until the project's first item is painted whole, photos and all

The clock runs from before the process is started. Beside it stands the processor's time, which
other programs on the machine lengthen less. The first round warms the disk's cache and is not
counted. QT_QPA_PLATFORM=offscreen measures without a screen.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "benchmarks")]

import psutil
from coded_photos import write_coded_photo

from core.catalogue.counts import recount
from core.catalogue.database import open_catalogue
from core.project import create_project

PHOTOS_PER_ITEM = 5

EMPTY = """
import sys
from PyQt5.QtWidgets import QApplication, QMainWindow
from PyQt5.QtCore import QTimer
app = QApplication(sys.argv)
window = QMainWindow()
window.show()
QTimer.singleShot(0, lambda: (print("up", flush=True), app.quit()))
app.exec()
"""

WINDOW = """
import sys
from pathlib import Path
import main
from core.qt.application import run_window

def when_up(window):
    from core.qt.photo_board import PhotoBoard

    def painted(*_):
        print("up", len({name.partition(".")[0] for name in sys.modules}), flush=True)
        window.close()

    board = window.findChild(PhotoBoard)
    board.item_painted.connect(painted)

run_window(("false",), main.tabs(), path=Path(sys.argv[1]), when_up=when_up)
"""


def make_project(folder: Path, photo_count: int) -> Path:
    """A project of so many photos; those of the first item are real ones of 12 megapixels."""
    project = create_project(folder / "large.pickglass")
    scrape = folder / "scrape"
    with open_catalogue(project) as catalogue, catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO source VALUES (1, ?, 'item folders', 0)", [os.fspath(scrape)]
        )
        items = photo_count // PHOTOS_PER_ITEM
        connection.executemany(
            "INSERT INTO item (id, source_id, key, title, brand, category)"
            " VALUES (?, 1, ?, ?, 'Brand', 'dresses')",
            ((n, f"item_{n:06}", f"Dress number {n}") for n in range(1, items + 1)),
        )
        connection.executemany(
            "INSERT INTO photo (item_id, position, source_id, path, status, byte_count,"
            " content_hash) VALUES (?, ?, 1, ?, 'ready', 400000, randomblob(32))",
            (
                (item, position, f"item_{item:06}/{position:02}.jpg")
                for item in range(1, items + 1)
                for position in range(PHOTOS_PER_ITEM)
            ),
        )
        recount(connection, range(1, items + 1))
    for item in (1, 2):
        (scrape / f"item_{item:06}").mkdir(parents=True)
        for position in range(PHOTOS_PER_ITEM):
            file = scrape / f"item_{item:06}" / f"{position:02}.jpg"
            write_coded_photo(file, position, 4000, 3000, 88)
    return project.root


def seconds_until_up(code: str, *arguments: str) -> tuple[float, float]:
    """From before the process is started until it says "up": by the clock, and the processors'."""
    with tempfile.TemporaryDirectory() as settings:
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "XDG_CONFIG_HOME": settings},
        ) as process:
            assert process.stdout is not None
            said = process.stdout.readline()
            took = time.perf_counter() - began, _processor_seconds(process.pid)
            process.stdout.read()
    if not said.startswith(b"up"):
        raise SystemExit(f"it did not come up (exit code {process.returncode})")
    return took


def _processor_seconds(pid: int) -> float:
    """What a process has used by now, all of its threads together."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder), arguments.photos)
        programs = {
            "empty": (EMPTY,),
            "pandas": ("import pandas\n" + EMPTY,),
            "window": (WINDOW, str(project)),
        }
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
        for number in range(arguments.rounds + 1):
            for name, program in programs.items():
                seconds = seconds_until_up(*program)
                if number:
                    took[name].append(seconds)
    least = statistics.median(clock for clock, _ in took["empty"])
    print(f"{arguments.photos:,} photos, {arguments.rounds} rounds, seconds until up")
    print(f"{'':8} {'median':>7} {'min':>7} {'max':>7} {'× empty':>8} {'processor':>10}")
    for name, rounds in took.items():
        clocks = [clock for clock, _ in rounds]
        median = statistics.median(clocks)
        used = statistics.median(processor for _, processor in rounds)
        print(
            f"{name:8} {median:7.3f} {min(clocks):7.3f} {max(clocks):7.3f}"
            f" {median / least:8.2f} {used:10.3f}"
        )


if __name__ == "__main__":
    main()
