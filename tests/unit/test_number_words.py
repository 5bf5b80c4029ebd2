import pytest

from core.number_words import bytes_text, in_a_row, plural


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 photos"), (1, "1 photo"), (2, "2 photos"), (2000, "2,000 photos")]
)
def test_one_is_told_from_any_other_number(count, text):
    assert plural(count, "photo") == text


@pytest.mark.parametrize(("count", "text"), [(1, "1 query is"), (3, "3 queries are")])
def test_words_that_take_more_than_an_s_are_given(count, text):
    assert plural(count, "query is", "queries are") == text


@pytest.mark.parametrize(
    ("count", "text"), [(999, "999 bytes"), (1200, "1.2 kB"), (123_456_789, "123 MB")]
)
def test_sizes_are_powers_of_a_thousand(count, text):
    assert bytes_text(count) == text


@pytest.mark.parametrize(
    ("numbers", "words"), [([2], "2"), ([1, 3], "1 and 3"), ([1, 3, 4], "1, 3 and 4")]
)
def test_numbers_are_listed_as_people_list_them(numbers, words):
    assert in_a_row(numbers) == words
