from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.jobs.context import JobContext
from core.scrape.deepfashion2 import looks_like_anno, read_deepfashion2
from core.scrape.found import Notes


def garment(box, style=1, category=1, name="short sleeve top"):
    return {"bounding_box": box, "category_id": category, "category_name": name, "style": style}


def write(root, number, anno, image=True):
    for folder in ("annos", "image"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / f"annos/{number:06}.json").write_text(
        anno if isinstance(anno, str) else json.dumps(anno)
    )
    if image:
        (root / f"image/{number:06}.jpg").write_bytes(b"\xff\xd8\xff")


def read(root):
    notes = Notes()
    items = list(read_deepfashion2(root, notes, JobContext()).items)
    return items, [warning.message for warning in notes.warnings()]


def test_an_item_is_a_pair_a_style_and_a_category_and_its_photos_are_crops(tmp_path):
    shop = {"source": "shop", "pair_id": 12, "item1": garment([10, 20, 110, 220])}
    shop["item2"] = garment([0, 0, 50, 50], style=2)
    user = {"source": "user", "pair_id": 12, "item1": garment([5, 6, 7, 8])}
    user["item2"] = garment([1, 1, 9, 9], category=8, name="trousers")
    write(tmp_path, 1, shop)
    write(tmp_path, 2, user)
    write(tmp_path, 3, {"source": "user", "pair_id": 2, "item1": garment([0, 0, 9, 9])})
    items, warnings = read(tmp_path)
    assert [item.key for item in items] == ["2/1/1", "12/1/1", "12/1/8", "12/2/1"]
    assert [(photo.path, photo.crop) for photo in items[1].photos] == [
        ("image/000001.jpg", (10, 20, 110, 220)),
        ("image/000002.jpg", (5, 6, 7, 8)),
    ]
    assert items[1].photos[0].byte_count == 3
    assert items[1].metadata.category == "short sleeve top"
    assert items[1].metadata.extra == {"pair_id": 12, "style": 1, "source": ["shop", "user"]}
    assert items[2].metadata.category == "trousers"
    assert warnings == []


def test_garments_without_partner_or_box_and_stray_annotations_are_left_out(tmp_path):
    write(tmp_path, 1, {"pair_id": 1, "item1": garment([0, 0, 9, 9], style=0)})
    write(tmp_path, 2, {"pair_id": 1, "item1": garment([9, 0, 9, 9])})
    write(tmp_path, 3, {"pair_id": 1, "item1": garment([0, 0, 9, 9])}, image=False)
    write(tmp_path, 4, "not json")
    write(tmp_path, 5, {"pair_id": 1, "item1": garment([-5, -5, 9, 9])})
    items, warnings = read(tmp_path)
    assert [(item.key, item.photos[0].crop) for item in items] == [("1/1/1", (0, 0, 9, 9))]
    assert warnings == [
        "Garments of style 0, which have no partner, were left out",
        "Garments without a box, pair or category were left out",
        "Annotations without an image were left out",
        "Annotations that are no JSON objects were left out",
    ]


def test_train_and_validation_parts_are_kept_apart(tmp_path):
    anno = {"pair_id": 1, "item1": garment([0, 0, 9, 9])}
    write(tmp_path / "train", 1, anno)
    write(tmp_path / "validation", 1, anno)
    items, _ = read(tmp_path)
    assert [(item.key, item.photos[0].path) for item in items] == [
        ("train/1/1/1", "train/image/000001.jpg"),
        ("validation/1/1/1", "validation/image/000001.jpg"),
    ]


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
boxes = st.lists(values | st.integers(-5, 50), max_size=5) | values


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(["source", "pair_id", "item1", "item2"]),
        values
        | st.integers(1, 5)
        | st.fixed_dictionaries(
            {
                "bounding_box": boxes,
                "category_id": values | st.integers(1, 13),
                "style": values | st.integers(0, 3),
            }
        ),
    )
)
def test_any_annotation_is_read_without_a_crash(tmp_path, anno):
    write(tmp_path, 1, anno)
    for item in read(tmp_path)[0]:
        x1, y1, x2, y2 = item.photos[0].crop
        assert 0 <= x1 < x2
        assert 0 <= y1 < y2
    looks_like_anno(anno)


@pytest.mark.parametrize("value", [None, [], {"pair_id": 1}, {"pair_id": 1, "item1": 5}])
def test_other_json_is_no_annotation(value):
    assert not looks_like_anno(value)
