"""Everything that can be done in the cleaning view (`core.qt.tab_actions`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from PyQt5.QtWidgets import QAction

from core.catalogue.records import ItemState, RejectReason
from core.qt.tab_actions import ActionSpec, always, enable_actions


class Menu(StrEnum):
    """Headings of the menus and, in the same order, of the shortcuts sheet."""

    EDIT = "Edit"
    GO = "Go"
    PHOTOS = "Photos"
    ITEM = "Item"
    VIEW = "View"


@dataclass(frozen=True)
class Situation:
    """What decides which actions can do something.

    Attributes:
        state: Of the item that is shown; None where none is.
        photo_count: How many photos it has on the board.
        selected: How many of them are selected.
        selected_decided: How many of those have the user's word.
        accused: How many of them hints accuse, undecided.
        pair: Whether there are two photos that "not a duplicate" can speak of.
        compared: How many photos are compared; 1 for one shown alone, 0 for all on the board.
        has_explorer: Whether a tab shows what a photo is like.
        undo, redo: What would be undone and done again, in words; "" for nothing.
    """

    state: ItemState | None = None
    photo_count: int = 0
    selected: int = 0
    selected_decided: int = 0
    accused: int = 0
    pair: bool = False
    has_previous: bool = False
    has_next: bool = False
    has_other_open: bool = False
    is_filtered: bool = False
    compared: int = 0
    has_explorer: bool = False
    undo: str = ""
    redo: str = ""


def _item(now: Situation) -> bool:
    return now.state is not None


def _whole_item(now: Situation) -> bool:
    """Whether the item is to be seen with all its photos."""
    return now.state is not None and not now.compared


def _photos(now: Situation) -> bool:
    return now.photo_count > 0


Spec = ActionSpec[Situation]


def _reject(text: str, keys: tuple[str, ...], why: str, *, ends_group: bool = False) -> Spec:
    return Spec(text, keys, f"Reject photos: {why}", Menu.PHOTOS, _photos, ends_group=ends_group)


def _number(digit: int) -> Spec:
    number = digit or 10
    return Spec(
        f"Select photo {number}",
        (str(digit),),
        f"Select photo {number}, or take it out of the selection; after X, photo {number + 10}",
        Menu.PHOTOS,
        # In a comparison, digits are its own; of one photo alone, 0 is.
        lambda now: now.photo_count >= number and now.compared <= (number < 10),
        family="Select photos 1 to 10, or take them out of the selection",
        ends_group=digit == 0,
    )


RULES: Mapping[str, str] = {
    Menu.PHOTOS: (
        "The keys that reject act on the selected photos. With nothing selected they act on those "
        "that the same key has just rejected, which takes it back, else on the photo that hints "
        "accuse if it is only one. They act on nothing that is not on the screen, and a held key "
        "decides nothing."
    )
}
"""What holds for a menu's actions as a whole; said in the sheet, below the heading."""


class Do(Enum):
    """What can be done, in the order of menus and sheet."""

    UNDO = Spec(
        "Undo",
        ("Ctrl+Z",),
        "Take back the last decision, however long ago, and show its item",
        Menu.EDIT,
        lambda now: bool(now.undo),
    )
    REDO = Spec(
        "Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "Do again what was undone last",
        Menu.EDIT,
        lambda now: bool(now.redo),
        ends_group=True,
    )
    NOTE = Spec("Note", ("E",), "Write a note on the item", Menu.EDIT, _item)
    COPY_PATHS = Spec(
        "Copy file paths",
        ("Ctrl+C",),
        "Copy the paths of the selected photos (of all, if none is) to the clipboard",
        Menu.EDIT,
        _photos,
    )

    NEXT = Spec(
        "Next item",
        ("N", "Right", "Down"),
        "Go to the next item of the queue",
        Menu.GO,
        lambda now: now.has_next,
        repeats=True,
    )
    PREVIOUS = Spec(
        "Previous item",
        ("B", "Left", "Up"),
        "Go back to the item before",
        Menu.GO,
        lambda now: now.has_previous,
        repeats=True,
    )
    NEXT_OPEN = Spec(
        "Next open item",
        ("Shift+N",),
        "Go to the next item that is still to be decided on",
        Menu.GO,
        lambda now: now.has_other_open,
    )
    FIRST = Spec(
        "First item",
        ("Home",),
        "Go to the first item of the queue",
        Menu.GO,
        lambda now: now.has_previous,
    )
    LAST = Spec(
        "Last item",
        ("End",),
        "Go to the last item of the queue",
        Menu.GO,
        lambda now: now.has_next,
        ends_group=True,
    )
    FIND = Spec(
        "Search the queue",
        ("/", "Ctrl+F"),
        "Type words to look for in titles, brands, sizes, colours and notes",
        Menu.GO,
        always,
    )
    FILTER = Spec(
        "Filter the queue",
        ("F",),
        "Choose which items the queue shows: by state, hint, category",
        Menu.GO,
        always,
    )
    CLEAR_FILTER = Spec(
        "Clear search and filter",
        ("Shift+F",),
        "Show all items again",
        Menu.GO,
        lambda now: now.is_filtered,
    )

    PHOTO_1 = _number(1)
    PHOTO_2 = _number(2)
    PHOTO_3 = _number(3)
    PHOTO_4 = _number(4)
    PHOTO_5 = _number(5)
    PHOTO_6 = _number(6)
    PHOTO_7 = _number(7)
    PHOTO_8 = _number(8)
    PHOTO_9 = _number(9)
    PHOTO_10 = _number(0)
    TEN_MORE = Spec(
        "Ten more",
        ("X",),
        "The next digit counts ten more: X 3 is photo 13, X X 3 is photo 23",
        Menu.PHOTOS,
        lambda now: now.photo_count > 10 and now.compared <= 1,
    )
    SELECT_ALL = Spec(
        "Select all",
        ("Ctrl+A",),
        "Select all photos",
        Menu.PHOTOS,
        lambda now: _photos(now) and _whole_item(now),
    )
    SELECT_ACCUSED = Spec(
        "Select accused",
        ("H",),
        "Select the photos that hints accuse",
        Menu.PHOTOS,
        lambda now: now.accused > 0 and _whole_item(now),
    )
    SELECT_NONE = Spec(
        "Select none",
        ("Esc",),
        "Empty the selection; in a comparison, go back to all photos",
        Menu.PHOTOS,
        _item,
        ends_group=True,
    )
    REJECT_DUPLICATE = _reject("Duplicate", ("U",), "the same photo is there already")
    REJECT_TAG = _reject("Tag", ("T",), "a tag, label or text")
    REJECT_OTHER_ITEM = _reject("Other item", ("O",), "it shows something else")
    REJECT_AMBIGUOUS = _reject("Ambiguous", ("A",), "one cannot tell what it shows")
    REJECT_LOW_QUALITY = _reject("Low quality", ("L",), "blurred, dark or too small")
    DELETE = _reject("Delete", ("D", "Del"), "for the hint's reason, or none", ends_group=True)
    KEEP = Spec(
        "Keep",
        ("K",),
        "Keep the selected photos (the accused one, if none is), whatever hints say of them",
        Menu.PHOTOS,
        _photos,
    )
    UNDECIDE = Spec(
        "Leave undecided",
        ("Shift+K",),
        "Take your word on the selected photos back",
        Menu.PHOTOS,
        lambda now: now.selected_decided > 0,
    )
    NOT_DUPLICATE = Spec(
        "Not a duplicate",
        ("Shift+U",),
        "Say that the two selected photos, or the selected one and the photo it is said to be a "
        "copy of, are different; no hint will say so again",
        Menu.PHOTOS,
        lambda now: now.pair,
        ends_group=True,
    )
    MOVE = Spec(
        "Move to another item…",
        ("M",),
        "Move the selected photos to another item",
        Menu.PHOTOS,
        _photos,
    )
    SPLIT = Spec(
        "Split off",
        ("P",),
        "Make a new item of the selected photos, right after this one",
        Menu.PHOTOS,
        lambda now: now.photo_count > 1,
    )

    ACCEPT = Spec(
        "Accept hints",
        ("Return", "Enter"),
        "Reject what the hints accuse, never the better copy nor all photos, mark the item done "
        "and go on",
        Menu.ITEM,
        lambda now: _photos(now) and _whole_item(now),
    )
    MARK_CLEAN = Spec(
        "Clean",
        ("Space",),
        "Mark the item done as it is, keep what is not rejected, and go on",
        Menu.ITEM,
        _whole_item,
    )
    SKIP = Spec("Skip", ("S",), "Leave the item for later and go on", Menu.ITEM, _item)
    REOPEN = Spec(
        "Reopen",
        ("R",),
        "Make the item one that is still to be decided on",
        Menu.ITEM,
        lambda now: _item(now) and now.state is not ItemState.OPEN,
        ends_group=True,
    )
    REJECT_ITEM = Spec(
        "Reject the whole item…",
        ("Shift+D",),
        "Leave the item out of the clean data, with all its photos",
        Menu.ITEM,
        lambda now: _whole_item(now) and now.state is not ItemState.REJECTED,
    )
    MERGE = Spec(
        "Join with another item…",
        ("J",),
        "Put another item's photos into this one, where both are the same listing",
        Menu.ITEM,
        _whole_item,
    )

    COMPARE = Spec(
        "Compare",
        ("C",),
        "Set two to four selected photos against each other, or a photo and what it is said to be "
        "a copy of; again to go back",
        Menu.VIEW,
        _photos,
    )
    ZOOM = Spec(
        "Zoom",
        ("Z",),
        "Show a photo alone, to zoom in on it (or double-click it); digits show others, Z or Esc "
        "goes back",
        Menu.VIEW,
        _photos,
        ends_group=True,
    )
    EXPLORE = Spec(
        "Show in the explorer",
        ("W",),
        "Show what the selected photo is like (the first, if none is) in the explorer",
        Menu.VIEW,
        lambda now: now.has_explorer and _photos(now),
        needs=lambda now: now.has_explorer,
        ends_group=True,
    )
    TOGGLE_QUEUE = Spec("Queue", ("F8",), "Show or hide the queue", Menu.VIEW, always)
    TOGGLE_DETAILS = Spec("Details", ("F9",), "Show or hide the details", Menu.VIEW, always)
    SHORTCUTS = Spec(
        "Keyboard shortcuts", ("F1", "?"), "Show all keys on one sheet", Menu.VIEW, always
    )


NUMBERS: Mapping[Do, int] = {
    do: number
    for number, do in enumerate((do for do in Do if do.name.startswith("PHOTO_")), start=1)
}
"""The actions that select a photo, with its number."""

REASONS: Mapping[Do, RejectReason | None] = {
    Do.REJECT_DUPLICATE: RejectReason.DUPLICATE,
    Do.REJECT_TAG: RejectReason.TAG,
    Do.REJECT_OTHER_ITEM: RejectReason.OTHER_ITEM,
    Do.REJECT_AMBIGUOUS: RejectReason.AMBIGUOUS,
    Do.REJECT_LOW_QUALITY: RejectReason.LOW_QUALITY,
    Do.DELETE: None,
}
"""The actions that reject photos, with the reason; None for the hint's."""

Actions = Mapping[Do, QAction]


def update_actions(actions: Actions, now: Situation) -> None:
    """Enables what can act, and says in the menu what would be undone."""
    enable_actions(actions, now)
    actions[Do.UNDO].setText(f"Undo: {now.undo}" if now.undo else "Undo")
    actions[Do.REDO].setText(f"Redo: {now.redo}" if now.redo else "Redo")
