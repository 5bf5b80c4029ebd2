"""What the bar below the training tab's pages offers."""

from __future__ import annotations

from core.qt.action_bar import BarButtons
from core.qt.training.actions import Do

TRAINING_BAR = BarButtons(
    tools={Do.NEW: None, Do.OPEN: "Open…", Do.SAVE: "Save…", Do.SHORTCUTS: "Keys"},
    left={
        Do.EVALUATE: None,
        Do.EMBED: "Embed",
        Do.EXPLORE: "Explore",
        Do.COMPARE: None,
        Do.NOTE: "Note",
    },
    right={Do.STOP: None, Do.RESUME: None, Do.QUEUE: "Queue", Do.START: "Start"},
    main=Do.START,
)
