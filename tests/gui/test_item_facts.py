"""What the details say of an item."""

import pytest

from cleaner.item_facts import item_facts
from core.catalogue.records import Item, ItemState, Metadata


def facts(**metadata):
    item = Item(
        1, 1, "shop/1", Metadata(**metadata), ItemState.OPEN, "", None, 2, 2, 0, frozenset(), 0
    )
    return {fact.label: fact.value for fact in item_facts(item)}


def test_what_the_scrape_does_not_say_is_not_listed():
    assert facts(title="Coat") == {"Title": "Coat", "Name": "shop/1"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"login": "mia", "id": 7}, "login mia, id 7"),
        ({"login": "mia", "photo": None}, "login mia"),
        ({"photos": [{"w": 800}, {"w": 600}]}, "photos w 800, w 600"),
        (["wool", "", "silk"], "wool, silk"),
        (True, "yes"),
        (0, "0"),
    ],
)
def test_further_values_are_said_without_the_brackets_of_their_file(value, words):
    assert facts(extra={"more": value})["more"] == words


@pytest.mark.parametrize("value", ["", None, {}, [], {"login": None}])
def test_further_values_that_say_nothing_are_not_listed(value):
    assert "more" not in facts(extra={"more": value})
