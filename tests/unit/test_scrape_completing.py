from __future__ import annotations

import pytest

from core.catalogue.records import Metadata
from core.jobs.context import Cancelled, JobContext
from core.scrape import completing
from core.scrape.completing import completed
from core.scrape.found import FoundItem, FoundPhoto


@pytest.fixture
def items(tmp_path):
    for number in range(60):
        (tmp_path / f"{number}.html").write_text(f"<meta property='og:title' content='T{number}'>")
    return [
        FoundItem(str(n), Metadata(category="c"), (FoundPhoto("x.jpg"),), (f"{n}.html",))
        for n in range(60)
    ]


def titles(found):
    return [item.metadata.title for item in found]


def test_pages_are_read_the_same_and_in_order_in_one_process_or_in_two(
    tmp_path, items, monkeypatch
):
    expected = [f"T{number}" for number in range(60)]
    assert titles(completed(tmp_path, items, JobContext(), processes=1)) == expected
    monkeypatch.setattr(completing, "_WORTH_PROCESSES", 20)
    found = list(completed(tmp_path, items, JobContext(), processes=2))
    assert titles(found) == expected
    assert found[0].metadata.category == "c"


def test_a_page_that_is_not_there_says_nothing(tmp_path):
    item = FoundItem("a", Metadata(title="known"), (), ("gone.html", "item.json"))
    assert titles(completed(tmp_path, [item], JobContext())) == ["known"]


def test_reading_in_processes_can_be_cancelled(tmp_path, items, monkeypatch):
    monkeypatch.setattr(completing, "_WORTH_PROCESSES", 20)
    with pytest.raises(Cancelled):
        list(completed(tmp_path, items, JobContext(is_cancelled=lambda: True), processes=2))
