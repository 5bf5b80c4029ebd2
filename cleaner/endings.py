"""What the middle says where there is no item to show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ending:
    """Why there is nothing, and what can be done."""

    title: str
    text: str


def ending(*, is_empty: bool, is_filtered: bool) -> Ending:
    """The words for it.

    Args:
        is_empty: Whether the queue has no items at all; else all of them are decided on.
        is_filtered: Whether it is narrowed by a search or a filter.
    """
    if not is_empty and not is_filtered:
        return Ending(
            "All items are decided on",
            "Apply moves the rejected files to the project's quarantine, from where Restore brings "
            "any of them back. Export writes the clean data set elsewhere. Back (B) shows the last "
            "item again.",
        )
    if not is_empty:
        return Ending(
            "Nothing is left to decide here",
            "All items that pass the search and filter are decided on.",
        )
    if is_filtered:
        return Ending("Nothing matches", "No item passes the search and filter.")
    return Ending(
        "No items yet",
        "Import a scrape: drag its folder onto the window, or use File, Add a scrape.",
    )
