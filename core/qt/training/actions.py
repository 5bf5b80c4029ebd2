"""Everything that can be done in the training tab (`core.qt.tab_actions`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from PyQt5.QtWidgets import QAction

from core.qt.tab_actions import ActionSpec, always
from core.training.run_events import RunState


class Menu(StrEnum):
    """Headings of the menus and, in the same order, of the shortcuts sheet."""

    INSTRUCTION = "Instruction"
    RUN = "Run"
    VIEW = "View"


class Page(StrEnum):
    """What the middle shows of a run."""

    CURVES = "curves"
    NEIGHBOURS = "neighbours"
    LOG = "log"
    REPORT = "report"
    INSTRUCTION = "instruction"


@dataclass(frozen=True)
class Situation:
    """What decides which actions can do something.

    Attributes:
        is_ready: Whether the tab is there yet.
        is_setting_up: Whether the instruction of a new run is shown.
        is_right: Whether nothing is wrong with that instruction.
        can_start: Whether, beside that, there is a data set for it.
        changes: How many of its values were changed.
        runs: How many runs there are.
        selected: How many of them are selected.
        state: Of the one that is selected; None where it is not one.
        has_model: Whether that one has a network.
        has_explorer: Whether a tab explores with a run's network.
    """

    is_ready: bool = False
    is_setting_up: bool = False
    is_right: bool = False
    can_start: bool = False
    changes: int = 0
    runs: int = 0
    selected: int = 0
    state: RunState | None = None
    has_model: bool = False
    has_explorer: bool = False


Spec = ActionSpec[Situation]


def _ready(now: Situation) -> bool:
    return now.is_ready


def _drafting(now: Situation) -> bool:
    return now.is_ready and now.is_setting_up


def _startable(now: Situation) -> bool:
    return now.is_setting_up and now.can_start


def _one(now: Situation) -> bool:
    return now.selected == 1 and not now.is_setting_up


def _at_rest(now: Situation) -> bool:
    return _one(now) and now.state is not RunState.RUNNING


def _with_model(now: Situation) -> bool:
    return _one(now) and now.has_model


def _page(page: Page, text: str, number: int, tip: str, *, ends_group: bool = False) -> Spec:
    return Spec(text, (str(number),), tip, Menu.VIEW, _one, ends_group=ends_group)


class Do(Enum):
    """What can be done, in the order of menus and sheet."""

    NEW = Spec(
        "New run",
        ("N",),
        "Write the instruction of a new run, or go on writing it",
        Menu.INSTRUCTION,
        _ready,
    )
    COPY = Spec(
        "New run like this one",
        ("D",),
        "Begin a new run with the instruction of the selected one",
        Menu.INSTRUCTION,
        _one,
        ends_group=True,
    )
    OPEN = Spec(
        "Open an instruction file…",
        ("I",),
        "Load an instruction file, of this program's or of the team's own format",
        Menu.INSTRUCTION,
        _ready,
    )
    SAVE = Spec(
        "Save the instruction…",
        ("Ctrl+S",),
        "Write the instruction to a file, as what differs from the defaults",
        Menu.INSTRUCTION,
        lambda now: _drafting(now) or _one(now),
    )
    RESET = Spec(
        "Take all changes back",
        ("Ctrl+Shift+R",),
        "Make the instruction what it was when it was begun",
        Menu.INSTRUCTION,
        lambda now: _drafting(now) and now.changes > 0,
        ends_group=True,
    )

    PREVIEW = Spec(
        "Draw augmented photos",
        ("P",),
        "Draw training photos as the instruction's augmentation changes them, others each time",
        Menu.INSTRUCTION,
        _startable,
    )
    FIND_RATE = Spec(
        "Try learning rates",
        ("F",),
        "Find the learning rate at which the network learns fastest, in one short run",
        Menu.INSTRUCTION,
        _startable,
    )
    BENCHMARK = Spec(
        "Measure backends",
        ("K",),
        "Measure how many images a second the instruction trains on, on each backend",
        Menu.INSTRUCTION,
        lambda now: _drafting(now) and now.is_right,
    )

    START = Spec(
        "Start training",
        ("Ctrl+Return",),
        "Train with this instruction, in a process of its own that outlives the window if need be",
        Menu.RUN,
        _startable,
    )
    QUEUE = Spec(
        "Add to the queue",
        ("Ctrl+Shift+Return",),
        "Train with this instruction once the runs before it in the queue are done",
        Menu.RUN,
        lambda now: (
            _startable(now)
            or (_one(now) and now.state in (RunState.STOPPED, RunState.FAILED, RunState.DEAD))
        ),
    )
    STOP = Spec(
        "Stop",
        ("Ctrl+.",),
        "Have the selected run keep its best and its last network and end; or take it out of the "
        "queue",
        Menu.RUN,
        lambda now: _one(now) and now.state in (RunState.RUNNING, RunState.QUEUED),
    )
    RESUME = Spec(
        "Go on",
        ("Ctrl+R",),
        "Go on with the selected run where it was stopped or died",
        Menu.RUN,
        lambda now: (
            _one(now)
            and now.state in (RunState.STOPPED, RunState.FAILED, RunState.DEAD, RunState.QUEUED)
        ),
    )
    KILL = Spec(
        "End its process…",
        ("Ctrl+Shift+.",),
        "End the worker of a run that does not stop; at most the epoch at work is lost",
        Menu.RUN,
        lambda now: _one(now) and now.state is RunState.RUNNING,
        ends_group=True,
    )
    EVALUATE = Spec(
        "Evaluate",
        ("V",),
        "Measure Top-1, 5 and 10 on the test items, beside the colour histogram and other runs",
        Menu.RUN,
        _with_model,
    )
    EMBED = Spec(
        "Embed the catalogue",
        ("B",),
        "Compute the embedding of every kept photo, for the explorer",
        Menu.RUN,
        _with_model,
    )
    EXPLORE = Spec(
        "Use in the explorer",
        ("W",),
        "Explore the catalogue with this run; embeds it first where that has not been done",
        Menu.RUN,
        lambda now: now.has_explorer and _with_model(now),
        needs=lambda now: now.has_explorer,
        ends_group=True,
    )
    COMPARE = Spec(
        "Compare",
        ("C",),
        "Lay the curves and instructions of the selected runs beside one another (select several "
        "with Ctrl or Shift); with one selected, beside the best of the others",
        Menu.RUN,
        lambda now: now.runs > 1 and now.selected > 0,
    )
    NOTE = Spec("Note…", ("E",), "Write a note on the selected run", Menu.RUN, _one)
    RENAME = Spec("Rename…", ("F2",), "Give the selected run another name", Menu.RUN, _at_rest)
    SHOW_FOLDER = Spec(
        "Show its folder",
        ("O",),
        "Open the folder with all that the run is made of and all that came of it",
        Menu.RUN,
        _one,
    )
    TRASH = Spec(
        "Put into the trash…",
        ("Del",),
        "Put the selected runs into the trash, a folder beside the runs",
        Menu.RUN,
        lambda now: (
            now.selected > 0 and not now.is_setting_up and now.state is not RunState.RUNNING
        ),
    )

    CURVES = _page(Page.CURVES, "Curves", 1, "Loss, Top-k accuracy and learning rate")
    NEIGHBOURS = _page(
        Page.NEIGHBOURS, "Neighbours", 2, "What the network takes to be alike, epoch by epoch"
    )
    LOG = _page(Page.LOG, "Log", 3, "What the worker says")
    REPORT = _page(Page.REPORT, "Evaluation", 4, "What came of evaluating the run")
    INSTRUCTION = _page(
        Page.INSTRUCTION, "Instruction", 5, "What the run was told to do", ends_group=True
    )
    LOG_X = Spec(
        "Steps on a logarithmic scale",
        ("L",),
        "Draw the curves over the logarithm of the steps, or not",
        Menu.VIEW,
        _ready,
    )
    SHOW_ALL = Spec(
        "Show all steps",
        ("A", "Home"),
        "Take back what was zoomed into in the curves",
        Menu.VIEW,
        _ready,
        ends_group=True,
    )
    TOGGLE_RUNS = Spec("Runs", ("F8",), "Show or hide the list of runs", Menu.VIEW, _ready)
    WIDEN_RUNS = Spec(
        "All columns of the runs",
        ("F9",),
        "Give the list of runs room for all its columns, or take it back",
        Menu.VIEW,
        _ready,
    )
    SHORTCUTS = Spec(
        "Keyboard shortcuts", ("F1", "?"), "Show all keys on one sheet", Menu.VIEW, always
    )


PAGES: Mapping[Do, Page] = {
    Do.CURVES: Page.CURVES,
    Do.NEIGHBOURS: Page.NEIGHBOURS,
    Do.LOG: Page.LOG,
    Do.REPORT: Page.REPORT,
    Do.INSTRUCTION: Page.INSTRUCTION,
}
"""The actions that show a page of a run."""

Actions = Mapping[Do, QAction]
