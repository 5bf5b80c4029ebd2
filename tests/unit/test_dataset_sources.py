"""Data sets of exports, tables and DeepFashion2, and of several sources."""

from __future__ import annotations

import hashlib
import json

import pytest
from made_catalogue import add_file, add_hint, add_photo, write_photo
from made_wardrobe import Wardrobe, contents, refused, splits

from core.cleaning.export import export
from core.cleaning.export_photo import ExportMode
from core.cleaning.manifest import ManifestFormat
from core.cleaning.splits import Split
from core.jobs.context import JobContext
from core.training.dataset import read_dataset
from core.training.instruction import Data

TRAIN, VALIDATION, TEST = Split


@pytest.mark.parametrize("mode", ExportMode)
@pytest.mark.parametrize("format_", ManifestFormat)
def test_an_export_is_read_as_the_catalogue_it_came_from(wardrobe, tmp_path, mode, format_):
    crop = add_file(wardrobe.catalogue, 1, "many_0/cut.jpg", crop="0,0,16,16")
    target = tmp_path / "out"
    export(
        wardrobe.catalogue,
        target,
        mode=mode,
        formats=[format_],
        only_done=False,
        seed=99,
        context=JobContext(),
    )
    fresh, exported = wardrobe.read(), wardrobe.read(str(target))
    assert splits(exported) == splits(fresh)
    cut = [photo.key for photo in fresh.photos].index(crop)
    for row, (ours, theirs) in enumerate(zip(fresh.photos, exported.photos, strict=True)):
        if row != cut:
            assert ours.content_hash == theirs.content_hash
        digest = hashlib.sha256(theirs.file.read_bytes()).digest()
        assert theirs.content_hash[:32] == digest
    assert len({photo.key for photo in exported.photos}) == len(exported.photos)
    assert exported.fingerprint == wardrobe.read(str(target / format_.file_name)).fingerprint


def test_what_an_export_does_not_hold_out_is_not_held_out(wardrobe, tmp_path):
    add_hint(wardrobe.catalogue, "in another item", wardrobe.photos(5)[0].id, 1)
    export(
        wardrobe.catalogue,
        tmp_path / "out",
        mode=ExportMode.COPY,
        formats=list(ManifestFormat),
        only_done=False,
        seed=1,
        context=JobContext(),
    )
    assert splits(wardrobe.read(str(tmp_path / "out")))["pair_0"] is TRAIN


def test_a_table_of_items_and_paths_is_enough(tmp_path):
    rows = ["item_id,path"]
    for item, photos in (("a", 3), ("b", 4), ("c", 2), ("d", 2)):
        for number in range(photos):
            write_photo(tmp_path / f"{item}{number}.jpg")
            rows.append(f"{item},{item}{number}.jpg")
    rows.append("a,lost.jpg")
    table = tmp_path / "items.csv"
    table.write_text("\n".join(rows))
    dataset = read_dataset(Data(sources=(str(table),)), seed=0, project=None)
    assert {key: len(found) for key, found in contents(dataset).items()} == {
        "a": 3,
        "b": 4,
        "c": 2,
        "d": 2,
    }
    assert "Left out: 1 photo of items.csv that cannot be read." in dataset.warnings
    table.write_text("id,name\n1,coat")
    assert "item_id and path" in refused(
        read_dataset, Data(sources=(str(table),)), seed=0, project=None
    )


def test_sources_are_merged_and_what_both_have_is_taken_once(wardrobe, tmp_path):
    other = Wardrobe(tmp_path / "other.pickglass", tmp_path / "scrape 2")
    with other.catalogue:
        for number in range(4):
            other.item(f"new_{number}", 2 + number % 2)
        again = other.item("pair_0", 0)
        for position in range(2):
            data = wardrobe.photos(5)[position].file.read_bytes()
            (tmp_path / f"scrape 2/{position}.jpg").write_bytes(data)
            digest = hashlib.sha256(data).digest()
            add_photo(other.catalogue, again, f"{position}.jpg", content_hash=digest)
    root = other.project.root
    dataset = wardrobe.read("catalogue", str(root))
    assert len(dataset.items) == 14
    assert [item.source for item in dataset.items] == ["catalogue"] * 10 + [str(root)] * 4
    assert splits(dataset)["pair_0"] is not TRAIN
    assert "2 photos are in several sources; the first counts." in dataset.warnings


def deepfashion2(root, annos):
    """Annotations as (pair, [(style, category, box), …]); every image is another."""
    for folder in ("annos", "image"):
        (root / folder).mkdir(parents=True)
    for number, (pair, garments) in enumerate(annos, start=1):
        anno = {"source": "shop", "pair_id": pair}
        for place, (style, category, box) in enumerate(garments, start=1):
            anno[f"item{place}"] = {
                "bounding_box": box,
                "category_id": category,
                "category_name": f"category {category}",
                "style": style,
            }
        (root / f"annos/{number:06}.json").write_text(json.dumps(anno))
        write_photo(root / f"image/{number:06}.jpg")


def test_deepfashion2_is_read_as_crops_that_stay_on_one_side_with_their_photos(tmp_path):
    top, skirt = (1, 1, [0, 0, 20, 12]), (1, 9, [0, 12, 20, 24])
    annos = [(pair, [top]) for pair in (1, 2) for _ in range(3)]
    annos += [(pair, [top, skirt]) for pair in range(3, 9) for _ in range(2)]
    annos += [(9, [top, skirt]), (9, [top, skirt]), (9, [top])]
    deepfashion2(tmp_path / "df2", annos)
    for seed in range(4):
        dataset = read_dataset(Data(sources=(str(tmp_path / "df2"),)), seed=seed, project=None)
        found = splits(dataset)
        assert found["1/1/1"] is found["2/1/1"] is TRAIN
        assert found["9/1/9"] is found["9/1/1"] is TRAIN  # cut from photos that train
        for pair in range(3, 9):
            assert found[f"{pair}/1/1"] is found[f"{pair}/1/9"] is not TRAIN
    photo = dataset.photos[0]
    assert photo.crop == (0, 0, 20, 12)
    assert photo.content_hash == hashlib.sha256(photo.file.read_bytes()).digest() + b"0,0,20,12"
    assert dataset.items[0].category == "category 1"
