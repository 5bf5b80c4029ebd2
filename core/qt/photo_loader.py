"""Photos for the screen: decoded off the GUI thread, kept in a bounded cache, fetched ahead.

A view says what it shows and what it is likely to show next, each time that changes. Whatever it
said before and does not say again is dropped. Answers name the photo; a view takes an answer only
for the photo that it was asked for, so that a late one can never appear under another's name.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

from PyQt5.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot
from PyQt5.QtGui import QGuiApplication

from core.catalogue.records import Photo
from core.qt.decode_threads import DecodeThreads, Rank, Result, Task
from core.qt.photo_source import Source, is_quick, may_have_preview
from core.qt.pixel_cache import PixelCache, Rendition, fitted, photo_key

_SCREENS_KEPT = 8
_MIN_CACHE_BYTES = 128 * 2**20
_MAX_CACHE_BYTES = 384 * 2**20

_SHARE_FOR_SOON = 0.75
"""What is fetched ahead may fill this share of the cache: more would push out what is shown."""


@dataclass(frozen=True)
class Wish:
    """A photo and the place for it, in device pixels."""

    photo: Photo
    width: int
    height: int


@dataclass(frozen=True)
class Answer:
    """A photo's pixels, or why there are none.

    Attributes:
        rendition: None if there is nothing to show.
        failure: Why the file cannot be shown, in words, or "". A photo whose file is gone may have
            a rendition nevertheless, from the thumbnail store.
    """

    photo: Photo
    rendition: Rendition | None
    failure: str


class PhotoLoader(QObject):
    """One for each open project; belongs to the GUI thread. `close` it before the project."""

    answered = pyqtSignal(object)
    """An `Answer`; the same photo may be answered twice, first roughly and then sharply."""

    _result_waits = pyqtSignal()

    def __init__(
        self,
        open_source: Callable[[], Source],
        parent: QObject | None = None,
        *,
        limit_bytes: int | None = None,
        thread_count: int | None = None,
    ) -> None:
        """Starts the decoding threads.

        Args:
            open_source: `functools.partial(PhotoSource, project)`; called on each thread.
            parent: Qt's parent.
            limit_bytes: Of the cache; by default what suits the largest screen.
            thread_count: By default one for each core, at least two and at most four.
        """
        super().__init__(parent)
        self._cache = PixelCache(limit_bytes or cache_bytes_for(_largest_screen_px()))
        self._failures: dict[Hashable, str] = {}
        self._wishes: WeakKeyDictionary[QObject, tuple[Sequence[Wish], Sequence[Wish]]] = (
            WeakKeyDictionary()
        )
        self._results: deque[Result] = deque()
        self._result_waits.connect(self._collect)
        count = max(2, min(4, os.cpu_count() or 2)) if thread_count is None else thread_count
        self._threads = DecodeThreads(open_source, count, self._deliver)

    @property
    def cached_bytes(self) -> int:
        return self._cache.byte_count

    @property
    def limit_bytes(self) -> int:
        return self._cache.limit_bytes

    @property
    def waiting_count(self) -> int:
        """Pictures that no thread has begun yet."""
        return self._threads.waiting_count

    @property
    def is_idle(self) -> bool:
        """Whether everything that was wished for has been answered."""
        return self._threads.is_idle and not self._results

    def wish(self, viewer: QObject, visible: Sequence[Wish], soon: Sequence[Wish] = ()) -> None:
        """Says what a view shows now and what it will probably show soon, likeliest first.

        Replaces what the same viewer said before.
        """
        self._collect()
        if visible or soon:
            self._wishes[viewer] = (visible, soon)
        else:
            self._wishes.pop(viewer, None)
        # Least important first, so that the most important is the last to leave the cache.
        for wish in reversed(list(self._all_wishes())):
            self._cache.touch(photo_key(wish.photo))
        wished = {_file_key(wish.photo) for wish in self._all_wishes()}
        # What failed is tried again when it comes into reach again: the disk may be back.
        self._failures = {key: why for key, why in self._failures.items() if key in wished}
        self._threads.replace(self._tasks())

    def look_up(self, wish: Wish) -> Answer | None:
        """What is there already, however small; None if nothing is."""
        key = photo_key(wish.photo)
        rendition = self._cache.best(key, wish.width, wish.height)
        failure = self._failures.get(_file_key(wish.photo), "")
        return Answer(wish.photo, rendition, failure) if rendition or failure else None

    def close(self) -> None:
        """Ends the threads and lets all pixels go; nothing is answered any more."""
        self._threads.close()
        self._results.clear()
        self._wishes.clear()
        self._cache.clear()

    def _all_wishes(self) -> Iterator[Wish]:
        for visible, _ in self._wishes.values():
            yield from visible
        for _, soon in self._wishes.values():
            yield from soon

    def _tasks(self) -> list[Task]:
        tasks: list[Task] = []
        expected_bytes = 0
        for visible, _ in self._wishes.values():
            for wish in visible:
                expected_bytes += _expected_bytes(wish)
                self._add_tasks(tasks, wish, Rank.VISIBLE_QUICK, Rank.VISIBLE_SHARP)
        for _, soon in self._wishes.values():
            for wish in soon:
                expected_bytes += _expected_bytes(wish)
                if expected_bytes > _SHARE_FOR_SOON * self._cache.limit_bytes:
                    return tasks
                self._add_tasks(tasks, wish, Rank.SOON_QUICK, Rank.SOON_SHARP)
        return tasks

    def _add_tasks(self, tasks: list[Task], wish: Wish, quick: Rank, sharp: Rank) -> None:
        photo, width, height = wish.photo, wish.width, wish.height
        key = photo_key(photo)
        there = self._cache.best(key, width, height)
        if _file_key(photo) in self._failures or (
            there is not None and there.serves(width, height)
        ):
            return
        rank = quick if is_quick(photo) else sharp
        sharp_task = Task(rank, len(tasks), key, photo, width, height, is_preview=False)
        tasks.append(sharp_task)
        if there is None and may_have_preview(photo):
            tasks.append(
                Task(quick, len(tasks), key, photo, width, height, True, follow_up=sharp_task)
            )

    def _deliver(self, result: Result) -> None:
        # On a decoding thread. One signal stands for all results that wait by the time it arrives.
        self._results.append(result)
        self._result_waits.emit()

    @pyqtSlot()
    def _collect(self) -> None:
        while self._results:
            result = self._results.popleft()
            task = result.task
            if result.rendition is not None:
                self._cache.put(task.key, result.rendition)
                self._failures.pop(_file_key(task.photo), None)
            elif result.failure:
                self._failures[_file_key(task.photo)] = result.failure
            else:
                continue  # there is no thumbnail
            if result.bug is not None:
                # Later and by itself: raised here it would end the drawing of the item, too.
                QTimer.singleShot(0, partial(_raise, result.bug))
            self.answered.emit(Answer(task.photo, result.rendition, result.failure))


def _file_key(photo: Photo) -> Hashable:
    """What decides whether a photo can be read: its content may come to lie in another file."""
    return (photo_key(photo), photo.file)


def _raise(bug: Exception) -> None:
    raise bug


def cache_bytes_for(screen_px: float) -> int:
    """What holds some screens full of photos: 128 MB up to full HD, 253 MB at 4K.

    Args:
        screen_px: Device pixels of the largest screen.
    """
    return int(min(_MAX_CACHE_BYTES, max(_MIN_CACHE_BYTES, _SCREENS_KEPT * 4 * screen_px)))


def _largest_screen_px() -> float:
    return max(
        (
            screen.size().width() * screen.size().height() * screen.devicePixelRatio() ** 2
            for screen in QGuiApplication.screens()
        ),
        default=0.0,
    )


def _expected_bytes(wish: Wish) -> int:
    width, height = wish.width, wish.height
    if wish.photo.width and wish.photo.height and wish.photo.crop is None:
        width, height = fitted(wish.photo.width, wish.photo.height, width, height)
    return 4 * width * height
