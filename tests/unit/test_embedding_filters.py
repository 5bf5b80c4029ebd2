from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.embedding.filters import PhotoFilter, apply_filter
from core.embedding.index import Index
from core.embedding.photo_facts import NEVER_ASKED, Coded, Facet, PhotoFacts, read_photo_facts
from tests.made_catalogue import add_item, add_photo, add_source


def index_of(catalogue, extra_ids=()):
    rows = catalogue.connection.execute("SELECT id, content_hash FROM photo ORDER BY id DESC")
    photos = [(row["id"], row["content_hash"]) for row in rows] + [(id_, b"x") for id_ in extra_ids]
    return Index(
        np.eye(len(photos), 3, dtype=np.float32),
        np.array([id_ for id_, _ in photos], np.int64),
        tuple(content or b"" for _, content in photos),
        model_hash="m",
        metric="l2",
        run="r",
        side_px=64,
        fit="pad",
    )


def photos_of(index, result):
    return sorted(index.photo_ids[result.rows].tolist())


@pytest.fixture
def wardrobe(catalogue):
    source = add_source(catalogue)
    red = add_item(
        catalogue, source, "a", category="dresses", title="Rotes Kleid", brand="Oona",
        colour="red", price=20.0, currency="EUR", state="done",
    )  # fmt: skip
    blue = add_item(
        catalogue, source, "b", category="dresses", title="STRAẞE dress", brand="Oona",
        colour="blue", price=5.0, currency="GBP",
    )  # fmt: skip
    bare = add_item(catalogue, source, "c", category="tshirts", state="rejected")
    ids = {
        "red": [add_photo(catalogue, red, f"a/{n}.jpg") for n in range(3)],
        "blue": [add_photo(catalogue, blue, f"b/{n}.jpg") for n in range(2)],
        "bare": [add_photo(catalogue, bare, "c/0.jpg")],
    }
    return catalogue, ids, {"red": red, "blue": blue, "bare": bare}


def test_an_empty_filter_lets_all_present_photos_through(wardrobe):
    catalogue, ids, _ = wardrobe
    index = index_of(catalogue)
    result = apply_filter(read_photo_facts(catalogue, index), PhotoFilter())
    assert photos_of(index, result) == sorted(
        photo for of_item in ids.values() for photo in of_item
    )
    assert result.priced == (5.0, 20.0)
    assert PhotoFilter().is_empty
    assert PhotoFilter(chosen={Facet.BRAND: frozenset()}).is_empty
    assert not PhotoFilter(text="x").is_empty
    assert not PhotoFilter(chosen={Facet.BRAND: frozenset({""})}).is_empty


def test_photos_deleted_changed_or_unreadable_since_indexing_never_pass(wardrobe):
    catalogue, ids, _ = wardrobe
    index = index_of(catalogue, extra_ids=[900])
    with catalogue.transaction() as connection:
        connection.execute("DELETE FROM photo WHERE id = ?", [ids["blue"][0]])
        connection.execute("UPDATE photo SET content_hash = x'00' WHERE id = ?", [ids["red"][0]])
        connection.execute("UPDATE photo SET status = 'unreadable' WHERE id = ?", [ids["red"][1]])
    facts = read_photo_facts(catalogue, index)
    assert photos_of(index, apply_filter(facts, PhotoFilter())) == sorted(
        [ids["red"][2], ids["blue"][1], ids["bare"][0]]
    )
    gone = facts.item_of[index.rows_of([900, ids["blue"][0]])]
    assert (gone < 0).all() and gone[0] != gone[1]


def test_rejected_photos_and_items_are_left_out_on_request(wardrobe):
    catalogue, ids, _ = wardrobe
    with catalogue.transaction() as connection:
        connection.execute("UPDATE photo SET verdict = 'rejected' WHERE id = ?", [ids["red"][0]])
    index = index_of(catalogue)
    result = apply_filter(read_photo_facts(catalogue, index), PhotoFilter(only_kept=True))
    assert photos_of(index, result) == sorted(ids["red"][1:] + ids["blue"])


def test_counts_say_what_choosing_another_value_would_give(wardrobe):
    catalogue, ids, _ = wardrobe
    index = index_of(catalogue)
    facts = read_photo_facts(catalogue, index)
    result = apply_filter(facts, PhotoFilter(chosen={Facet.COLOUR: frozenset({"red"})}))
    assert photos_of(index, result) == ids["red"]
    counts = {
        facet: dict(zip(facts.facets[facet].values, result.counts[facet], strict=True))
        for facet in Facet
    }
    assert counts[Facet.COLOUR] == {"": 1, "blue": 2, "red": 3}
    assert counts[Facet.CATEGORY] == {"dresses": 3, "tshirts": 0}
    assert counts[Facet.CLEANED] == {"cleaned": 3, "not cleaned yet": 0}
    assert counts[Facet.AVAILABILITY] == {NEVER_ASKED: 3}


def test_prices_pass_between_the_bounds_and_in_the_currency(wardrobe):
    catalogue, ids, _ = wardrobe
    index = index_of(catalogue)
    facts = read_photo_facts(catalogue, index)

    def priced(**wanted):
        return photos_of(index, apply_filter(facts, PhotoFilter(**wanted)))

    assert priced(price_from=5.0) == sorted(ids["red"] + ids["blue"])
    assert priced(price_from=5.01) == ids["red"]
    assert priced(price_to=19.99) == ids["blue"]
    assert priced(price_to=100.0, currency="GBP") == ids["blue"]


def test_text_ignores_case_and_wants_every_word(wardrobe):
    catalogue, ids, _ = wardrobe
    index = index_of(catalogue)
    facts = read_photo_facts(catalogue, index)
    assert photos_of(index, apply_filter(facts, PhotoFilter(text="strasse OONA"))) == ids["blue"]
    assert photos_of(index, apply_filter(facts, PhotoFilter(text="strasse kleid"))) == []


def test_availability_is_a_facet(wardrobe):
    catalogue, ids, items = wardrobe
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO availability VALUES (?, 'sold', 'the page says so', 1.0)", [items["red"]]
        )
    index = index_of(catalogue)
    facts = read_photo_facts(catalogue, index)
    sold = PhotoFilter(chosen={Facet.AVAILABILITY: frozenset({"sold"})})
    assert photos_of(index, apply_filter(facts, sold)) == ids["red"]


def test_a_catalogue_without_items_has_nothing_to_filter(catalogue):
    index = index_of(catalogue, extra_ids=[1, 2])
    result = apply_filter(read_photo_facts(catalogue, index), PhotoFilter())
    assert len(result.rows) == 0 and result.priced is None


VALUES = ("", "a", "b")


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_rows_and_counts_are_those_of_asking_every_photo(data):
    items = data.draw(st.integers(1, 8))
    words = st.lists(st.sampled_from(VALUES), min_size=items, max_size=items)
    columns = {facet: data.draw(words) for facet in Facet}
    prices = data.draw(
        st.lists(st.sampled_from([np.nan, 1.0, 2.0, 3.0]), min_size=items, max_size=items)
    )
    photos = data.draw(st.lists(st.tuples(st.integers(-1, items - 1), st.booleans()), max_size=30))
    item_row = np.array([item for item, _ in photos], np.int32)
    present = np.array([item >= 0 and here for item, here in photos], bool)
    facts = PhotoFacts(
        item_row=item_row,
        present=present,
        kept=present,
        item_ids=np.arange(items) + 100,
        titles=("",) * items,
        texts=("",) * items,
        facets={facet: Coded.of(column) for facet, column in columns.items()},
        prices=np.array(prices),
        currencies=Coded.of([""] * items),
    )
    chosen = {
        facet: data.draw(st.frozensets(st.sampled_from(VALUES), max_size=2))
        for facet in data.draw(st.sets(st.sampled_from(list(Facet)), max_size=3))
    }
    low = data.draw(st.sampled_from([None, 1.5, 2.0]))
    result = apply_filter(facts, PhotoFilter(chosen=chosen, price_from=low))

    def passes(item, without=None):
        return (low is None or prices[item] >= low) and all(
            columns[facet][item] in values
            for facet, values in chosen.items()
            if values and facet is not without
        )

    shown = [at for at in range(len(photos)) if present[at]]
    assert result.rows.tolist() == [at for at in shown if passes(item_row[at])]
    for facet in Facet:
        for value, count in zip(facts.facets[facet].values, result.counts[facet], strict=True):
            assert count == sum(
                columns[facet][item_row[at]] == value and passes(item_row[at], facet)
                for at in shown
            )


WORDS = ("a", "ab", "b", "c", "abc", " ")


@given(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map("".join), min_size=1, max_size=12),
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
)
def test_words_are_found_as_by_asking_every_text(texts, asked):
    count = len(texts)
    column = Coded.of([""] * count)
    facts = PhotoFacts(
        item_row=np.arange(count, dtype=np.int32),
        present=np.ones(count, bool),
        kept=np.ones(count, bool),
        item_ids=np.arange(count),
        titles=("",) * count,
        texts=tuple(texts),
        facets=dict.fromkeys(Facet, column),
        prices=np.full(count, np.nan),
        currencies=column,
    )

    rows = apply_filter(facts, PhotoFilter(text=asked)).rows.tolist()

    assert rows == [n for n, of in enumerate(texts) if all(word in of for word in asked.split())]
