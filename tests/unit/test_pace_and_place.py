from __future__ import annotations

import pytest

from core.catalogue.counts import recount
from core.catalogue.database import open_catalogue
from core.catalogue.items import ItemFilter, ItemOrder, find_items, matching_items, row_for
from core.catalogue.records import HintKind, ItemState
from core.catalogue.settings import write_setting
from core.cleaning.decisions import mark_done, skip, split
from core.cleaning.pace import BREAK_S, items_an_hour, read_pace
from core.cleaning.place import Place, read_place, write_place
from core.cleaning.undo import undo
from core.project import create_project


@pytest.fixture
def catalogue(tmp_path):
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        with catalogue.transaction() as connection:
            connection.execute("INSERT INTO source VALUES (1, '/scrape', 'folders', 0)")
            for id_ in range(1, 9):
                connection.execute(
                    "INSERT INTO item (id, source_id, key, title, suspicion)"
                    " VALUES (?, 1, ?, ?, ?)",
                    [id_, f"item_{id_}", f"Dress {id_}", (id_ * 3) % 5],
                )
                for position in range(3):
                    connection.execute(
                        "INSERT INTO photo (item_id, position, source_id, path, status)"
                        " VALUES (?, ?, 1, ?, 'ready')",
                        [id_, position, f"item_{id_}/{position}.jpg"],
                    )
            recount(connection, range(1, 9))
        yield catalogue


def test_the_pace_is_that_of_the_work_between_items():
    # Six items a minute apart: five minutes for five items.
    assert items_an_hour([0, 60, 120, 180, 240, 300]) == pytest.approx(60)


def test_a_break_does_not_slow_the_pace():
    morning = [0, 60, 120, 180]
    afternoon = [20_000 + second for second in (0, 60, 120)]
    assert items_an_hour(morning + afternoon) == pytest.approx(60)
    just_no_break = [0, BREAK_S, 2 * BREAK_S, 3 * BREAK_S, 4 * BREAK_S]
    assert items_an_hour(just_no_break) == pytest.approx(12)


def test_the_pace_is_not_told_after_a_handful_of_items():
    assert items_an_hour([]) is None
    assert items_an_hour([0, 60, 120, 180]) is None
    assert items_an_hour([0, 60, 120, 180, 240]) == pytest.approx(60)
    # Nor where the same moment is all that is known (decisions merged from a colleague).
    assert items_an_hour([7, 7, 7, 7, 7]) is None


def test_an_item_finished_twice_or_undone_counts_once_or_not(catalogue):
    for item_id in (1, 2, 3, 4, 5, 6):
        mark_done(catalogue, item_id)
    mark_done(catalogue, 6)
    skip(catalogue, 7)
    undo(catalogue)
    # Times as if one item a minute had been done.
    catalogue.connection.execute("UPDATE operation SET at = 1000 + 60 * id")
    pace = read_pace(catalogue)
    assert (pace.done, pace.total) == (6, 8)
    assert pace.items_an_hour == pytest.approx(60)
    assert pace.left_s == pytest.approx(120)


def test_the_place_comes_back_as_it_was_left(catalogue):
    assert read_place(catalogue) == Place()
    place = Place(
        item_id=4,
        wanted=ItemFilter(
            text="red dress",
            states=frozenset({ItemState.OPEN, ItemState.SKIPPED}),
            hint_kinds=frozenset({HintKind.TAG}),
            categories=frozenset({"dresses", ""}),
            only_unreadable=True,
        ),
        order=ItemOrder.SUSPICION,
    )
    write_place(catalogue, place)
    assert read_place(catalogue) == place


@pytest.mark.parametrize("damaged", ["text", 7, [], {"order": "random", "states": ["odd"]}])
def test_a_place_that_makes_no_sense_is_the_beginning(catalogue, damaged):
    write_setting(catalogue, "cleaning place", damaged)
    assert read_place(catalogue) == Place()


@pytest.mark.parametrize("order", list(ItemOrder))
def test_every_item_belongs_in_the_row_it_was_found_in(catalogue, order):
    split(catalogue, [1])  # a new item, right after the first, with the highest id
    ids = find_items(catalogue, ItemFilter(), order)
    for row, item_id in enumerate(ids):
        others = ids[ids != item_id]
        assert row_for(catalogue, others, order, int(item_id)) == row


def test_single_items_pass_a_filter_as_they_do_in_a_search(catalogue):
    mark_done(catalogue, 2)
    done = ItemFilter(states=frozenset({ItemState.DONE}), text="dress")
    assert matching_items(catalogue, done, [1, 2, 99]) == {2}
    assert matching_items(catalogue, ItemFilter(), [1, 2, 99]) == {1, 2}
    assert matching_items(catalogue, ItemFilter(), []) == frozenset()
