"""Training recipes for equal steps on the same photos, with several seeds.

Every result is stored as soon as there is one, so that a table that was interrupted goes on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from core.cleaning.splits import Split
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.number_words import plural
from core.project import Project, create_project, is_project, open_project, write_atomically
from core.training.evaluation.histogram import colour_histograms
from core.training.evaluation.top_k import pair_ranks, top_k_accuracy
from core.training.instruction import Instruction
from core.training.network_embeddings import Embedder, KerasEmbedder
from core.training.pack import Pack, build_pack, open_pack
from core.training.photos import Dataset, TrainingPhoto
from core.training.recipes.drawn_pairs import draw_pairs
from core.training.recipes.recipes import find_recipe, recipe_instruction
from core.training.recipes.table import Line, RecipeTable, Top
from core.training.run_changes import trash_run
from core.training.run_events import EpochEnded, RunEvent, Started, Stepped
from core.training.run_names import free_name
from core.training.runs import Run, RunState, create_run, list_runs, read_instruction, read_state
from core.training.split_file import read_split, write_split
from core.training.train_run import Fit, train_run

HISTOGRAM = "colour histogram"
RANDOM = "random network"

_LONGEST_NAME = 30

Rows = npt.NDArray[np.int64]
Metric = Literal["angular", "l2"]


@dataclass(frozen=True)
class _Judged:
    """What a network is judged by.

    Attributes:
        rows: Places in the pack of the photos of held-out pairs, and after them of the crowd.
        item_of: Whose the first of them are.
    """

    rows: Rows
    item_of: npt.NDArray[np.int32]

    def top(self, embeddings: npt.NDArray[np.float32], metric: Metric) -> Top:
        queries = len(self.item_of)
        ranks = pair_ranks(embeddings[:queries], self.item_of, metric, crowd=embeddings[queries:])
        return top_k_accuracy(ranks)


@dataclass(frozen=True, eq=False)
class _Division:
    """What is trained on, and what partners are looked for among.

    Attributes:
        dataset: With held-out pairs.
        crowd: Photos of no held-out item.
    """

    dataset: Dataset
    crowd: tuple[TrainingPhoto, ...]


_BySeed = Mapping[int, _Division]


class RecipeLab:
    """Trains recipes in a project of its own and remembers what they came to.

    Args:
        folder: Where the project, its runs and the results lie; made where it is missing.
        steps: Steps of each training.
        side_px: Photo size.
        seeds: Each recipe is trained with each.
        context: Progress and cancellation.
        crowd: Further photos, of no held-out item, that partners are looked for among too.
        drawn: Holds out pairs of so many items drawn for each seed, instead of the data set's own.
        embedder: Embeds with networks; by default with Keras.
        fit: Fits networks; by default with Keras.
    """

    def __init__(
        self,
        folder: Path,
        *,
        steps: int,
        side_px: int,
        seeds: Sequence[int],
        context: JobContext,
        crowd: Sequence[TrainingPhoto] = (),
        drawn: int | None = None,
        embedder: Embedder | None = None,
        fit: Fit | None = None,
    ) -> None:
        self.project = _project_in(folder)
        self._results = folder / "results"
        self._results.mkdir(exist_ok=True)
        self._steps = steps
        self._side_px = side_px
        self._seeds = tuple(seeds)
        self._context = context
        self._crowd = tuple(crowd)
        self._drawn = drawn
        self._embedder = embedder or KerasEmbedder()
        self._fit = fit

    def table(self, title: str, dataset: Dataset, recipes: Sequence[str]) -> RecipeTable:
        """The recipes on a data set, below the histogram and a random network.

        Args:
            title: What to call the data set.
            dataset: With held-out pairs.
            recipes: Names, as `find_recipe` takes them.

        Raises:
            UserError: An unknown recipe, or the photos cannot be packed.
            Cancelled: What was trained until then is kept.
        """
        divisions = self._divisions(dataset)
        lines = [
            self._colours(divisions),
            Line(
                RANDOM,
                "ours, not trained",
                tuple(self._random(division, seed) for seed, division in divisions.items()),
            ),
        ]
        for name in recipes:
            recipe = find_recipe(name)
            lines.append(self._line("recipe", name, recipe.name, divisions, recipe.what))
        return self._tabled(title, divisions, lines)

    def cleaning_pays(self, datasets: Mapping[str, Dataset], recipe: str) -> RecipeTable:
        """One recipe on several data sets with the same held-out pairs."""
        first = self._divisions(next(iter(datasets.values())))
        lines = [self._colours(first)]
        for level, dataset in datasets.items():
            what = f"{recipe} on {plural(len(dataset.rows(Split.TRAIN)), 'photo')}"
            lines.append(self._line(level, recipe, level, self._divisions(dataset), what))
        return self._tabled(f"Cleaning pays, by {recipe}", first, lines)

    def _line(self, group: str, recipe: str, name: str, divisions: _BySeed, what: str) -> Line:
        """A recipe with every seed; one that diverges, say, leaves the others' hours of work."""
        tops: list[Top] = []
        failed: list[str] = []
        for seed, division in divisions.items():
            try:
                instruction = self._instruction(recipe, seed)
                tops.append(self._trained(group, recipe, division, instruction))
            except UserError as error:
                failed.append(f"seed {seed}: {error.message}")
        return Line(name, what, tuple(tops), tuple(failed))

    def _colours(self, divisions: _BySeed) -> Line:
        """Nothing of it is random but the pairs, where they are drawn."""
        different = list(divisions.values())[: None if self._drawn else 1]
        tops = tuple(self._histogram(division) for division in different)
        return Line(HISTOGRAM, "64 bins of colour, nothing learned", tops)

    def _divisions(self, dataset: Dataset) -> _BySeed:
        return {seed: self._divide(dataset, seed) for seed in self._seeds}

    def _divide(self, dataset: Dataset, seed: int) -> _Division:
        divided = draw_pairs(dataset, self._drawn, seed=seed) if self._drawn else dataset
        # What is left out of a drawn item would be a rival of its own partner.
        dropped = {photo.content_hash for photo in dataset.photos}
        dropped -= {divided.photos[row].content_hash for row in divided.rows(Split.TRAIN)}
        crowd = tuple(photo for photo in self._crowd if photo.content_hash not in dropped)
        return _Division(divided, crowd)

    def _tabled(self, title: str, divisions: _BySeed, lines: Sequence[Line]) -> RecipeTable:
        trained_on = [len(each.dataset.rows(Split.TRAIN)) for each in divisions.values()]
        return RecipeTable(
            title=title,
            photos=len(_held_out(divisions[self._seeds[0]].dataset)),
            drawn=bool(self._drawn),
            crowd=round(mean(len(each.crowd) for each in divisions.values())),
            training_photos=round(mean(trained_on)),
            steps=self._steps,
            side_px=self._side_px,
            seeds=self._seeds,
            lines=tuple(lines),
        )

    def _instruction(self, recipe: str, seed: int) -> Instruction:
        return recipe_instruction(recipe, steps=self._steps, side_px=self._side_px, seed=seed)

    def _histogram(self, division: _Division) -> Top:
        instruction = self._instruction("ours", 0)
        with self._pack(division, instruction) as pack:
            judged = _judged(division, pack)
            return judged.top(colour_histograms(pack.read(judged.rows)), "angular")

    def _random(self, division: _Division, seed: int) -> Top:
        instruction = self._instruction("ours", seed)
        with self._pack(division, instruction) as pack:
            judged = _judged(division, pack)
            embeddings = self._embedder.untrained(instruction, pack, judged.rows, self._context)
        return judged.top(embeddings, instruction.metric)

    def _trained(
        self, group: str, recipe: str, division: _Division, instruction: Instruction
    ) -> Top:
        """A recipe's figures: from before, or by training it now."""
        called = free_name(find_recipe(recipe).name, [])[:_LONGEST_NAME].strip(" .")
        name = f"{group} {called} {self._side_px}px {self._steps} steps seed {instruction.seed}"
        if self._drawn:
            name += f" of {self._drawn} drawn"
        crowd = division.crowd
        file = self._results / f"{name}{f' among {len(crowd)}' if crowd else ''}.json"
        wanted = {
            "instruction": instruction.model_dump(mode="json"),
            "fingerprint": division.dataset.fingerprint,
        }
        if crowd:
            wanted["crowd"] = hashlib.sha256(b"".join(p.content_hash for p in crowd)).hexdigest()
        found = _read_result(file)
        if found is not None and {key: found.get(key) for key in wanted} == wanted:
            return {int(k): float(share) for k, share in found["top"].items()}
        run = self._run(name, division.dataset, instruction)
        if read_state(run) is not RunState.FINISHED:
            self._train(run)
        with self._pack(division, instruction) as pack:
            judged = _judged(division, pack)
            embeddings = self._embedder.trained(run, instruction, pack, judged.rows, self._context)
        top = judged.top(embeddings, instruction.metric)
        write_atomically(file, json.dumps({**wanted, "top": top}, indent=2).encode())
        return top

    def _pack(self, division: _Division, instruction: Instruction) -> Pack:
        data = instruction.data
        photos = [*division.dataset.photos, *division.crowd]
        built = build_pack(self.project.packs, photos, data.side_px, data.fit, self._context)
        return open_pack(built.file)

    def _run(self, name: str, dataset: Dataset, instruction: Instruction) -> Run:
        """The run of that name if it is of this instruction and data, else a new one."""
        for run in list_runs(self.project):
            if run.name == name:
                if _is_of(run, dataset, instruction):
                    return run
                trash_run(run)
        run = create_run(self.project, instruction, name)
        write_split(dataset, run.split_file)
        return run

    def _train(self, run: Run) -> None:
        total = 0

        def on_event(event: RunEvent) -> None:
            nonlocal total
            match event:
                case Started():
                    total = event.epochs * event.steps_per_epoch
                case Stepped() | EpochEnded():
                    self._context.report(f"Training {run.name}", event.step, total)

        state = train_run(
            self.project,
            run,
            should_stop=self._context.is_cancelled,
            on_event=on_event,
            fit=self._fit,
            embedder=self._embedder,
        )
        if state is RunState.STOPPED:
            raise Cancelled


def _judged(division: _Division, pack: Pack) -> _Judged:
    pack_rows = pack.rows_of(division.dataset.photos)
    rows = _held_out(division.dataset, pack_rows)
    crowd = pack.rows_of(division.crowd)
    item_of = division.dataset.item_of[rows]
    return _Judged(np.concatenate([pack_rows[rows], crowd[crowd >= 0]]), item_of)


def _project_in(folder: Path) -> Project:
    root = folder / "recipes.pickglass"
    folder.mkdir(parents=True, exist_ok=True)
    return open_project(root) if is_project(root) else create_project(root)


def _is_of(run: Run, dataset: Dataset, instruction: Instruction) -> bool:
    try:
        same = read_instruction(run) == instruction
        return same and read_split(run.split_file).fingerprint == dataset.fingerprint
    except UserError:
        return False


def _read_result(file: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _held_out(dataset: Dataset, pack_rows: Rows | None = None) -> Rows:
    """Rows of all held-out pairs: nothing is chosen by the validation half here."""
    parts = [dataset.rows(split, pack_rows) for split in (Split.VALIDATION, Split.TEST)]
    return np.concatenate(parts)
