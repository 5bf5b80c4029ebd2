"""How a run's state is said and coloured."""

from __future__ import annotations

from core.qt.theme import Colours
from core.training.runs import RunRecord, RunState

_WORDS = {
    RunState.QUEUED: "queued",
    RunState.RUNNING: "training",
    RunState.STOPPED: "stopped",
    RunState.FINISHED: "finished",
    RunState.FAILED: "failed",
    RunState.DEAD: "died",
}


def state_in_words(record: RunRecord) -> str:
    """Such as "training 3/30"."""
    words = _WORDS[record.state]
    if record.state is RunState.STOPPED and record.started is None:
        return "not started"
    if record.state is RunState.RUNNING and record.instruction is not None:
        return f"{words} {record.epochs_done}/{record.instruction.fitting.epochs}"
    return words


def state_colour(state: RunState, shades: Colours) -> str:
    """The colour of a state's mark, #rrggbb."""
    return {
        RunState.QUEUED: shades.text_muted,
        RunState.RUNNING: shades.accent,
        RunState.STOPPED: shades.warning,
        RunState.FINISHED: shades.success,
        RunState.FAILED: shades.danger,
        RunState.DEAD: shades.danger,
    }[state]


def share_in_words(share: float | None) -> str:
    """Such as "38.4 %", or "" for none."""
    return "" if share is None else f"{100 * share:.1f} %"


def duration_in_words(seconds: float | None) -> str:
    """Such as "12 min", or "" for none."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
