"""The recipe table with fitting and networks faked; the demo's three data sets for real."""

from __future__ import annotations

import csv
import json
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from made_items import make_project

from core.cleaning.splits import Split
from core.commands.frame import run_verb
from core.errors import UserError
from core.images import encode_jpeg, load
from core.jobs.context import Cancelled, JobContext
from core.project import create_project
from core.scrape.demo.truth import TruthRow
from core.training.dataset import read_dataset
from core.training.instruction import Data
from core.training.recipes import lab as lab_module
from core.training.recipes.demo_data import LEVELS, read_demo
from core.training.recipes.lab import RecipeLab
from core.training.recipes.recipes import RECIPES, find_recipe, recipe_instruction
from core.training.recipes.table import Line, RecipeTable
from core.training.run_events import EpochEnded, Started
from core.training.runs import list_runs
from core.training.sources.loose_photos import loose_photos
from main import VERBS

sys.path.append(str(Path(__file__).parents[1] / "fakes"))
from fake_embedder import FakeEmbedder


@dataclass(frozen=True)
class Fitted:
    stopped: bool = False
    reason: str = "done"


class FakeFit:
    """Leaves a network and remembers what it was given."""

    def __init__(self):
        self.fitted = []

    def __call__(self, instruction, dataset, pack, folder, tell, should_stop, keep):
        if should_stop():
            return Fitted(stopped=True)
        self.fitted.append((instruction, dataset))
        tell(Started(1.0, "a fake", "torch", 1, 4, 8, 9))
        tell(EpochEnded(1, 4, 0.5, 1.0))
        (folder / "model.keras").write_bytes(b"weights")
        return Fitted()


@pytest.fixture
def fit():
    return FakeFit()


@pytest.fixture
def make_lab(tmp_path, fit):
    def make_lab(context=None, steps=40, crowd=(), drawn=None):
        return RecipeLab(
            tmp_path / "work",
            steps=steps,
            side_px=16,
            seeds=(0, 1),
            context=context or JobContext(),
            crowd=crowd,
            drawn=drawn,
            embedder=FakeEmbedder(),
            fit=fit,
        )

    return make_lab


@pytest.fixture
def dataset(tmp_path):
    return read_dataset(Data(), seed=0, project=make_project(tmp_path))


def test_recipes_are_trained_for_equal_steps_and_judged_at_their_end():
    for name in RECIPES:
        instruction = recipe_instruction(name, steps=400, side_px=64, seed=3)
        fitting = instruction.fitting
        assert fitting.epochs * fitting.steps_per_epoch == 400
        assert (fitting.evaluate_every, fitting.patience) == (fitting.epochs, None)
        assert (instruction.seed, instruction.data.side_px) == (3, 64)


def test_the_steps_away_from_the_original_change_one_thing_each():
    original, bn, pk = (
        recipe_instruction(name, steps=40, side_px=140, seed=0)
        for name in ("original", "original+bn", "original+bn+pk")
    )
    assert original.model.filters == (16, 32, 64, 128, 256)
    assert bn == original.model_copy(
        update={"model": original.model.model_copy(update={"batch_norm": True})}
    )
    assert pk.sampler.method == "items_by_photos"
    assert pk.model_copy(update={"sampler": original.sampler}) == bn


@pytest.mark.parametrize(("side_px", "convolutions"), [(140, 5), (139, 4), (64, 3), (16, 2)])
def test_the_original_has_as_many_convolutions_as_the_photos_allow(side_px, convolutions):
    original = recipe_instruction("original", steps=40, side_px=side_px, seed=0)
    assert len(original.model.filters) == convolutions


def test_an_unknown_recipe_is_told_with_the_nearest():
    with pytest.raises(UserError, match="no recipe called “orignal”") as error:
        recipe_instruction("orignal", steps=1, side_px=64, seed=0)
    assert "Did you mean “original”?" in error.value.remedy


def test_presets_and_instruction_files_are_recipes_too(tmp_path):
    mine = tmp_path / "mine.json"
    mine.write_text('{"extends": "original", "loss": {"margin": 0.05}}')
    instruction = recipe_instruction(str(mine), steps=40, side_px=64, seed=0)
    assert (instruction.loss.margin, instruction.data.side_px) == (0.05, 64)
    assert find_recipe(str(mine)).name == "mine"
    assert find_recipe("mobilenet_v2").make().model.name == "mobilenet_v2"
    with pytest.raises(UserError, match="cannot be read"):
        recipe_instruction("gone.json", steps=40, side_px=64, seed=0)


def test_the_table_has_the_baselines_and_every_recipe_with_every_seed(make_lab, dataset, fit):
    table = make_lab().table("made", dataset, ["original", "ours"])
    names = [line.name for line in table.lines]
    assert names == ["colour histogram", "random network", "original", "ours"]
    assert [len(line.tops) for line in table.lines] == [1, 2, 2, 2]
    assert len(fit.fitted) == 4
    assert {instruction.seed for instruction, _ in fit.fitted} == {0, 1}
    assert table.photos == 12  # both halves of the six pairs
    assert table.lines[1].tops[0][10] == 0  # ties count against us
    assert table.lines[3].tops[0][1] > 0.5
    assert "ours" in str(table)


def test_an_interrupted_table_goes_on_and_a_changed_recipe_is_trained_again(
    make_lab, dataset, fit, monkeypatch
):
    stopping = JobContext(is_cancelled=lambda: len(fit.fitted) == 1)
    with pytest.raises(Cancelled):
        make_lab(stopping).table("made", dataset, ["original", "ours"])
    lab = make_lab()
    lab.table("made", dataset, ["original", "ours"])
    assert len(fit.fitted) == 4
    lab.table("made", dataset, ["original", "ours"])
    assert len(fit.fitted) == 4
    tuned = lambda *given, **more: recipe_instruction(*given, **more).model_copy(  # noqa: E731
        update={"description": "tuned"}
    )
    monkeypatch.setattr(lab_module, "recipe_instruction", tuned)
    lab.table("made", dataset, ["ours"])
    assert len(fit.fitted) == 6
    make_lab(steps=80).table("made", dataset, ["ours"])
    assert len(fit.fitted) == 8
    assert len(list_runs(lab.project)) == 6  # the runs of the untuned recipe are in the trash


def test_partners_are_looked_for_among_further_photos_without_training_again(
    make_lab, dataset, fit, tmp_path
):
    alone = make_lab().table("made", dataset, ["ours"])
    rows = np.concatenate([dataset.rows(split) for split in (Split.VALIDATION, Split.TEST)])
    held_out = [dataset.photos[row] for row in rows]
    # Every query again with its last pixels changed, so that each partner has a rival as near.
    rivals = []
    for number, photo in enumerate(held_out):
        pixels = load(photo.file).pixels.copy()
        pixels[-2:, -2:] ^= 1
        rivals.append(tmp_path / f"crowd/{number}.jpg")
        rivals[-1].parent.mkdir(exist_ok=True)
        rivals[-1].write_bytes(encode_jpeg(pixels, 95))
    crowd = loose_photos([tmp_path / "crowd"], set(), JobContext(), what_for="this", remedy="None.")
    among = make_lab(crowd=[*crowd, *held_out]).table("made", dataset, ["ours"])
    assert (alone.crowd, among.crowd) == (0, len(rivals))  # no held-out photo is its own rival
    assert alone.lines[-1].tops[0][1] > among.lines[-1].tops[0][1]
    assert len(fit.fitted) == 2
    assert make_lab().table("made", dataset, ["ours"]) == alone


def test_pairs_can_be_drawn_anew_for_each_seed(make_lab, dataset, fit):
    table = make_lab(drawn=4, crowd=dataset.photos).table("made", dataset, ["ours"])
    assert [len(line.tops) for line in table.lines] == [2, 2, 2]
    assert (table.photos, table.drawn) == (8, True)
    assert "8 queries among held-out pairs and" in str(table)
    assert "drawn anew for each seed" in str(table)
    (_, one), (_, other) = fit.fitted
    for divided in (one, other):
        held_out = {
            divided.items[divided.item_of[row]].key
            for split in (Split.VALIDATION, Split.TEST)
            for row in divided.rows(split)
        }
        assert len(held_out) == 4
    assert one.fingerprint != other.fingerprint
    trained_on = [len(divided.rows(Split.TRAIN)) for divided in (one, other)]
    # Of the twelve items' photos, no drawn item's are rivals of its own pair, left out or not.
    assert table.crowd == table.training_photos == round(np.mean(trained_on))
    make_lab().table("made", dataset, ["ours"])
    assert len(fit.fitted) == 4
    make_lab(drawn=4).table("made", dataset, ["ours"])
    assert len(fit.fitted) == 4


def test_a_recipe_that_fails_leaves_the_others_and_is_tried_again(
    make_lab, dataset, fit, monkeypatch
):
    def diverging(instruction, *rest):
        if instruction.loss.name == "proxy_anchor" and instruction.seed == 1:
            raise UserError("The training has diverged", remedy="Take a lower rate.")
        return fit(instruction, *rest)

    lab = make_lab()
    monkeypatch.setattr(lab, "_fit", diverging)
    lines = lab.table("made", dataset, ["proxy-anchor", "ours"]).lines[2:]
    assert [len(line.tops) for line in lines] == [1, 2]
    assert lines[0].failed == ("seed 1: The training has diverged",)
    assert "FAILED: seed 1" in lines[0].words()
    assert Line("x", "y", (), ("seed 0: it burst",)).cells() == ["–"] * 3
    assert not make_lab().table("made", dataset, ["proxy-anchor"]).lines[2].failed


def test_lines_show_the_mean_and_how_far_seeds_scatter():
    line = Line("x", "y", ({1: 0.2, 5: 0.5, 10: 0.5}, {1: 0.3, 5: 0.5, 10: 0.7}))
    assert line.cells() == ["25.0 ± 7.1", "50.0 ± 0.0", "60.0 ± 14.1"]
    assert Line("x", "y", ({1: 0.2, 5: 0.5, 10: 0.5},)).cells() == ["20.0", "50.0", "50.0"]
    text = str(RecipeTable("t", 4, False, 0, 9, 40, 16, (0, 1), (line,)))
    assert "4 queries among held-out pairs, 9 training photos of 16 px, 40 steps" in text
    text = str(RecipeTable("t", 4, False, 50, 9, 40, 16, (0, 1), (line,)))
    assert "4 queries among held-out pairs and 50 further photos, 9 training photos" in text


def write_garment(file, garment, shot):
    """Sharp and large, for no hint to call it a bad photo; a garment's photos share a colour."""
    colour = np.random.default_rng(ord(garment or "x")).integers(60, 200, 3)
    of_shot = np.random.default_rng(zlib.crc32(shot.encode()))
    blocks = np.clip(colour + of_shot.integers(-60, 60, (12, 9, 3)), 0, 255)
    pixels = np.kron(blocks, np.ones((40, 40, 1), int))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(encode_jpeg(pixels.astype(np.uint8), 90))


@pytest.fixture
def demo(tmp_path):
    """Garments a to e with two clean photos, f and g with three; dirt among them.

    Item a2 lists garment a again; f has a byte copy and a photo of another garment.
    """
    rows = []

    def add(item, garment, kind="clean", source="", like=None):
        number = sum(row.item == item for row in rows)
        path = f"{item}/{number:02d}.jpg"
        write_garment(tmp_path / "demo/scrape" / path, garment, like or path)
        rows.append(TruthRow(path, item, garment, kind, source, "", "", "", item.split("/")[0], ""))
        return path

    for garment in "bcde":
        for _ in range(2):
            add(f"coats/{garment}", garment)
    add("coats/a", "a")
    add("coats/a2", "a")
    add("coats/a2", "a", "relisted", "coats/a/00.jpg", like="coats/a/00.jpg")
    for garment in "fg":
        for _ in range(3):
            add(f"coats/{garment}", garment)
    add("coats/f", "f", "byte_copy", "coats/f/00.jpg", like="coats/f/00.jpg")
    add("coats/f", "g", "other_item")
    add("coats/g", "", "empty")
    (tmp_path / "demo/scrape/coats/g/03.jpg").write_bytes(b"")
    with (tmp_path / "demo/ground_truth.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(TruthRow.__dataclass_fields__))
        writer.writeheader()
        writer.writerows(vars(row) for row in rows)
    return tmp_path / "demo"


def test_the_demos_three_data_sets_share_their_clean_pairs(tmp_path, demo):
    datasets = read_demo(create_project(tmp_path / "p.pickglass"), demo, JobContext())
    assert tuple(datasets) == LEVELS
    held_out = [
        [
            dataset.photos[row].file.relative_to(demo / "scrape").as_posix()
            for split in (Split.VALIDATION, Split.TEST)
            for row in dataset.rows(split)
        ]
        for dataset in datasets.values()
    ]
    assert held_out[0] == held_out[1] == held_out[2]
    # Garment a has its two clean photos in two items.
    folders = [path.split("/")[1] for path in held_out[0]]
    assert sorted(folders) == ["a", "a2", "b", "b", "c", "c", "d", "d", "e", "e"]
    training = {level: len(dataset.rows(Split.TRAIN)) for level, dataset in datasets.items()}
    assert training == {"dirty": 8, "hints": 7, "clean": 6}
    assert len({dataset.fingerprint for dataset in datasets.values()}) == 3


def test_a_demo_without_pairs_is_refused_with_the_remedy(tmp_path, demo):
    with (demo / "ground_truth.csv").open() as file:
        header, *rows = file.readlines()
    without = [row if "/f/" in row or "/g/" in row else row.replace("clean", "tag") for row in rows]
    (demo / "ground_truth.csv").write_text("".join([header, *without]))
    with pytest.raises(UserError, match="0 garments with exactly two clean photos") as error:
        read_demo(create_project(tmp_path / "p.pickglass"), demo, JobContext())
    assert "more items" in error.value.remedy


def test_cleaning_pays_puts_the_three_side_by_side(make_lab, fit, demo):
    lab = make_lab()
    table = lab.cleaning_pays(read_demo(lab.project, demo, JobContext()), "ours")
    assert [line.name for line in table.lines] == ["colour histogram", *LEVELS]
    assert [len(data.rows(Split.TRAIN)) for _, data in fit.fitted] == [8, 8, 7, 7, 6, 6]
    assert "ours on 7 photos" in table.lines[2].what


@pytest.fixture
def compare(tmp_path, fit, monkeypatch, capsys):
    """Runs the verb with fakes; its exit code and its result as JSON."""
    monkeypatch.setattr(lab_module, "KerasEmbedder", FakeEmbedder)
    monkeypatch.setattr("core.training.train_run._fit_with_keras", fit)

    def compare(*arguments):
        out = ["--out", str(tmp_path / "table.json"), "--json"]
        small = ["--steps", "10", "--side", "16", "--seeds", "0"]
        code = run_verb(VERBS, ["recipes", *small, *out, *map(str, arguments)])
        return code, json.loads(capsys.readouterr().out)

    return compare


def test_the_verb_compares_recipes_on_a_scrape(compare, tmp_path):
    make_project(tmp_path / "made")
    code, told = compare("--items", tmp_path / "made/scrape", "--recipes", "original,ours")
    assert code == 0
    assert [line["name"] for line in told["table"]["lines"]][2:] == ["original", "ours"]
    assert json.loads((tmp_path / "table.json").read_text()) == told["table"]


def test_the_verb_draws_pairs(compare, tmp_path, fit):
    make_project(tmp_path / "made")
    scrape = tmp_path / "made/scrape"
    code, told = compare("--items", scrape, "--recipes", "ours", "--draw", "3")
    assert code == 0
    assert (told["table"]["photos"], told["table"]["drawn"]) == (6, True)
    code, told = compare("--items", scrape, "--recipes", "ours", "--draw", "11")
    assert code == 1
    assert "11 items cannot be drawn of 12" in told["error"]["message"]
    assert len(fit.fitted) == 1


def test_a_table_is_not_continued_with_other_photos(compare, tmp_path):
    for folder in ("one", "two"):
        make_project(tmp_path / folder, pairs=4, threes=4 + len(folder))
    assert compare("--items", tmp_path / "one/scrape", "--recipes", "ours")[0] == 0
    code, told = compare("--items", tmp_path / "two/scrape", "--recipes", "ours")
    assert code == 1
    assert "begun with other photos" in told["error"]["message"]


def test_the_verb_measures_what_cleaning_pays(compare, demo):
    code, told = compare("--demo", demo, "--cleaning-pays", "--recipes", "ours")
    assert code == 0
    assert [line["name"] for line in told["table"]["lines"]][1:] == list(LEVELS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--items", ".", "--cleaning-pays"], "measured on a demo"),
        (["--items", ".", "--recipes", "nothing"], "no recipe called"),
        (["--items", ".", "--seeds", "many"], "names no seeds"),
        (["--items", ".", "--steps", "0"], "Nothing can be trained"),
        (["--items", ".", "--draw", "1"], "cannot be drawn so"),
        (["--demo", ".", "--draw", "4", "--cleaning-pays"], "cannot be drawn so"),
        (["--items", ".", "--among", "nowhere"], "no such folder of photos for --among"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_any_work(compare, fit, arguments, message):
    code, told = compare(*arguments)
    assert code == 1
    assert message in told["error"]["message"]
    assert not fit.fitted
