from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_catalogue import add_hint, add_item, add_photo, add_source

from core.catalogue.database import open_catalogue
from core.cleaning.splits import Split
from core.images import decode
from core.project import create_project
from core.scrape.demo.truth import Kind, TruthRow, write_ground_truth
from core.training.evaluation.dirt import suspected_dirt, true_dirt
from core.training.evaluation.held_out import held_out
from core.training.evaluation.histogram import colour_histograms
from core.training.evaluation.report import make_report, report_from_json
from core.training.evaluation.retrieval import Retrieval
from core.training.evaluation.rows import RowKind, evaluate_row
from core.training.photos import Dataset, TrainingItem, TrainingPhoto

PAIRS = 12


def dataset_of(pairs=PAIRS, source="catalogue"):
    """Test pairs 0, 1, … of turn about skirts and <coats>, and one item that trains."""
    items = [TrainingItem("trains", "skirts", source)]
    items += [TrainingItem(f"item {n}", ("skirts", "<coats>")[n % 2], source) for n in range(pairs)]
    counts = [3, *[2] * pairs]
    item_of = np.repeat(np.arange(pairs + 1, dtype=np.int32), counts)
    photos = tuple(
        TrainingPhoto(n, bytes([n]) * 32, Path(f"/scrape/{n}.jpg"), None)
        for n in range(len(item_of))
    )
    return Dataset(tuple(items), photos, item_of, np.array([0, *[2] * pairs], np.int8))


def numbered_pixels(places):
    """Pictures whose brightness is their place."""
    return np.stack([np.full((16, 16, 3), place, np.uint8) for place in places])


def on_a_line(at):
    return np.array(at, np.float32)[:, None]


@pytest.fixture
def photos():
    return held_out(dataset_of(), Split.TEST)


@pytest.fixture
def good(photos):
    """Partners side by side, far from all others, but for the pairs 3 and 4, which are crossed."""
    at = [10 * (n // 2) + n % 2 for n in range(2 * PAIRS)]
    at[7], at[9] = at[9], at[7]
    return evaluate_row("mine", RowKind.RUN, on_a_line(at), photos, "l2", seed=1)


def test_the_held_out_photos_are_those_of_the_split_pair_by_pair(photos):
    assert photos.rows.tolist() == list(range(3, 3 + 2 * PAIRS))
    assert photos.items[:3] == ("item 0", "item 0", "item 1")
    assert photos.categories[:3] == ("skirts", "skirts", "<coats>")
    pack_rows = np.arange(3 + 2 * PAIRS)
    pack_rows[4] = -1
    assert held_out(dataset_of(), Split.TEST, pack_rows).items[0] == "item 1"


def test_a_row_has_the_shares_of_all_and_of_each_category(good):
    top = good.top
    assert top[1].share == pytest.approx(20 / 24) and top[10].share == 1
    assert top[1].low < top[1].share < top[1].high
    assert {name: part.queries for name, part in good.by_category.items()} == {
        "<coats>": 12,
        "skirts": 12,
    }
    # Item 3 is a coat and item 4 a skirt.
    assert good.by_category["<coats>"].top[1].share == pytest.approx(10 / 12)
    assert good.by_dirt == {}


def test_the_worst_misses_name_a_pair_once_and_what_came_first_instead(good):
    assert len(good.misses) == 2
    first = good.misses[0]
    assert first.rank > 1 and {first.query // 2, first.partner // 2} == {first.query // 2}
    assert first.partner != first.query and first.nearest[0] // 2 != first.query // 2
    assert {miss.query // 2 for miss in good.misses} == {3, 4}
    assert all(miss.query not in miss.nearest and len(miss.nearest) == 5 for miss in good.misses)


def test_a_pair_counts_for_what_is_wrong_with_either_photo():
    dirt = [frozenset()] * (3 + 2 * PAIRS)
    dirt[3], dirt[5], dirt[6] = frozenset({"tag"}), frozenset({"tag", "mirrored"}), frozenset()
    photos = held_out(dataset_of(), Split.TEST, dirt=dirt)
    at = [10 * (n // 2) + n % 2 for n in range(2 * PAIRS)]
    at[1] = 1000
    row = evaluate_row("x", RowKind.RUN, on_a_line(at), photos, "l2", seed=0)
    assert {name: (p.queries, p.top[1].share) for name, p in row.by_dirt.items()} == {
        "clean": (20, 1.0),
        "tag": (4, 0.5),
        "mirrored": (2, 1.0),
    }


@pytest.fixture
def report(photos, good):
    pixels = numbered_pixels([n // 2 * 20 for n in range(2 * PAIRS)])
    rng = np.random.default_rng(0)
    random = rng.normal(size=(2 * PAIRS, 4)).astype(np.float32)
    rows = [
        good,
        evaluate_row("random network", RowKind.RANDOM, random, photos, "angular", seed=1),
        evaluate_row(
            "colour histogram",
            RowKind.HISTOGRAM,
            colour_histograms(pixels),
            photos,
            "angular",
            seed=1,
            many=Retrieval(9, 0.5, 0.25),
        ),
    ]
    return make_report(rows, photos, "f" * 64, numbered_pixels, many="of 3 <items>")


def test_the_baselines_come_first_and_the_text_has_a_line_for_each(report):
    lines = report.to_text().splitlines()
    assert lines[0].startswith("Test: 12 pairs, each photo looks for its partner among the 23")
    assert lines[2].split() == ["Top-1", "Top-5", "Top-10", "R@1", "MAP@R"]
    assert [line[:16].strip() for line in lines[3:6]] == [
        "colour histogram",
        "random network",
        "mine",
    ]
    assert lines[3].endswith("50.0    25.0") and lines[5].endswith("–       –")
    assert lines[5].split()[1] == "83.3" and "100.0" in lines[5]


def test_one_pair_is_not_spoken_of_as_several(report):
    lines = replace(report, n_photos=2).to_text().splitlines()
    assert lines[0].startswith("Test: 1 pair, each photo looks for its partner among the 1 other;")


def test_json_holds_all_but_the_pictures(report):
    again = report_from_json(report.to_json())
    assert again.rows == report.rows
    assert again.to_text() == report.to_text()
    assert again.photos.keys() == report.photos.keys()
    assert all(photo.jpeg == b"" for photo in again.photos.values())


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pickglass_evaluation": 99}'])
def test_json_that_is_no_evaluation_is_refused(text):
    with pytest.raises(ValueError):
        report_from_json(text)


def test_the_page_needs_nothing_else_and_shows_the_misses(report):
    page = report.to_html()
    assert "<coats>" not in page and "&lt;coats&gt;" in page and "of 3 &lt;items&gt;" in page
    assert not re.search(r"(src|href)=\"(?!data:)", page) and "<script" not in page
    assert "By category" in page and "By what is wrong" not in page
    assert "Worst misses of mine" in page and "Worst misses of random" not in page
    (miss, *_) = report.rows[-1].misses
    shown = page[page.index("Worst misses of mine") :]
    pictures = re.findall(r"base64,([^\"]+)\"", shown)[: 2 + len(miss.nearest)]
    brightness = [decode(base64.b64decode(data)).pixels.mean() for data in pictures]
    expected = [miss.query, miss.partner, *miss.nearest]
    assert np.allclose(brightness, expected, atol=2)


def test_suspected_dirt_is_what_hints_say(tmp_path):
    with open_catalogue(create_project(tmp_path / "p.pickglass")) as catalogue:
        item = add_item(catalogue, add_source(catalogue), "item")
        first, second, third = (add_photo(catalogue, item, str(n)) for n in range(3))
        add_hint(catalogue, "near copy", second, first)
        add_hint(catalogue, "tag", second)
        photos = tuple(
            TrainingPhoto(key, bytes(32), Path("/x"), None) for key in (first, second, third)
        )
        items = (TrainingItem("item", "", "catalogue"),)
        dataset = Dataset(items, photos, np.zeros(3, np.int32), np.zeros(1, np.int8))
        found = suspected_dirt(dataset, catalogue.project)
        assert found == (frozenset(), frozenset({"near copy", "tag"}), frozenset())
        elsewhere = Dataset(
            (TrainingItem("item", "", "/out"),), photos, dataset.item_of, dataset.split_of
        )
        assert suspected_dirt(elsewhere, catalogue.project) == (frozenset(),) * 3


def test_true_dirt_is_what_the_ground_truth_says(tmp_path):
    def truth(path, kind):
        return TruthRow(path, "a", "", kind, "", "", "", "", "", "")

    write_ground_truth(
        tmp_path / "ground_truth.csv",
        [
            truth("a/0.jpg", Kind.CLEAN),
            truth("a/1.jpg", Kind.BYTE_COPY),
            truth("a/2", Kind.NO_EXTENSION),
        ],
    )
    photos = tuple(
        TrainingPhoto(n, bytes(32), tmp_path / "scrape" / name, None)
        for n, name in enumerate(("a/0.jpg", "a/1.jpg", "a/2", "a/9"))
    )
    dataset = Dataset(
        (TrainingItem("a", "", "catalogue"),), photos, np.zeros(4, np.int32), np.zeros(1, np.int8)
    )
    nothing = frozenset()
    assert true_dirt(dataset, tmp_path) == (nothing, frozenset({"byte copy"}), nothing, nothing)
