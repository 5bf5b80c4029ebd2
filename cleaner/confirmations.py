"""What is asked before a decision that is easily regretted."""

from __future__ import annotations

from PyQt5.QtWidgets import QWidget

from core.catalogue.records import RejectReason
from core.number_words import plural
from core.qt.question import Choice, Question


def ask_about_last_photo(count: int, parent: QWidget) -> Question:
    """Before an item is left with no photo; answers "photos" or "item"."""
    what = "this photo" if count == 1 else f"these {count} photos"
    return Question(
        "No photo would be left",
        f"The item keeps no photo that can be shown if you reject {what}. "
        "Reject the whole item instead? Either way no file is touched, and undo takes it back.",
        [
            Choice("Reject the whole item", "I", "item", "danger"),
            Choice(f"Reject only the photo{'s' if count > 1 else ''}", "P", "photos"),
        ],
        parent,
    )


def ask_why_reject_item(title: str, photo_count: int, parent: QWidget) -> Question:
    """Before a whole item is left out; answers a `RejectReason`."""
    photos = plural(photo_count, "photo")
    shortened = title if len(title) <= 80 else f"{title[:79]}…"
    return Question(
        "Reject the whole item?",
        f"“{shortened}” with its {photos} stays out of the clean data. No file is touched, and "
        "undo takes it back. Why?",
        [
            Choice("Duplicate", "U", RejectReason.DUPLICATE),
            Choice("Other kind of item", "O", RejectReason.OTHER_ITEM),
            Choice("Ambiguous", "A", RejectReason.AMBIGUOUS),
            Choice("Low quality", "L", RejectReason.LOW_QUALITY),
            Choice("No reason", "D", RejectReason.UNSPECIFIED, "danger"),
        ],
        parent,
    )
