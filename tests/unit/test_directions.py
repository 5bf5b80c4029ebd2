from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.database import open_catalogue
from core.cleaning.hash_photos import hash_pending
from core.embedding.directions.examples import (
    Examples,
    examples_by_picking,
    examples_by_words,
)
from core.embedding.directions.learning import (
    BEST_AXIS,
    RANDOM,
    learn_direction,
    principal_directions,
)
from core.embedding.directions.records import Curve, CurvePoint, Method, alike, cosine
from core.embedding.directions.separating import mean_difference, shrunk_lda
from core.embedding.directions.store import delete_direction, load_directions, save_direction
from core.embedding.directions.words import PATTERN_WORDS, patterns_named
from core.embedding.index import Index, unit
from core.embedding.photo_colours import mean_colour, read_colours
from core.embedding.photo_facts import Coded, Facet, PhotoFacts
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.project import create_project
from core.scrape.demo.words import PATTERNS
from tests.made_catalogue import add_file, add_item, add_source

QUIET = JobContext()
SAME_NAME = {"horizontal_stripes": "stripes", "vertical_stripes": "stripes"}


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        (SAME_NAME.get(pattern, pattern), word)
        for pattern, of_language in PATTERNS.items()
        for words in of_language.values()
        for word in words
        if word
    ],
)
def test_every_word_of_the_demo_is_understood(pattern, word):
    assert patterns_named([f"Kleid {word} Oona Fell M"]) == [{pattern}]


@pytest.mark.parametrize(
    "title",
    ["University sweater", "Le point d'honneur", "Karottenjeans", "Blazer", "Fleurie Paris 2"],
)
def test_words_inside_words_name_nothing(title):
    assert patterns_named([title.replace("Fleurie Paris 2", "Affleurer")]) == [frozenset()]


def test_case_and_accents_do_not_matter():
    texts = ["ROBE A POIS", "marinie\u0300re"]
    words = {"dots": ["à pois"], "stripes": ["marinière"]}
    assert patterns_named(texts, words) == [{"dots"}, {"stripes"}]
    assert patterns_named(["anything"], {"none": [], "blank": ["", " "]}) == [frozenset()]


class Wardrobe:
    """A space in which three axes are colour and one is a pattern that some items bear."""

    def __init__(self, items=300, each=3, pattern=0.9, seed=0, bearing=0.15, dimensions=8):
        rng = np.random.default_rng(seed)
        colour = rng.normal(size=(items, 3))
        self.bears_item = rng.random(items) < bearing
        of_item = np.zeros((items, dimensions))
        of_item[:, :3] = colour
        of_item[:, 3] = pattern * self.bears_item
        of_item[:, 4:] = 0.15 * rng.normal(size=(items, dimensions - 4))
        self.item_of = np.repeat(np.arange(items), each)
        vectors = of_item[self.item_of] + 0.05 * rng.normal(size=(items * each, dimensions))
        self.vectors = unit(vectors.astype(np.float32))
        self.colours = (25 * colour[self.item_of]).astype(np.float32)
        bears = self.bears_item[self.item_of]
        self.examples = Examples(
            "stripes", np.flatnonzero(bears), np.flatnonzero(~bears), np.empty(0, np.int64)
        )
        self.index = make_index(self.vectors)

    def learn(self, **changes):
        return learn_direction(
            self.index,
            self.item_of,
            dataclasses.replace(self.examples, **changes),
            self.colours,
            QUIET,
        )


def make_index(vectors, metric="angular"):
    count = len(vectors)
    return Index(
        np.asarray(vectors, np.float32),
        np.arange(count, dtype=np.int64) + 1000,
        tuple(bytes([n % 256]) * 32 for n in range(count)),
        model_hash="0123456789abcdef" * 4,
        metric=metric,
        run="r",
        side_px=64,
        fit="pad",
    )


@pytest.fixture(scope="module")
def striped():
    wardrobe = Wardrobe()
    return wardrobe, wardrobe.learn()


def test_an_encoded_pattern_is_found_and_its_colour_kept(striped):
    _, direction = striped
    report = direction.report
    assert direction.vector[3] > 0.9
    assert report.is_encoded and report.warnings("stripes") == ()
    assert 0.1 < report.base_rate < 0.2
    assert report.curve.best_share > 0.9
    assert report.curve.colour_at(0.5) > 0.8 * report.curve.points[0].colour
    assert report.stability > 0.95


def test_the_baselines_stand_beside_it(striped):
    _, direction = striped
    curves = {curve.name: curve for curve in direction.report.curves}
    assert set(curves) == {Method.MEAN_DIFFERENCE, Method.SHRUNK_LDA, RANDOM, BEST_AXIS}
    unmoved = {curve.points[0].share for curve in curves.values()}
    assert len(unmoved) == 1 and unmoved.pop() < 0.2
    assert curves[RANDOM].best_share < 0.6 < direction.report.curve.best_share
    assert 0 < direction.report.filter_colour < 1
    assert direction.report.strict.best_share > 0.8


def test_the_better_method_is_kept(striped):
    _, direction = striped
    trade_offs = {curve.name: curve.trade_off for curve in direction.report.curves}
    rivals = (Method.MEAN_DIFFERENCE, Method.SHRUNK_LDA)
    assert trade_offs[direction.report.chosen] == max(trade_offs[name] for name in rivals)
    assert direction.method == direction.report.chosen


def test_a_pattern_that_the_model_does_not_see_is_told_so():
    report = Wardrobe(pattern=0.0).learn().report
    assert not report.is_encoded
    assert "does not encode dots" in report.warnings("dots")[0]
    assert any("cosine" in warning for warning in report.warnings("dots"))


def test_few_examples_are_warned_of():
    wardrobe = Wardrobe()
    report = wardrobe.learn(positive=wardrobe.examples.positive[:30]).report
    assert any("Only 30 examples" in warning for warning in report.warnings("stripes"))


def test_no_item_is_learned_from_and_tried_with(monkeypatch):
    from core.embedding.directions import learning

    wardrobe, seen = Wardrobe(items=60, bearing=0.4), []
    original = learning._try_half

    def spy(space, item_of, colours, learned, tried, *rest):
        rows = [np.concatenate([part.positive, part.negative]) for part in (learned, tried)]
        seen.append([set(item_of[each].tolist()) for each in rows])
        return original(space, item_of, colours, learned, tried, *rest)

    monkeypatch.setattr(learning, "_try_half", spy)
    wardrobe.learn()
    for learned, tried in seen:
        assert learned and tried and not learned & tried
    assert seen[0][0] == seen[1][1]


def test_examples_of_one_item_are_too_few():
    wardrobe = Wardrobe()
    with pytest.raises(UserError, match="too few examples"):
        wardrobe.learn(positive=wardrobe.examples.positive[:3])


def test_learning_is_cancelled_between_two_points():
    wardrobe = Wardrobe()
    context = JobContext(is_cancelled=lambda: True)
    with pytest.raises(Cancelled):
        learn_direction(
            wardrobe.index, wardrobe.item_of, wardrobe.examples, wardrobe.colours, context
        )


def test_without_colours_the_report_says_nothing_of_them():
    wardrobe = Wardrobe(items=80, bearing=0.3)
    wardrobe.colours = np.full_like(wardrobe.colours, np.nan)
    report = wardrobe.learn().report
    assert report.filter_colour is None
    assert all(point.colour is None for point in report.curve.points)


def test_a_line_is_measured_like_a_great_circle():
    wardrobe = Wardrobe(items=120, bearing=0.3)
    wardrobe.index = make_index(5 * wardrobe.vectors, "l2")
    report = wardrobe.learn().report
    assert report.curve.points[-1].extent == pytest.approx(15, rel=0.2)
    assert report.curve.best_share > 0.8


def curve(*points, filter_distinct=None):
    return Curve("c", tuple(CurvePoint(*point) for point in points), filter_distinct)


def test_the_slider_stops_where_results_collapse_onto_few():
    made = curve((0, 0.1, 1, 100), (10, 0.3, 0.9, 80), (20, 0.6, 0.5, 50), (30, 1, 0.1, 49))
    assert made.limit == 20
    assert made.best_share == 0.6
    assert made.colour_at(0.25) == 0.9
    assert made.colour_at(0.7) is None


def test_results_that_are_few_because_bearers_are_few_are_no_collapse():
    points = (0, 0.0, 1, 1000), (10, 0.5, 1, 300), (20, 1.0, 1, 60), (30, 1.0, 1, 49)
    assert curve(*points).limit == 0
    assert curve(*points, filter_distinct=100).limit == 20


def test_the_slider_is_calibrated_in_expected_share():
    made = curve(
        (0, 0.1, 1, 9), (10, 0.05, 1, 9), (20, 0.3, 1, 9), (30, 0.2, 1, 9), (40, 0.5, 1, 9)
    )
    assert made.extent_for(0.1) == 0
    assert made.extent_for(0.2) == pytest.approx(10)
    assert made.extent_for(0.3) == 20
    assert made.extent_for(0.4) == pytest.approx(30)
    assert made.extent_for(0.99) == 40


shares = st.floats(0, 1)


@given(st.lists(st.tuples(shares, shares, st.integers(0, 99)), min_size=1, max_size=12))
def test_more_share_never_needs_less_of_a_move(points):
    made = curve(*((4 * at, p, c, d) for at, (p, c, d) in enumerate(points)))
    extents = [made.extent_for(share) for share in np.linspace(0, 1, 30)]
    assert extents == sorted(extents)
    assert 0 <= extents[-1] <= made.limit
    assert 0 <= made.trade_off <= 1


def test_lda_turns_away_from_what_varies_within_the_groups():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(400, 2)) @ np.array([[3.0, 0], [2.9, 0.3]])
    shift = np.array([1.0, 0.5])
    positive, negative = (noise[:200] + shift).astype(np.float32), noise[200:].astype(np.float32)
    within = np.cov(noise.T)
    ideal = np.linalg.solve(within, shift)
    ideal /= np.linalg.norm(ideal)
    assert shrunk_lda(positive, negative) @ ideal > 0.95
    assert mean_difference(positive, negative) @ ideal < 0.9


def facts_of(titles, photos_each=2):
    item_row = np.repeat(np.arange(len(titles), dtype=np.int32), photos_each)
    kept = np.ones(len(item_row), bool)
    blank = Coded.of([""] * len(titles))
    return PhotoFacts(
        item_row=item_row,
        present=kept,
        kept=kept,
        item_ids=np.arange(len(titles)) + 1,
        titles=tuple(titles),
        texts=tuple(title.casefold() for title in titles),
        facets=dict.fromkeys(Facet, blank),
        prices=np.full(len(titles), np.nan),
        currencies=blank,
    )


def test_a_pattern_is_set_against_the_titles_that_name_another():
    facts = facts_of(["Striped top", "Kleid mit Punkten", "Robe", "T-Shirt uni", "rayé à pois"])
    found = examples_by_words(facts)
    assert set(found) == {"stripes", "dots", "plain"}
    assert found["stripes"].positive.tolist() == [0, 1, 8, 9]
    assert found["stripes"].negative.tolist() == [2, 3, 6, 7]
    assert found["stripes"].queries.tolist() == [6, 7]
    assert found["stripes"].words == PATTERN_WORDS["stripes"]


def test_a_pattern_is_never_set_against_plain_alone():
    facts = facts_of(["Striped top", "plain top", "Robe", "Rock"])
    assert examples_by_words(facts)["stripes"].negative.tolist() == [2, 3, 4, 5, 6, 7]


def test_own_words_make_own_directions():
    facts = facts_of(["Samt Kleid", "Kleid", "Velvet dress", "Hose"])
    found = examples_by_words(facts, {"velvet": ["velvet", "samt"]})
    assert found["velvet"].positive.tolist() == [0, 1, 4, 5]


def test_picked_photos_are_set_against_all_other_items():
    facts = facts_of(["a", "b", "c", "d"])
    picked = examples_by_picking(facts, "frills", [0, 2])
    assert picked.negative.tolist() == [4, 5, 6, 7]
    with pytest.raises(UserError, match="too few"):
        examples_by_picking(facts, "frills", [0, 1])
    with pytest.raises(UserError, match="both with and without"):
        examples_by_picking(facts, "frills", [0, 2], [2, 6])


def test_principal_axes_are_directions_without_a_report():
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(500, 4)) * [0.1, 5, 1, 0.5] + 7
    first, second = principal_directions(make_index(vectors, "l2"), np.arange(500), 2)
    assert np.abs(first.vector).argmax() == 1 and first.vector.max() > 0.99
    assert first.explained > 0.9 > second.explained
    assert first.report is None and first.name == "axis 1"
    assert abs(cosine(first, second)) < 1e-5


def test_directions_that_are_nearly_one_are_flagged():
    rng = np.random.default_rng(4)
    index = make_index(rng.normal(size=(50, 3)))
    one, other, third = principal_directions(index, np.arange(50), 3)
    near = dataclasses.replace(other, name="nearly 1", vector=unit(one.vector + 0.5 * third.vector))
    assert [(pair.name, pair.other) for pair in alike([one, other, near])] == [
        ("axis 1", "nearly 1")
    ]


def test_a_stored_direction_comes_back_with_all_that_was_measured(tmp_path, striped):
    wardrobe, direction = striped
    project = create_project(tmp_path / "p.pickglass")
    named = dataclasses.replace(direction, name="../Streifen / é")
    axis = principal_directions(wardrobe.index, np.arange(50), 1)[0]
    save_direction(project, named)
    save_direction(project, axis)
    again, plain = load_directions(project, direction.model_hash)
    assert (again.name, again.report) == (named.name, named.report)
    assert np.array_equal(again.vector, named.vector)
    assert np.allclose(again.probe.bonuses(wardrobe.vectors), named.probe.bonuses(wardrobe.vectors))
    assert (plain.name, plain.explained, plain.probe) == ("axis 1", axis.explained, None)
    assert load_directions(project, "another model") == ()
    delete_direction(project, again)
    assert [left.name for left in load_directions(project, direction.model_hash)] == ["axis 1"]


def test_a_damaged_direction_is_left_out(tmp_path, striped):
    project = create_project(tmp_path / "p.pickglass")
    save_direction(project, striped[1])
    (file,) = (project.root / "directions").rglob("*.npz")
    file.write_bytes(file.read_bytes()[:100])
    assert load_directions(project, striped[1].model_hash) == ()


def test_colours_come_from_what_was_read_of_the_photos(tmp_path):
    project = create_project(tmp_path / "p.pickglass")
    with open_catalogue(project) as catalogue:
        item = add_item(catalogue, add_source(catalogue, tmp_path / "scrape"), "a")
        for name in ("0.jpg", "1.jpg"):
            add_file(catalogue, item, f"a/{name}", status="new")
        hash_pending(catalogue, QUIET, workers=1)
        rows = catalogue.connection.execute("SELECT id, content_hash FROM photo").fetchall()
        index = dataclasses.replace(
            make_index(np.zeros((3, 2))),
            content_hashes=(rows[0]["content_hash"], b"unknown", rows[1]["content_hash"]),
        )
        colours = read_colours(catalogue, index, np.array([0, 1]), QUIET)
    assert np.isnan(colours).any(axis=1).tolist() == [False, True, True]
    assert 0 <= colours[0, 0] <= 100


def test_the_mean_colour_is_that_of_the_middle():
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[2:6, 2:6] = 255
    assert mean_colour(pixels) == pytest.approx([100, 0, 0], abs=0.5)
