from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.jobs.context import JobContext
from core.scrape import json_stream
from core.scrape.catalogue_dump import read_catalogue_dump
from core.scrape.catalogue_item import metadata_of, photos_of
from core.scrape.clean_text import plain_extra
from core.scrape.found import Notes
from core.scrape.json_stream import DamagedJson, objects


def item(id_, *urls, **more):
    photos = [{"id": n, "url": url} for n, url in enumerate(urls)]
    return {"id": id_, "title": f"Item {id_}", "photos": photos, **more}


def read(path):
    notes = Notes()
    reading = read_catalogue_dump(path, notes, JobContext())
    return list(reading.items), [warning.message for warning in notes.warnings()]


ITEMS = [item(1, "https://x.test/1.jpg", "https://x.test/2.jpg"), item(2, "https://x.test/3.jpg")]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ITEMS),
        json.dumps(ITEMS, indent=2),
        json.dumps({"code": 0, "items": ITEMS, "pagination": {"page": 1}}),
        json.dumps({"data": {"items": ITEMS}}),
        "\n".join(map(json.dumps, ITEMS)),
        "\ufeff" + "\r\n\r\n".join(map(json.dumps, ITEMS)) + "\n",
        "\n".join(json.dumps({"items": [one]}) for one in ITEMS),
        json.dumps([{"items": ITEMS[:1]}, {"items": ITEMS[1:]}]),
    ],
)
def test_every_form_of_dump_gives_the_same_items(tmp_path, text):
    (tmp_path / "dump").write_text(text, "utf-8")
    items, warnings = read(tmp_path / "dump")
    assert [(found.key, len(found.photos)) for found in items] == [("1", 2), ("2", 1)]
    assert items[0].photos[1].url == "https://x.test/2.jpg"
    assert items[0].metadata.title == "Item 1"
    assert warnings == []


def test_a_large_list_is_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(json_stream, "_CHUNK", 64)
    (tmp_path / "dump").write_text(json.dumps({"page": 1, "items": ITEMS * 50, "end": [1]}))
    assert [found["id"] for found in objects(tmp_path / "dump")] == [1, 2] * 50


def test_what_comes_before_the_damage_is_read(tmp_path):
    (tmp_path / "dump").write_text(json.dumps(ITEMS)[:-20])
    items, warnings = read(tmp_path / "dump")
    assert [found.key for found in items] == ["1"]
    assert warnings == ["A dump is damaged; what comes before the damage was read"]


def test_an_item_that_occurs_again_is_one_with_the_photos_of_all(tmp_path):
    dump = [
        item(1, "https://x.test/1.jpg", price="5"),
        item(2, "https://x.test/9.jpg"),
        {
            **item(1, "https://x.test/2.jpg", price="4"),
            "photos": [{"id": 7, "url": "https://x.test/2.jpg"}],
        },
    ]
    (tmp_path / "dump").write_text(json.dumps(dump))
    items, warnings = read(tmp_path / "dump")
    assert [found.key for found in items] == ["2", "1"]
    assert [photo.url for photo in items[1].photos] == [
        "https://x.test/1.jpg",
        "https://x.test/2.jpg",
    ]
    assert items[1].metadata.price == 4.0
    assert warnings == ["Items that occur several times were taken as one"]


def test_all_dumps_in_a_folder_are_read_in_natural_order(tmp_path):
    (tmp_path / "page_10.json").write_text(json.dumps({"items": ITEMS[1:]}))
    (tmp_path / "page_9.json").write_text(json.dumps({"items": ITEMS[:1]}))
    assert [found.key for found in read(tmp_path)[0]] == ["1", "2"]


def test_entries_that_are_no_items_and_items_without_photos_are_told(tmp_path):
    (tmp_path / "dump").write_text(json.dumps([{"error": 104}, item(3), *ITEMS, 5, None, "x"]))
    items, warnings = read(tmp_path / "dump")
    assert [found.key for found in items] == ["1", "2"]
    assert warnings == [
        "Entries that are no items were left out",
        "Items without a photo were left out",
    ]


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ({"amount": "15.0", "currency_code": "EUR"}, (15.0, "EUR")),
        (15, (15.0, "GBP")),
        (15.5, (15.5, "GBP")),
        ("15,50 €", (15.5, "EUR")),
        (None, (None, "GBP")),
        ([], (None, "GBP")),
    ],
)
def test_a_price_may_be_an_object_a_number_or_text(price, expected):
    found = metadata_of({"id": 1, "price": price, "currency": "GBP"})
    assert (found.price, found.currency) == expected


def test_what_has_no_column_is_kept_as_it_is():
    found = metadata_of(
        {
            "id": 7,
            "catalog_id": 3,
            "user": {"id": 1, "login": "x"},
            "photos": [],
            "nan": float("nan"),
        }
    )
    assert found.extra == {"id": 7, "catalog_id": 3, "user": {"id": 1, "login": "x"}}


def test_the_full_size_is_preferred_and_only_web_addresses_are_taken():
    notes = Notes()
    photos = photos_of(
        {
            "id": 1,
            "photos": [
                {"id": 5, "full_size_url": "https://x.test/full", "url": "https://x.test/small"},
                {"url": "file:///etc/passwd"},
                {"url": "../../x"},
                {"url": "//cdn.test/a.jpg?s=1"},
                {"url": "https://cdn.test/a.jpg?s=2"},  # the same photo, signed anew
                {"url": ["https://x.test"]},
                None,
            ],
        },
        notes,
    )
    assert [(photo.url, photo.url_key) for photo in photos] == [
        ("https://x.test/full", "5"),
        ("https://cdn.test/a.jpg?s=1", "cdn.test/a.jpg"),
    ]
    assert notes.warnings()[0].count == 3


def test_extra_is_bounded_and_plain():
    extra = plain_extra({"small": 1, "huge": ["x" * 10_000] * 50, "after": 2, "sur": "a\ud800b"})
    assert extra["small"] == 1
    assert "huge" not in extra
    json.dumps(extra, allow_nan=False).encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "id title photos photo price items data url user brand color1 status".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_any_json_is_read_without_a_crash(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("dump") / "dump.json"
    path.write_text(json.dumps(value))
    for found in read(path)[0]:
        json.dumps(dict(found.metadata.extra), allow_nan=False).encode()
        found.key.encode()
        assert found.photos


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='[]{},:"ids01 \n\\', max_size=60))
def test_any_text_ends_in_objects_or_in_damage(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("dump") / "dump.json"
    path.write_text(text)
    try:
        for found in objects(path):
            assert isinstance(found, dict)
    except DamagedJson:
        pass
