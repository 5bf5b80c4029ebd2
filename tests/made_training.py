"""A small data set of drawn garments in a pack, to train on within seconds."""

import hashlib

import numpy as np
from PIL import Image

from core.cleaning.splits import Split
from core.jobs.context import JobContext
from core.training.pack import build_pack, open_pack
from core.training.photos import SPLITS, Dataset, TrainingItem, TrainingPhoto


def made_dataset(folder, *, train=12, held_out=8, photos=3, side=48, seed=0):
    """Items of two colours and a stripe width each; every photo is shifted and lit differently."""
    random = np.random.default_rng(seed)
    splits = [Split.TRAIN] * train + [Split.VALIDATION, Split.TEST] * (held_out // 2)
    made, item_of = [], []
    for number, split in enumerate(splits):
        colours = random.integers(0, 256, (2, 3))
        width = int(random.integers(2, 12))
        for place in range(photos if split is Split.TRAIN else 2):
            file = folder / f"{number:03d}_{place}.png"
            Image.fromarray(_striped(colours, width, side, random)).save(file)
            digest = hashlib.sha256(file.read_bytes()).digest()
            made.append(TrainingPhoto(len(made) + 1, digest, file, None))
            item_of.append(number)
    return Dataset(
        items=tuple(TrainingItem(f"item {n}", "top", "made") for n in range(len(splits))),
        photos=tuple(made),
        item_of=np.array(item_of, np.int32),
        split_of=np.array([SPLITS.index(split) for split in splits], np.int8),
    )


def made_pack(folder, dataset, side=32):
    result = build_pack(folder / "packs", dataset.photos, side, "stretch", JobContext())
    return open_pack(result.file)


def sparing(make_step, most):
    """`make_step`, whose steps run out of memory with more photos than that."""

    def make(*arguments):
        step = make_step(*arguments)

        class Sparing:
            def __call__(self, pixels, *others):
                if len(pixels) > most:
                    raise MemoryError("out of memory")
                return step(pixels, *others)

            synchronise = staticmethod(step.synchronise)

        return Sparing()

    return make


def _striped(colours, width, side, random):
    columns = (np.arange(side) + int(random.integers(0, 20))) // width % 2
    pixels = colours[columns][None].repeat(side, 0) * random.uniform(0.8, 1.2)
    return np.clip(pixels + random.normal(0, 8, pixels.shape), 0, 255).astype(np.uint8)
