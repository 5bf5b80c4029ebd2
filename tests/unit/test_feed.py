from __future__ import annotations

import threading

import numpy as np
import pytest

from core.training.feed import BatchFeed


class NumberedPack:
    """Photos of one pixel whose value is their row; they are decoded when the test lets them."""

    def __init__(self):
        self.may_decode = threading.Event()
        self.may_decode.set()
        self.read_rows = []

    def read(self, rows, threads=None):
        assert threads == 1
        assert self.may_decode.wait(10)
        if (rows < 0).any():
            raise ValueError("a photo that is not in the pack")
        self.read_rows.append(rows.tolist())
        return rows.astype(np.uint8).reshape(-1, 1, 1, 1).repeat(3, axis=3)


def batches(count):
    for number in range(count):
        rows = np.array([number, number + 1])
        yield rows, rows.astype(np.int32) * 10


PACK_ROWS = np.arange(100, 200)


def test_batches_come_in_order_with_their_labels():
    with BatchFeed(NumberedPack(), batches(30), PACK_ROWS, threads=3) as feed:
        found = list(feed)
    assert [pixels[:, 0, 0, 0].tolist() for pixels, _ in found] == [
        [100 + n, 101 + n] for n in range(30)
    ]
    assert [labels.tolist() for _, labels in found] == [[10 * n, 10 * n + 10] for n in range(30)]
    assert feed.times.batches == 30


def test_it_works_ahead_but_not_without_end():
    taken = []

    def endless():
        for batch in batches(90):
            taken.append(batch)
            yield batch

    with BatchFeed(NumberedPack(), endless(), PACK_ROWS, threads=1, ahead=5) as feed:
        next(feed)
        assert len(taken) == 6


class Clock:
    """Moves only by what the test and the pack take."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_the_wait_share_is_the_time_waited_of_all_time():
    clock = Clock()

    class Slow(NumberedPack):
        def read(self, rows, threads=None):
            clock.now += 1.0
            return super().read(rows, threads)

    class AtOnce:
        """Decodes when it is asked, in the asking thread, so that the clock is the test's."""

        def submit(self, work, *arguments):
            from concurrent.futures import Future

            done = Future()
            done.set_result(work(*arguments))
            return done

        def shutdown(self, cancel_futures):
            pass

    feed = BatchFeed(Slow(), batches(3), PACK_ROWS, threads=1, ahead=1, clock=clock)
    feed.close()
    feed._decoding = AtOnce()
    assert feed.times.wait_share == 0
    next(feed)  # two are decoded
    clock.now += 6.0
    before = feed.times
    assert (before.batches, before.waited_s, before.total_s) == (1, 2.0, 8.0)
    assert before.wait_share == 0.25
    next(feed)
    assert feed.times.since(before).wait_share == 1.0


def test_an_error_while_decoding_reaches_the_consumer():
    rows = np.array([-1] * 100)
    with (
        BatchFeed(NumberedPack(), batches(2), rows, threads=1) as feed,
        pytest.raises(ValueError, match="not in the pack"),
    ):
        next(feed)


def test_leaving_ends_the_threads_wherever_the_iteration_is():
    before = set(threading.enumerate())
    with BatchFeed(NumberedPack(), batches(50), PACK_ROWS, threads=2) as feed:
        next(feed)
        assert set(threading.enumerate()) - before
    assert not set(threading.enumerate()) - before
