"""Pickglass: clean scraped photos of second-hand clothes, item by item.

`python main.py` opens the window; `python main.py <verb> --project DIR` does one stage of the work
without it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QWidget

    from core.qt.open_project import OpenProject
    from core.qt.project_tabs import TabSpec

VERBS = {
    "demo": "core.commands.demo",
    "import": "core.commands.import_",
    "download": "core.commands.download",
    "hash": "core.commands.hash",
    "hints": "core.commands.hints",
    "hint-report": "core.commands.hint_report",
    "status": "core.commands.status",
    "apply": "core.commands.apply",
    "restore": "core.commands.restore",
    "export": "core.commands.export",
    "decisions-export": "core.commands.decisions_export",
    "decisions-merge": "core.commands.decisions_merge",
    "train": "core.commands.train",
    "backends": "core.commands.backends",
    "benchmark": "core.commands.benchmark",
    "augment": "core.commands.augment",
    "find-rate": "core.commands.find_rate",
    "evaluate": "core.commands.evaluate",
    "embed": "core.commands.embed",
    "recipes": "core.commands.recipes",
    "instruction": "core.commands.instruction",
    "runs": "core.commands.runs",
    "map": "core.commands.map_",
    "availability": "core.commands.availability",
    "directions": "core.commands.directions",
    "suspects": "core.commands.suspects",
    "loop-report": "core.commands.loop_report",
}
"""Each verb's module, imported only when the verb runs."""


def main(argv: Sequence[str]) -> int:
    """Runs a verb or the window; returns the exit code."""
    if argv and argv[0] in VERBS:
        from core.commands.frame import run_verb

        return run_verb(VERBS, argv)
    parser = _parser(with_verbs="--help" in argv or "-h" in argv)
    arguments = parser.parse_args(argv)
    if arguments.path is not None and not arguments.path.exists():
        parser.error(
            f"there is neither a verb nor a folder or file called “{arguments.path}” "
            f"(verbs: {', '.join(VERBS)})"
        )
    from core.qt.application import run_window

    program = (sys.executable, str(Path(__file__).resolve()))
    return run_window(program, tabs(), path=arguments.path, with_demo=arguments.demo)


def tabs() -> Sequence[TabSpec]:
    """What the window shows of a project."""
    from core.qt.project_tabs import TabSpec
    from core.qt.tab_requests import ShowInExplorer, ShowItem, TrainModel, UseRun

    return (
        TabSpec("Clean", _build_cleaner, shows=(ShowItem,)),
        TabSpec("Train", _build_training, shows=(TrainModel,), is_at_work=_is_training),
        TabSpec("Explore", _build_explorer, shows=(ShowInExplorer, UseRun)),
    )


def _build_cleaner(opened: OpenProject, parent: QWidget) -> QWidget:
    from cleaner.tab import build_cleaner_tab

    return build_cleaner_tab(opened, parent)


def _build_training(opened: OpenProject, parent: QWidget) -> QWidget:
    from core.qt.training.tab import build_training_tab

    return build_training_tab(opened, parent)


def _is_training(opened: OpenProject) -> bool:
    from core.training.worker_file import is_any_at_work

    return is_any_at_work(opened.project)


def _build_explorer(opened: OpenProject, parent: QWidget) -> QWidget:
    from explorer.tab import build_explorer_tab

    return build_explorer_tab(opened, parent)


def _parser(*, with_verbs: bool) -> argparse.ArgumentParser:
    verbs = ""
    if with_verbs:
        from core.commands.frame import describe_verbs

        verbs = f"verbs, for working without a window:\n{describe_verbs(VERBS)}\n\n"
    parser = argparse.ArgumentParser(
        prog="main.py",
        usage="main.py [--demo] [PROJECT_OR_SCRAPE]\n       main.py VERB --project DIR …",
        description="Clean scraped photos of second-hand clothes, item by item.",
        epilog=verbs + "“main.py VERB --help” explains a verb.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "path",
        type=Path,
        nargs="?",
        metavar="PROJECT_OR_SCRAPE",
        help="a project to open, or a scrape to look through; by default the last project opens",
    )
    parser.add_argument(
        "--demo", action="store_true", help="draw a small scrape to practise on (once) and open it"
    )
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # Ctrl-C before anything listens to it, or once more while it stops
        sys.exit(130)
