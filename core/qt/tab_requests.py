"""What one tab asks of another, neither knowing the other.

A tab says what it wants on the project that both are of:

    opened.requested.emit(ShowItem(item_id, photo_id))

The window offers it to the tabs whose `TabSpec.shows` names the request's class, making the tab
if it has not been shown yet, and brings the one to the front whose `show_request` answers True.
Whether any tab takes such a request, so that a button for it makes sense, is known beforehand:

    ShowInExplorer in opened.answers

A tab that cannot show the thing for a reason that the user should know (there is no index yet)
says so in itself and answers True; False is for what it has no place for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class ShowItem:
    """Show an item in the cleaner, with one of its photos selected where one is named."""

    item_id: int
    photo_id: int | None = None


@dataclass(frozen=True)
class ShowInExplorer:
    """Show a photo and what is like it in the explorer."""

    photo_id: int


@dataclass(frozen=True)
class UseRun:
    """Explore with the model of a training run, named as its folder is."""

    run: str


@dataclass(frozen=True)
class TrainModel:
    """Show where models are trained."""


TabRequest = ShowItem | ShowInExplorer | UseRun | TrainModel


@runtime_checkable
class CanShow(Protocol):
    """A tab's widget that takes requests."""

    def show_request(self, request: TabRequest) -> bool:
        """Shows what is asked for; False where it has no place for it.

        Called on the GUI thread, before the tab is brought to the front.
        """
        ...
