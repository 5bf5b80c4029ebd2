import numpy as np

from core.training.run_events import (
    Ended,
    EpochEnded,
    Evaluated,
    Prepared,
    RunState,
    SheetDrawn,
    Started,
    Stepped,
    Told,
)
from core.training.run_history import RunHistory


def started(at=0.0, **changes):
    facts = {"epochs": 4, "steps_per_epoch": 100, "batch_size": 64, "images": 3200, **changes}
    return Started(at=at, device="CPU", backend="tensorflow", **facts)


def stepped(step, at=None, loss=1.0):
    return Stepped(step, 1 + step // 100, loss, 1e-3, 50.0, 0.02, float(step if at is None else at))


def history_of(*events):
    history = RunHistory()
    history.add(events)
    return history


def test_steps_become_arrays_however_many_there_are():
    history = history_of(started(), *(stepped(n, loss=1 / n) for n in range(1, 1001)))

    snapshot = history.snapshot()

    assert np.array_equal(snapshot.step, np.arange(1, 1001))
    assert np.array_equal(snapshot.loss, 1 / np.arange(1, 1001))
    assert snapshot.steps_done == 1000
    assert snapshot.steps_in_all == 400


def test_a_snapshot_stays_what_it_was():
    history = history_of(started(), stepped(10, loss=0.5))
    before = history.snapshot()

    history.add([stepped(20, loss=0.4), started(at=50, from_step=0), stepped(10, loss=9.0)])

    assert list(before.loss) == [0.5]
    assert list(history.snapshot().loss) == [9.0]


def test_what_was_told_of_lost_steps_is_void():
    top = {1: 0.1}
    history = history_of(
        started(),
        stepped(100),
        EpochEnded(1, 100, 1.0, 9.0),
        Evaluated(1, 100, top, top, 1.0),
        SheetDrawn(1, "sheets/1.png"),
        stepped(200),
        EpochEnded(2, 200, 1.0, 9.0),
        Evaluated(2, 200, top, top, 1.0),
        SheetDrawn(2, "sheets/2.png"),
        stepped(210),
        started(at=300, from_step=100, from_epoch=1),
    )

    snapshot = history.snapshot()

    assert list(snapshot.step) == [100]
    assert [each.epoch for each in snapshot.epochs] == [1]
    assert [each.step for each in snapshot.evaluations] == [100]
    assert [each.path for each in snapshot.sheets] == ["sheets/1.png"]
    assert snapshot.steps_done == 100
    assert "goes on after step 100" in snapshot.log[-1].text


def test_the_time_left_follows_from_the_last_steps_since_the_last_start():
    slow = [stepped(n, at=10 * n) for n in range(1, 50)]
    fast = [stepped(50 + n, at=10_000 + 2 * n) for n in range(11)]

    snapshot = history_of(
        started(), *slow, started(at=9_999, from_step=49, from_epoch=0), *fast
    ).snapshot()

    assert snapshot.seconds_left() == (400 - 60) * 2


def test_no_time_is_told_before_two_steps_nor_after_the_end():
    assert history_of().snapshot().seconds_left() is None
    assert history_of(started(), stepped(1)).snapshot().seconds_left() is None
    ended = history_of(
        started(), stepped(1), stepped(2), Ended(RunState.STOPPED, "", 9.0)
    ).snapshot()
    assert ended.seconds_left() is None


def test_what_is_being_prepared_is_told_until_the_first_step():
    making = Prepared("Making photos small", 5, 20, at=1.0)
    assert history_of(making).snapshot().preparing == making
    assert history_of(making, started(), stepped(1)).snapshot().preparing is None


def test_the_log_has_what_was_told_and_how_it_ended():
    snapshot = history_of(
        started(),
        Told("The batch was halved", "warning"),
        Ended(RunState.FAILED, "The disk is full", 5.0),
    ).snapshot()

    assert [(line.text, line.level) for line in snapshot.log] == [
        ("Training begins on CPU with tensorflow.", "info"),
        ("The batch was halved", "warning"),
        ("Training failed: The disk is full", "error"),
    ]
