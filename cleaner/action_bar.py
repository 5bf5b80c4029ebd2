"""What the bar below the cleaner's board offers."""

from __future__ import annotations

from cleaner.actions import Do
from core.qt.action_bar import BarButtons

CLEANER_BAR = BarButtons(
    tools={
        Do.PREVIOUS: "Back",
        Do.NEXT: "Next",
        Do.UNDO: None,
        Do.REDO: None,
        Do.SHORTCUTS: "Keys",
    },
    left={
        Do.REJECT_DUPLICATE: None,
        Do.REJECT_TAG: None,
        Do.REJECT_OTHER_ITEM: None,
        Do.REJECT_AMBIGUOUS: None,
        Do.REJECT_LOW_QUALITY: None,
        Do.DELETE: None,
        Do.KEEP: None,
    },
    right={Do.SKIP: None, Do.MARK_CLEAN: None, Do.ACCEPT: None},
    main=Do.ACCEPT,
)
