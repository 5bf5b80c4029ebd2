"""Takes the README's screenshots of the real window on the demo.

    python resources/take_screenshots.py [FOLDER] [--demo PROJECT [--run NAME]]

Draws a small demo into a temporary folder, imports it and finds its hints (or takes a copy of a
demo project that was made before), and drives the window without a screen. With the name of one of
that project's runs, the training tab and the explorer are photographed too; make it by

    python main.py demo --project demo.pickglass --items 1200
    python main.py train --project demo.pickglass --preset ours --name NAME
    python main.py evaluate --project demo.pickglass --run NAME
    python main.py embed --project demo.pickglass --run NAME
    python main.py directions --project demo.pickglass --run NAME --store
    python main.py map --project demo.pickglass --run NAME

Writes pictures of at most 130 kB each to FOLDER (by default resources/screenshots).
The user's settings and projects are not touched.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QWidget

    from core.qt.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[1]
MAX_BYTES = 130_000
WIDTH_PX, HEIGHT_PX = 1366, 768
IMPORT_PX = (920, 640)
ITEMS = 60
PHOTOS_WANTED = 6
KINDS_WANTED = 2
QUALITIES = (92, 85, 75, 60, 45)
SHIFT = 75
"""How far the slider is drawn, in percent of where it stops."""
SETTLING_S = 10.0
"""For what is read and drawn on threads and in processes, on a slow machine."""
MAPPING_S = 90.0
"""For PaCMAP, where the map was not made before."""
_TIMEOUT_S = 120.0


def main() -> None:
    """Prepares a demo in a folder of its own and photographs the window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "resources" / "screenshots")
    parser.add_argument("--demo", type=Path, metavar="PROJECT", help="made before; it is copied")
    parser.add_argument("--run", metavar="NAME", help="of the demo project; trained and embedded")
    arguments = parser.parse_args()
    folder: Path = arguments.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pickglass-") as home:
        # Before Qt is loaded: it reads these once.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ["HOME"] = os.environ["XDG_RUNTIME_DIR"] = home
        os.environ["XDG_CONFIG_HOME"] = f"{home}/settings"
        project = Path(home) / "demo.pickglass"
        if arguments.demo is not None:
            shutil.copytree(arguments.demo, project, ignore=shutil.ignore_patterns("lock*"))
        else:
            command = [sys.executable, str(ROOT / "main.py"), "demo", "--project", str(project)]
            subprocess.run([*command, "--items", str(ITEMS)], check=True, stdout=subprocess.DEVNULL)
        sys.path.insert(0, str(ROOT))
        photographer = _Photographer(project, folder)
        try:
            photographer.take_all()
            if arguments.run is not None:
                photographer.take_run(arguments.run)
        finally:
            photographer.leave()


class _Photographer:
    """Drives the window as a user does and keeps what is to be seen."""

    def __init__(self, project: Path, folder: Path) -> None:
        import main as program
        from core.qt.application import program_icon, start_application
        from core.qt.main_window import MainWindow

        self._project = project
        self._folder = folder
        self._app = start_application()
        command = (sys.executable, str(ROOT / "main.py"))
        self._window: MainWindow = MainWindow(command, program.tabs(), program_icon())
        self._window.resize(WIDTH_PX, HEIGHT_PX)
        self._window.show()

    def take_all(self) -> None:
        """Every picture that the README shows, in the order of a first day's work."""
        from core.qt.theme import Theme, apply_theme

        apply_theme(self._app, Theme.DARK)
        self._window.open_project(self._project)
        self._until(self._is_painted)
        scrape = self._scrape()
        self._window.close_project()
        self._window.import_scrape(scrape)
        self._until(lambda: self._dialog_button("import").isEnabled())
        self._dialog().resize(*IMPORT_PX)  # the screen that is not there is smaller than any
        self._keep("import", self._dialog())
        self._dialog().close()

        self._window.open_project(self._project)
        self._go_to_item_with("near copy", "altered copy", "exact copy")
        self._keep("cleaning", self._window)
        self._trigger("compare")
        self._until(self._is_compared)
        self._keep("compare", self._window)
        self._trigger("compare")
        for _ in range(12):
            self._until(self._is_painted)
            self._trigger("accept")
        self._until(self._is_painted)
        self._trigger("apply")
        self._until(lambda: self._dialog_button("do").isEnabled())
        self._keep("apply", self._dialog())
        self._dialog().close()

    def take_run(self, name: str) -> None:
        """The training tab with a run, and the explorer with a query by its model."""
        from PyQt5.QtWidgets import QTableView, QTabWidget

        self._window.findChild(QTabWidget).setCurrentIndex(1)
        self._until(lambda: self._window.findChild(QTableView, "runs_table") is not None)
        table = self._window.findChild(QTableView, "runs_table")
        self._until(lambda: table.model().rowCount() > 0)
        table.selectRow(0)
        self._wait(SETTLING_S)
        self._keep("training", self._window)
        self._write_instruction()
        self._explore(name)

    def _write_instruction(self) -> None:
        from PyQt5.QtTest import QTest
        from PyQt5.QtWidgets import QLineEdit, QWidget

        self._trigger("new", tab="training_tab")
        # Letters are wider without a screen than on one.
        self._trigger("toggle_runs", tab="training_tab")
        self._wait(SETTLING_S)
        side = self._window.findChild(QWidget, "edit_data.side_px").findChild(QLineEdit)
        side.selectAll()
        QTest.keyClicks(side, "128\r")
        self._wait(SETTLING_S)
        self._keep("instruction", self._window)
        self._trigger("toggle_runs", tab="training_tab")

    def _explore(self, run: str) -> None:
        from PyQt5.QtWidgets import QSlider, QWidget

        from core.qt.tab_requests import ShowInExplorer, UseRun

        opened = self._window.opened
        assert opened is not None
        opened.requested.emit(UseRun(run))
        self._until(lambda: self._window.findChild(QWidget, "map_kept") is not None)
        self._wait(SETTLING_S)
        opened.requested.emit(ShowInExplorer(self._photo_titled("floral")))
        self._wait(MAPPING_S)
        self._keep("explorer", self._window)

        slider = self._window.findChild(QSlider, "slider_floral")
        if slider is None:
            raise SystemExit("teach the run's directions first: main.py directions")
        opened.requested.emit(ShowInExplorer(self._photo_titled("plain")))
        self._wait(SETTLING_S)
        slider.setValue(SHIFT)
        self._trigger("path", tab="explorer_tab")
        self._wait(SETTLING_S)
        self._keep("slider", self._window)

    def _photo_titled(self, word: str) -> int:
        """The first photo of an item whose title has a word."""
        opened = self._window.opened
        assert opened is not None
        (photo_id,) = opened.catalogue.connection.execute(
            "SELECT photo.id FROM photo JOIN item ON item.id = item_id "
            "WHERE title LIKE ? AND status = 'ready' ORDER BY photo.id",
            (f"%{word}%",),
        ).fetchone()
        return int(photo_id)

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self._until(lambda: time.monotonic() > until)

    def leave(self) -> None:
        """Closes the window, whose threads would keep the program alive."""
        self._window.close()

    def _scrape(self) -> Path:
        """The folder that the demo was drawn into."""
        opened = self._window.opened
        assert opened is not None
        (root,) = opened.catalogue.connection.execute("SELECT root FROM source").fetchone()
        return Path(os.fsdecode(root))

    def _go_to_item_with(self, *hints: str) -> None:
        """To the item that hints suspect of most of this, and whose photos fill the board."""
        from core.catalogue.items import ItemFilter, find_items, read_items
        from core.qt.tab_requests import ShowItem

        opened = self._window.opened
        assert opened is not None
        self._until(self._is_painted)
        items = read_items(opened.catalogue, find_items(opened.catalogue, ItemFilter()))
        best = max(
            items,
            key=lambda item: (
                min(KINDS_WANTED, len(set(hints) & {str(kind) for kind in item.hint_kinds})),
                -abs(item.photo_count - PHOTOS_WANTED),
            ),
        )
        opened.requested.emit(ShowItem(best.id))
        self._until(self._is_painted)

    def _is_painted(self) -> bool:
        from core.catalogue.photos import read_photos
        from core.qt.photo_board import PhotoBoard

        board = self._window.findChild(PhotoBoard)
        opened = self._window.opened
        if board is None or board.item_id is None or opened is None:
            return False
        photos = read_photos(opened.catalogue, [board.item_id])[board.item_id]
        return board.painted_ids() >= {photo.id for photo in photos}

    def _is_compared(self) -> bool:
        from core.qt.compare_view import CompareView

        compare = self._window.findChild(CompareView)
        return compare.painted_ids() == frozenset(compare.photo_ids) != frozenset()

    def _dialog(self) -> QWidget:
        from PyQt5.QtWidgets import QApplication

        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        return dialog

    def _dialog_button(self, name: str) -> QWidget:
        from PyQt5.QtWidgets import QPushButton

        return self._dialog().findChild(QPushButton, name)

    def _trigger(self, name: str, *, tab: str = "cleaner_tab") -> None:
        from PyQt5.QtWidgets import QAction, QWidget

        self._window.findChild(QWidget, tab).findChild(QAction, f"action_{name}").trigger()

    def _until(self, holds: Callable[[], bool]) -> None:
        """Lets the window work until something holds, and a little longer."""
        from PyQt5.QtCore import QEvent

        deadline = time.monotonic() + _TIMEOUT_S
        while not holds():
            if time.monotonic() > deadline:
                raise SystemExit("the window did not get where a picture was to be taken")
            self._app.processEvents()
            time.sleep(0.01)
        for _ in range(60):
            self._app.processEvents()
            # Which only a running event loop would do by itself: of a closed project nothing is
            # to be found any more.
            self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            time.sleep(0.01)

    def _keep(self, name: str, widget: QWidget) -> None:
        """Stores what a widget shows, as well as the size allows."""
        from PIL import Image
        from PyQt5.QtCore import QBuffer

        self._until(lambda: True)
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        widget.grab().save(buffer, "PNG")
        picture = Image.open(io.BytesIO(bytes(buffer.data()))).convert("RGB")
        for quality in QUALITIES:
            packed = io.BytesIO()
            picture.save(packed, "WEBP", quality=quality, method=6)
            if packed.tell() <= MAX_BYTES:
                (self._folder / f"{name}.webp").write_bytes(packed.getvalue())
                return
        raise SystemExit(f"{name}.webp would have more than {MAX_BYTES:,} bytes")


if __name__ == "__main__":
    main()
