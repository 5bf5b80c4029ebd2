"""What the explorer lists, as a table, a page and a picture."""

import csv
import io
from dataclasses import replace

import numpy as np
from made_catalogue import write_photo
from PyQt5.QtCore import QRect
from PyQt5.QtGui import QFontMetrics, QImage
from PyQt5.QtWidgets import QFileDialog

from core import images
from core.cleaning.tagging import tag_photos
from core.embedding.neighbours import Space
from core.qt.theme import scaled_font
from explorer.exports import to_csv
from explorer.gallery_panel import Source
from explorer.gallery_tile import PAD_PX, words_height


def test_the_list_is_exported_as_it_is_shown(exploring):
    exploring.items()
    tag_photos(exploring.catalogue, "odd", exploring.photo_ids)
    exploring.index()
    exploring.open()
    exploring.tab._asking.ask_rows([0])

    table = list(
        csv.DictReader(io.StringIO(to_csv(exploring.tab._doing.listed()).decode("utf-8-sig")))
    )

    index = exploring.state.opened.index
    rows = [index.row_of[int(line["photo_id"])] for line in table]
    assert rows == exploring.listed()
    space = Space(index.vectors, "angular")
    distances = space.distances(index.vectors[0], np.array(rows))
    assert [float(line["distance"]) for line in table] == [round(d, 3) for d in distances]
    assert table[0]["url"].startswith("https://shop.example/")
    assert table[0]["tags"] == '["odd"]'


def test_a_title_that_looks_like_a_formula_is_text_in_the_table(exploring):
    exploring.items(4)
    with exploring.catalogue.transaction() as connection:
        connection.execute("UPDATE item SET title = '=HYPERLINK(1)'")
    exploring.index()
    exploring.open()
    exploring.tab._asking.ask_rows([0])

    assert b"'=HYPERLINK(1)" in to_csv(exploring.tab._doing.listed())


def test_the_page_is_exported_with_its_photos(exploring, tmp_path, qtbot):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    file = tmp_path / "query.jpg"
    write_photo(file)
    query = replace(exploring.state.query.examples[0].photo, file=file)
    exporting = exploring.tab._exporting

    for name in ("page.html", "page.png"):
        with qtbot.waitSignal(exporting.said, check_params_cb=lambda t: t.startswith("Wrote")):
            exporting.write_page(
                "Like <this>", query, exploring.tab._doing.listed(), tmp_path / name
            )

    page = (tmp_path / "page.html").read_text()
    assert "Like &lt;this&gt;" in page
    assert page.count("<figure>") == len(exploring.listed())
    picture = QImage(str(tmp_path / "page.png"))
    plain = QImage(picture)
    plain.fill(picture.pixel(picture.width() - 1, 0))
    # The title and the query's photo above the lines of photos.
    cell = 220 + 2 * PAD_PX + words_height(QFontMetrics(scaled_font(exporting._owner, 0.88)))
    lines = -(-len(exploring.listed()) // 6)
    above = picture.height() - lines * cell
    title_px = QFontMetrics(scaled_font(exporting._owner, 1.4, bold=True)).height() + 2 * PAD_PX
    assert above == title_px + PAD_PX + images.load(file).pixels.shape[0]
    for top, bottom in ((0, title_px), (title_px, above)):
        part = QRect(0, top, picture.width(), bottom - top)
        assert picture.copy(part) != plain.copy(part)


def test_a_page_is_called_after_what_it_lists(exploring, tmp_path, qtbot, monkeypatch):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    exploring.selection.select([3, 5])
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "page.html"), "")
    )

    for source, title in (
        (Source.NEIGHBOURS, "Neighbours of dress 0"),
        (Source.SELECTION, "Selected photos"),
    ):
        exploring.tab._showing.show_source(source)
        said = exploring.tab._exporting.said
        with qtbot.waitSignal(said, check_params_cb=lambda t: t.startswith("Wrote")):
            exploring.action("export_page").trigger()
        assert f"<h1>{title}</h1>" in (tmp_path / "page.html").read_text()


def test_of_very_many_photos_the_page_says_that_it_holds_the_first(
    exploring, tmp_path, qtbot, monkeypatch
):
    monkeypatch.setattr("explorer.exporting.MOST_ON_PAGE", 7)
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    listed = exploring.tab._doing.listed()

    exporting = exploring.tab._exporting
    with qtbot.waitSignal(exporting.said, check_params_cb=lambda t: t.startswith("Wrote")):
        exporting.write_page("Photos", None, listed, tmp_path / "page.html")

    assert f"Wrote the first 7 of {len(listed)} photos" in exploring.message
    assert (tmp_path / "page.html").read_text().count("<figure>") == 7
