"""Small runs for the checks of fitting: data, instruction, and what a run told."""

import contextlib
from dataclasses import dataclass, field

from made_training import made_dataset, made_pack

from core.training.fitting.fit import fit
from core.training.instruction import (
    ConvBn,
    Data,
    Fitting,
    Instruction,
    Optimizer,
    Sampler,
)
from core.training.run_events import EpochEnded, Evaluated, Stepped, Told

SIDE = 16


class Killed(BaseException):
    """What no `except Exception` catches, as SIGKILL."""


def instruction(**changes):
    fitting = {"epochs": 2, "steps_per_epoch": 3} | changes.pop("fitting", {})
    values = {
        "data": Data(side_px=SIDE, fit="stretch"),
        "sampler": Sampler(items=4, photos=2),
        "model": ConvBn(filters=(4, 8), dense=(8,), embedding_size=4, dropout=0.2),
        "optimizer": Optimizer(learning_rate=0.01),
        "fitting": Fitting(**fitting),
    }
    return Instruction(**(values | changes))


@dataclass
class Made:
    """A data set in a folder, and runs on it."""

    folder: object
    dataset: object = field(init=False)
    pack: object = field(init=False)

    def __post_init__(self):
        photos = self.folder / "photos"
        photos.mkdir()
        self.dataset = made_dataset(photos, train=8, held_out=8)
        self.pack = made_pack(self.folder, self.dataset, SIDE)

    def fit(self, name, instruction, *, stop_at=None, kill_at=None):
        """Runs; asked to stop, or killed, once so many steps of this call are done."""
        told = Heard()
        asked = 0

        def should_stop():
            nonlocal asked
            asked += 1
            if asked == kill_at:
                raise Killed
            return stop_at is not None and asked >= stop_at

        folder = self.folder / "runs" / name
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(Killed):
            told.result = fit(
                instruction, self.dataset, self.pack, folder, told.events.append, should_stop
            )
        return told


@dataclass
class Heard:
    """What a call of `fit` told and returned."""

    events: list = field(default_factory=list)
    result: object = None

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def losses(self):
        return {event.step: event.loss for event in self.of(Stepped)}

    @property
    def tops(self):
        return {event.epoch: event.top for event in self.of(Evaluated)}

    @property
    def epoch_losses(self):
        return {event.epoch: event.loss for event in self.of(EpochEnded)}

    @property
    def messages(self):
        return [event.message for event in self.of(Told)]
