"""What decides which of the explorer's actions can do something just now."""

from __future__ import annotations

from dataclasses import dataclass

from core.qt.tab_actions import ActionSpec


@dataclass(frozen=True)
class Situation:
    """What decides which actions can do something.

    Attributes:
        is_open: Whether a run's index is explored.
        has_query: Whether something is looked for.
        example_count: How many photos the query is made of.
        listed: How many photos the gallery in front lists.
        selected: How many photos are selected.
        has_page: Whether the photo that is pointed at has a web page.
        is_moved: Whether the query is moved along a direction.
        directions: How many directions there are.
        marked: How many photos are marked to learn a direction from, with it and without it.
        runs: How many runs have an index.
        has_epochs: Whether the run has kept how it saw photos after its epochs.
        has_tags: Whether some photo has a tag.
        has_cleaner: Whether a tab shows items.
        is_listing_suspects: Whether the gallery in front lists suspects.
    """

    is_open: bool = False
    has_query: bool = False
    example_count: int = 0
    listed: int = 0
    selected: int = 0
    has_page: bool = False
    can_go_back: bool = False
    can_go_forward: bool = False
    is_filtered: bool = False
    is_moved: bool = False
    directions: int = 0
    marked: tuple[int, int] = (0, 0)
    runs: int = 0
    has_epochs: bool = False
    has_tags: bool = False
    has_cleaner: bool = False
    is_listing_suspects: bool = False


Spec = ActionSpec[Situation]


def is_open(now: Situation) -> bool:
    """Whether a run's index is explored."""
    return now.is_open


def has_query(now: Situation) -> bool:
    """Whether something is looked for."""
    return now.has_query


def is_listing(now: Situation) -> bool:
    """Whether the gallery in front lists anything."""
    return now.listed > 0


def has_selection(now: Situation) -> bool:
    """Whether photos are selected."""
    return now.selected > 0
