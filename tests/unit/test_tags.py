from __future__ import annotations

import numpy as np
import pytest

from core.catalogue.database import open_catalogue
from core.catalogue.items import ItemFilter, find_items
from core.catalogue.photos import read_photos_by_id
from core.catalogue.tags import count_tags, read_tags
from core.cleaning.place import Place, read_place, write_place
from core.cleaning.tagging import LONGEST, tag_photos, untag_photos
from core.cleaning.undo import history, next_undo, redo, undo
from core.embedding.filters import PhotoFilter, apply_filter
from core.embedding.index import Index
from core.embedding.photo_facts import Facet, read_photo_facts
from core.errors import UserError
from core.project import create_project
from tests.made_catalogue import add_item, add_photo, add_source


@pytest.fixture
def shop(tmp_path):
    """A catalogue with three photos of a red and two of a blue item, and an index of the five."""
    with open_catalogue(create_project(tmp_path / "p.pickglass")) as catalogue:
        source = add_source(catalogue)
        ids = []
        for key, colour, count in (("a", "red", 3), ("b", "blue", 2)):
            item = add_item(catalogue, source, key, colour=colour)
            ids += [add_photo(catalogue, item, f"{key}/{n}.jpg") for n in range(count)]
        hashes = dict(catalogue.connection.execute("SELECT id, content_hash FROM photo").fetchall())
        index = Index(
            np.eye(5, 3, dtype=np.float32),
            np.array(ids, np.int64),
            tuple(hashes[id_] for id_ in ids),
            model_hash="m",
            metric="l2",
            run="r",
            side_px=64,
            fit="pad",
        )
        yield catalogue, ids, index


def test_tagged_photos_are_named_once_each(shop):
    catalogue, ids, _ = shop

    changes = tag_photos(catalogue, "  odd   ones ", ids[:2])
    tag_photos(catalogue, "odd ones", ids[1:3])
    tag_photos(catalogue, "other", ids[:1])

    assert changes.summary == "Tagged 2 photos “odd ones”"
    assert read_tags(catalogue) == [("odd ones", id_) for id_ in ids[:3]] + [("other", ids[0])]


def test_a_tag_that_no_photo_has_any_more_is_gone(shop):
    catalogue, ids, index = shop
    tag_photos(catalogue, "odd", ids[:2])

    untag_photos(catalogue, "odd", ids[:1])
    assert read_tags(catalogue) == [("odd", ids[1])]
    untag_photos(catalogue, "odd", ids)
    assert read_photo_facts(catalogue, index).tags == {}


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST + 1)])
def test_a_tag_needs_a_name_that_fits(shop, name):
    catalogue, ids, _ = shop

    with pytest.raises(UserError, match="tag"):
        tag_photos(catalogue, name, ids)
    assert read_tags(catalogue) == []


def test_a_filter_lets_photos_with_any_of_the_tags_through(shop):
    catalogue, ids, index = shop
    tag_photos(catalogue, "odd", [ids[0], ids[3]])
    tag_photos(catalogue, "best", [ids[1]])
    facts = read_photo_facts(catalogue, index)

    assert apply_filter(facts, PhotoFilter(tags=frozenset({"odd"}))).rows.tolist() == [0, 3]
    both = apply_filter(facts, PhotoFilter(tags=frozenset({"odd", "best"})))
    assert both.rows.tolist() == [0, 1, 3]
    assert apply_filter(facts, PhotoFilter(tags=frozenset({"never"}))).rows.tolist() == []


def test_counts_say_what_choosing_would_bring(shop):
    catalogue, ids, index = shop
    tag_photos(catalogue, "odd", [ids[0], ids[3]])
    tag_photos(catalogue, "best", [ids[1]])
    facts = read_photo_facts(catalogue, index)
    red = {Facet.COLOUR: frozenset({"red"})}

    result = apply_filter(facts, PhotoFilter(chosen=red, tags=frozenset({"odd"})))

    assert result.rows.tolist() == [0]
    assert result.tags == {"odd": 1, "best": 1}
    colours = dict(zip(facts.facets[Facet.COLOUR].values, result.counts[Facet.COLOUR], strict=True))
    assert colours == {"red": 1, "blue": 1}


def test_a_filter_by_tags_is_not_empty():
    assert not PhotoFilter(tags=frozenset({"odd"})).is_empty


def tags_of(catalogue, ids):
    photos = read_photos_by_id(catalogue, ids)
    return [photos[id_].tags for id_ in ids]


def test_undo_takes_a_tag_back_and_redo_gives_it_again(shop):
    catalogue, ids, _ = shop
    tag_photos(catalogue, "odd", ids[:1])
    tag_photos(catalogue, "odd", ids[:3])

    changes = undo(catalogue)
    assert (changes.summary, changes.tags) == ("Undid: Tagged 2 photos “odd”", True)
    assert tags_of(catalogue, ids) == [("odd",), (), (), (), ()]  # what it had before, it keeps
    redo(catalogue)
    assert tags_of(catalogue, ids) == [("odd",), ("odd",), ("odd",), (), ()]


def test_undo_gives_a_tag_back_that_was_taken_away(shop):
    catalogue, ids, _ = shop
    tag_photos(catalogue, "odd", ids[:2])
    changes = untag_photos(catalogue, "odd", ids)

    assert changes.summary == "Took “odd” from 2 photos"
    undo(catalogue)
    assert read_tags(catalogue) == [("odd", ids[0]), ("odd", ids[1])]
    redo(catalogue)
    assert read_tags(catalogue) == []


def test_tags_are_undone_after_a_restart_and_told_in_the_items_history(tmp_path):
    project = create_project(tmp_path / "p.pickglass")
    with open_catalogue(project) as catalogue:
        item = add_item(catalogue, add_source(catalogue), "a")
        photo = add_photo(catalogue, item, "a/0.jpg")
        tag_photos(catalogue, "odd", [photo], who="ann")
    with open_catalogue(project) as catalogue:
        (told,) = history(catalogue, item)
        assert (told.summary, told.who) == ("Tagged 1 photo “odd”", "ann")
        assert undo(catalogue).item_id == item
        assert read_tags(catalogue) == []


def test_what_changes_nothing_is_no_step_in_the_history(shop):
    catalogue, ids, _ = shop
    tag_photos(catalogue, "odd", ids)
    told = next_undo(catalogue)

    assert tag_photos(catalogue, "odd", ids).summary == "“odd” was given before"
    assert untag_photos(catalogue, "never", ids).operation_id is None
    assert tag_photos(catalogue, "odd", [9999]).operation_id is None  # a photo that is gone
    assert next_undo(catalogue) == told


def test_the_queue_is_narrowed_to_items_with_any_of_the_tags(shop):
    catalogue, ids, _ = shop
    tag_photos(catalogue, "odd", ids[:2])
    tag_photos(catalogue, "best", ids)

    def found(*tags):
        return find_items(catalogue, ItemFilter(tags=frozenset(tags))).tolist()

    assert found("odd") == [1]
    assert found("odd", "best") == [1, 2]
    assert found("never") == []
    assert count_tags(catalogue) == [("best", 2), ("odd", 1)]
    place = Place(wanted=ItemFilter(tags=frozenset({"odd"})))
    write_place(catalogue, place)
    assert read_place(catalogue) == place
