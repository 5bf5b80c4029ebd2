"""From keys to decisions: what a key acts on, when it may, and what it takes with it.

A key acts on nothing but what the user sees. The ids of the item and photos are taken when the key
is pressed, from the photos that were on the screen then, and go with the decision to the writer's
thread; whatever is shown by the time it is stored makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QObject, pyqtSignal

from cleaner.shown_item import ShownItem
from cleaner.sight import Board, Sight
from cleaner.storing import Storing
from core.catalogue.database import Catalogue
from core.catalogue.photos import read_hints, read_photos
from core.catalogue.records import Changes, Hint, RejectReason, Verdict
from core.cleaning import decisions, undo
from core.cleaning.accept import reasons_by_hints, rejections_by_hints
from core.errors import UserError
from core.qt.open_project import Decision, OpenProject


class Deciding(QObject):
    """Decides on the item that is shown."""

    told = pyqtSignal(str)
    """What happened, for the status line."""
    refused = pyqtSignal(str)
    """Why nothing happened."""
    expected = pyqtSignal(object)
    """`ShownItem` as it will be once what was just decided is stored."""
    item_finished = pyqtSignal(int)
    """The item is decided on and the next is wanted."""
    item_wanted = pyqtSignal(int)
    """An item is to be shown, since what was undone or redone concerns it."""
    settled = pyqtSignal()
    """No decision is under way any more."""
    last_photo_asked = pyqtSignal(object, object)
    """(photo ids, what to do with the answer): rejecting them leaves the item without photos."""

    def __init__(self, open_project: OpenProject, board: Board, parent: QObject) -> None:
        super().__init__(parent)
        self._board = board
        self._just_rejected: tuple[RejectReason | None, frozenset[int]] | None = None
        self._sight = Sight(board, self)
        self._sight.refused.connect(self.refused)
        self._storing = Storing(open_project, self)
        self._storing.told.connect(self.told)
        self._storing.item_wanted.connect(self.item_wanted)
        self._storing.settled.connect(self.settled)

    @property
    def sight(self) -> Sight:
        """What may be decided on; to be told what is painted."""
        return self._sight

    @property
    def is_busy(self) -> bool:
        """Whether decisions are still being stored: the catalogue is behind what is shown."""
        return self._storing.is_busy

    def show(self, shown: ShownItem | None) -> None:
        """Says which item is on the board, and how it is now."""
        before = self._sight.shown
        if shown is None or before is None or shown.item.id != before.item.id:
            self._just_rejected = None
        self._sight.show(shown)

    # Photos

    def reject(self, reason: RejectReason | None) -> None:
        """Rejects what is selected, or takes that back where it was rejected so already."""
        shown = self._sight.shown
        if shown is None:
            return
        ids = self._board.selected_ids() or self._rejected_by_same_key(reason)
        if not ids and len(shown.accused) == 1:
            ids = list(shown.accused)
        if not ids:
            self._sight.refuse_without_selection()
            return
        self.reject_these(ids, reason)

    def reject_these(self, ids: Sequence[int], reason: RejectReason | None) -> None:
        """The same for given photos of the item that is shown."""
        shown = self._sight.item_of(ids)
        if shown is None:
            return
        photos = [shown.by_id[id_] for id_ in ids]
        if all(
            photo.verdict is Verdict.REJECTED and reason in (None, photo.reason) for photo in photos
        ):
            self._keep(shown, ids)
        elif shown.leaves_nothing(ids):
            self.last_photo_asked.emit(
                tuple(ids), lambda answer: self._on_last_photo(answer, shown, ids, reason)
            )
        else:
            self._reject(shown, ids, reason)

    def keep(self) -> None:
        """Keeps what is selected, else the one photo that is accused."""
        shown = self._sight.shown
        if shown is None:
            return
        ids = self._board.selected_ids()
        if not ids and len(shown.accused) == 1:
            ids = list(shown.accused)
        if not ids:
            self._sight.refuse_without_selection()
            return
        self.keep_these(ids)

    def keep_these(self, ids: Sequence[int]) -> None:
        """Keeps given photos of the item that is shown."""
        shown = self._sight.item_of(ids)
        if shown is not None:
            self._keep(shown, ids)

    def undecide(self) -> None:
        """Takes the user's word on the selected photos back."""
        ids = self._board.selected_ids()
        shown = self._sight.item_of(ids)
        if shown is None or not ids:
            return
        self._submit(
            lambda catalogue: decisions.clear(catalogue, ids),
            shown.with_verdict(ids, Verdict.UNDECIDED),
        )
        self._board.select([])

    def pair(self) -> tuple[int, int] | None:
        """The two photos that "not a duplicate" would speak of."""
        shown = self._sight.shown
        if shown is None:
            return None
        paired = self._board.paired_ids()
        if len(paired) == 2:
            return paired[0], paired[1]
        selected = self._board.selected_ids()
        accused = selected or list(shown.accused)
        if len(accused) != 1:
            return None
        for hint in shown.hints_on(accused[0]):
            if hint.other_photo_id in shown.by_id and hint.other_photo_id is not None:
                return accused[0], hint.other_photo_id
        return None

    def deny_pair(self) -> None:
        """Says that the two photos are no duplicates."""
        pair = self.pair()
        if pair is not None and self._sight.item_of(pair) is not None:
            self._submit(lambda catalogue: decisions.mark_not_duplicate(catalogue, *pair))
            self._board.select([])

    def deny(self, hints: Sequence[Hint]) -> None:
        """Says that hints of one kind are wrong."""
        if self._sight.item_of([hint.photo_id for hint in hints]) is None:
            return
        pairs = [
            (hint.photo_id, hint.other_photo_id)
            for hint in hints
            if hint.kind.reason in (None, RejectReason.DUPLICATE)
            and hint.other_photo_id is not None
        ]
        if pairs:
            self._submit(lambda catalogue: decisions.mark_not_duplicates(catalogue, pairs))
        else:
            self.keep_these([hint.photo_id for hint in hints])

    def move(self, ids: Sequence[int], to_item_id: int) -> None:
        """Moves photos, seen when the item was asked for, to another item."""
        self._submit(lambda catalogue: decisions.move_photos(catalogue, ids, to_item_id))

    def split(self) -> None:
        """Makes an item of the selected photos."""
        ids = self._sight.selected()
        if not ids:
            return
        if (shown := self._sight.item_of(ids)) is not None and len(ids) == len(shown.photos):
            self.refused.emit("One photo at least must stay in this item")
        elif shown is not None:
            self._submit(lambda catalogue: decisions.split(catalogue, ids))

    # Items

    def accept_hints(self) -> None:
        """Rejects what the hints accuse, marks the item done and goes on."""
        shown = self._sight.item()
        if shown is None:
            return
        expected = shown.rejected_on_accept
        if self._sight.item_of(list(expected)) is None:
            return
        item_id = shown.item.id
        self._submit(
            lambda catalogue: _accept_what_was_seen(catalogue, item_id, expected),
            about=shown.item.title,
        )
        self.item_finished.emit(item_id)

    def mark_clean(self) -> None:
        """Marks the item done as it is and goes on."""
        self._finish(decisions.mark_done)

    def skip(self) -> None:
        """Leaves the item for later and goes on."""
        self._finish(decisions.skip)

    def reject_item(self, item_id: int, reason: RejectReason) -> None:
        """Leaves an item, seen when the user was asked, out altogether and goes on."""
        shown = self._sight.shown
        self._submit(
            lambda catalogue: decisions.reject_item(catalogue, item_id, reason),
            about=shown.item.title if shown is not None and shown.item.id == item_id else "",
        )
        self.item_finished.emit(item_id)

    def reopen(self) -> None:
        """Makes the item one to be decided on."""
        if self._sight.shown is not None:
            item_id = self._sight.shown.item.id
            self._submit(lambda catalogue: decisions.reopen(catalogue, item_id))

    def merge(self, into_item_id: int, other_item_id: int) -> None:
        """Puts another item's photos into this one."""
        self._submit(lambda catalogue: decisions.merge(catalogue, into_item_id, [other_item_id]))

    def write_note(self, item_id: int, text: str) -> None:
        """Stores a note."""
        self._submit(lambda catalogue: decisions.set_note(catalogue, item_id, text))

    def undo(self) -> None:
        """Takes the last decision back and shows its item."""
        self._submit(undo.undo, jumps=True)

    def redo(self) -> None:
        """Does what was undone again and shows its item."""
        self._submit(undo.redo, jumps=True)

    # Below this line: how

    def _rejected_by_same_key(self, reason: RejectReason | None) -> list[int]:
        """The photos that this very key rejected a moment ago."""
        if self._just_rejected is None or self._sight.shown is None:
            return []
        key, ids = self._just_rejected
        photos = [photo for photo in self._sight.shown.photos if photo.id in ids]
        still = all(photo.verdict is Verdict.REJECTED for photo in photos)
        return [photo.id for photo in photos] if key is reason and still else []

    def _reject(self, shown: ShownItem, ids: Sequence[int], reason: RejectReason | None) -> None:
        by_hints = reasons_by_hints(shown.hints)
        expected = shown
        for id_ in ids:
            why = reason or by_hints.get(id_, RejectReason.UNSPECIFIED)
            expected = expected.with_verdict([id_], Verdict.REJECTED, why)
        self._submit(lambda catalogue: decisions.reject(catalogue, ids, reason), expected)
        self._board.select([])
        self._just_rejected = (reason, frozenset(ids))

    def _keep(self, shown: ShownItem, ids: Sequence[int]) -> None:
        self._submit(
            lambda catalogue: decisions.keep(catalogue, ids), shown.with_verdict(ids, Verdict.KEPT)
        )
        self._board.select([])

    def _on_last_photo(
        self, answer: object, shown: ShownItem, ids: Sequence[int], reason: RejectReason | None
    ) -> None:
        if answer == "item":
            self.reject_item(shown.item.id, reason or RejectReason.UNSPECIFIED)
        elif answer == "photos":
            self._reject(shown, ids, reason)

    def _finish(self, decide: Callable[[Catalogue, int], Changes]) -> None:
        shown = self._sight.item()
        if shown is not None:
            item_id = shown.item.id
            self._submit(lambda catalogue: decide(catalogue, item_id), about=shown.item.title)
            self.item_finished.emit(item_id)

    def _submit(
        self,
        decision: Decision,
        expected: ShownItem | None = None,
        *,
        about: str = "",
        jumps: bool = False,
    ) -> None:
        """Hands a decision over to be stored; until it is, shows the item as it will be.

        Args:
            decision: What to store.
            expected: The item on the board as it will be.
            about: The title of an item that will be out of sight when it is told.
            jumps: Whether the item concerned is to be shown then.
        """
        self._just_rejected = None
        self._storing.hand_over(decision, about, jumps=jumps)
        if expected is not None:
            self._sight.show(expected)
            self.expected.emit(expected)


def _accept_what_was_seen(
    catalogue: Catalogue, item_id: int, expected: dict[int, RejectReason]
) -> Changes:
    """Accepts the hints unless they are no longer those that the user saw."""
    with catalogue.transaction():
        photos = read_photos(catalogue, [item_id])[item_id]
        hints = read_hints(catalogue, [item_id])[item_id]
        if rejections_by_hints(photos, hints) != expected:
            raise UserError(
                "The hints of the item changed while you accepted them, so nothing was done",
                remedy="Go back to it (B), look at its hints again, and accept those.",
            )
        return decisions.accept_hints(catalogue, item_id)
