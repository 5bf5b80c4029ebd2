from __future__ import annotations

import contextlib
import csv
import io
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.jobs.context import JobContext
from core.scrape.found import Notes
from core.scrape.item_columns import ItemColumns
from core.scrape.table import read_table
from core.scrape.table_columns import SYNONYMS, assign_columns


def read(path, root=None, **columns):
    notes = Notes()
    reading = read_table(path, root or path.parent, notes, JobContext(), columns)
    return list(reading.items), [warning.message for warning in notes.warnings()]


def touch(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"\xff\xd8\xff")


def test_the_rows_of_an_item_are_its_photos_wherever_they_stand(tmp_path):
    touch(tmp_path, "a/0.jpg", "a/1.jpg", "b/0.jpg")
    (tmp_path / "t.csv").write_text(
        "item_id,path,title,brand,size,colour,price,currency,category,condition,description,view\n"
        'A,a/0.jpg,Dress,Zara,M,red,"12,50",EUR,dresses,good,"long, nice",0\n'
        "B,b/0.jpg,Skirt,,,,£7,,,,,0\n"
        "A,a/1.jpg,Dress,Zara,M,red,,EUR,dresses,good,,1\n"
    )
    (first, second), warnings = read(tmp_path / "t.csv")
    assert [photo.path for photo in first.photos] == ["a/0.jpg", "a/1.jpg"]
    assert first.photos[0].byte_count == 3
    said = first.metadata
    assert (said.title, said.brand, said.size, said.colour) == ("Dress", "Zara", "M", "red")
    assert (said.price, said.currency, said.category) == (12.5, "EUR", "dresses")
    assert (said.condition, said.description) == ("good", "long, nice")
    assert said.extra == {"view": ["0", "1"]}  # an unknown column, where the rows differ
    assert (second.metadata.price, second.metadata.currency) == (7.0, "GBP")
    assert warnings == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_encoding_and_separator_is_told_by_itself(tmp_path, encoding, separator):
    touch(tmp_path, "0.jpg")
    line = separator.join
    text = f"{line(['Item ID', 'File Name', 'Titel'])}\r\n{line(['1', '0.jpg', 'Grüne Hose'])}\r\n"
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    (item,), _ = read(tmp_path / "t.csv")
    assert (item.key, item.metadata.title, item.photos[0].path) == ("1", "Grüne Hose", "0.jpg")


def test_parquet_is_told_by_content_and_keeps_whole_numbers_whole(tmp_path):
    touch(tmp_path, "0.jpg", "1.jpg")
    table = pa.table(
        {
            "item_id": pa.array([9683334896.0, None]),
            "photos": pa.array([["0.jpg", "1.jpg"], ["2.jpg"]]),
            "price": pa.array([5.5, 1.0]),
        }
    )
    pq.write_table(table, tmp_path / "table")
    (item,), warnings = read(tmp_path / "table")
    assert (item.key, item.metadata.price) == ("9683334896", 5.5)
    assert [photo.path for photo in item.photos] == ["0.jpg", "1.jpg"]
    assert warnings == ["Rows of the table without an item or a photo were left out"]


def test_photos_by_address_are_to_be_downloaded(tmp_path):
    (tmp_path / "t.csv").write_text(
        "id,image_url,url\n1,https://x.test/a.jpg?s=1,https://x.test/items/1\n"
        '2,"https://x.test/b.jpg, https://x.test/c.jpg",\n'
        "3,file:///etc/passwd,\n"
    )
    (first, second), warnings = read(tmp_path / "t.csv")
    assert (first.photos[0].url, first.photos[0].path) == ("https://x.test/a.jpg?s=1", "")
    assert first.photos[0].url_key == "x.test/a.jpg"
    assert first.metadata.url == "https://x.test/items/1"
    assert [photo.url for photo in second.photos] == [
        "https://x.test/b.jpg",
        "https://x.test/c.jpg",
    ]
    assert "only http and https" in warnings[0]


def test_without_an_item_column_the_folder_tells_the_item(tmp_path):
    touch(tmp_path, "a/0.jpg", "a/1.jpg", "b/0.jpg", "b/1.jpg")
    (tmp_path / "t.csv").write_text("file\na/0.jpg\na/1.jpg\nb/0.jpg\nb/1.jpg\n")
    items, warnings = read(tmp_path / "t.csv")
    assert [(item.key, len(item.photos)) for item in items] == [("a", 2), ("b", 2)]
    assert "its folder does" in warnings[0]


def test_without_any_sign_each_photo_is_an_item_and_likely_columns_are_named(tmp_path):
    touch(tmp_path, "images/x1.jpg", "images/x2.jpg", "images/x3.jpg")
    table = tmp_path / "photos.csv"
    table.write_text("image,sender_id,kind\nx1,7,a\nx2,7,b\nx3,8,c\n")
    notes = Notes()
    items = list(read_table(table, tmp_path, notes, JobContext()).items)
    assert [item.photos[0].path for item in items] == [f"images/x{n}.jpg" for n in (1, 2, 3)]
    (warning,) = notes.warnings()
    assert "item_id=sender_id" in warning.remedy
    assert "kind" not in warning.remedy  # as many values as rows
    items, _ = read(table, item_id="sender_id")
    assert [(item.key, len(item.photos)) for item in items] == [("7", 2), ("8", 1)]
    items, _ = read(table, item_id="sender_id,kind")
    assert [item.key for item in items] == ["7 / a", "7 / b", "8 / c"]


def test_columns_whose_values_come_again_a_few_times_are_likely_to_tell_items():
    counted = ItemColumns(["image", "seller", "kids", "note"], {"image"})
    for number in range(200):
        counted.add((f"{number}.jpg", number // 5, number % 2, "" if number else "new"))
    assert [str(column) for column in counted.likely()] == ["seller (40 values, 5.0 rows each)"]


def test_a_name_is_found_in_another_folder_only_if_it_can_be_no_other(tmp_path):
    touch(tmp_path, "x/item_1/00.jpg", "x/item_2/00.jpg", "y/only.jpg")
    (tmp_path / "t.csv").write_text(
        "item_id,path\n1,item_1/00.jpg\n2,00.jpg\n3,only.jpg\n4,other/only.jpg\n"
        f"5,{'C:' + chr(92)}scrape{chr(92)}item_2{chr(92)}00.jpg\n6,/home/else/item_2/00.jpg\n"
    )
    items, warnings = read(tmp_path / "t.csv")
    found = {item.key: (item.photos[0].path, item.photos[0].byte_count) for item in items}
    assert found == {
        "1": ("x/item_1/00.jpg", 3),
        "2": ("00.jpg", None),
        "3": ("y/only.jpg", 3),
        "4": ("other/only.jpg", None),
        "5": ("x/item_2/00.jpg", 3),
        "6": ("x/item_2/00.jpg", 3),
    }
    assert warnings == ["Photos that the table names are not there"]


def test_photos_may_lie_in_a_folder_beside_the_tables(tmp_path):
    touch(tmp_path, "images/0.jpg")
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/t.csv").write_text("item_id,path\n1,../images/0.jpg\n2,0.jpg\n")
    _, warnings = read(tmp_path / "tables/t.csv")
    assert warnings[0] == "Paths in the table were refused: it leads out of the folder"
    (first, second), warnings = read(tmp_path / "tables/t.csv", tmp_path / "images")
    assert (first.photos[0].path, second.photos[0].path) == ("0.jpg", "0.jpg")
    assert warnings == []


def test_odd_rows_are_told_and_the_others_read(tmp_path):
    touch(tmp_path, "0.jpg", "1.jpg")
    (tmp_path / "t.csv").write_text(
        "item_id,path,title\n1,0.jpg\n2,1.jpg,Skirt,too,many\n,,\n3,,no photo\n"
    )
    items, warnings = read(tmp_path / "t.csv")
    assert [(item.key, item.metadata.title) for item in items] == [("1", ""), ("2", "Skirt")]
    assert warnings == [
        "Rows of the table have more or fewer values than the header",
        "Items of the table without a usable photo were left out",
    ]


def test_a_table_that_names_no_photos_says_what_it_has(tmp_path):
    (tmp_path / "t.csv").write_text("item_id,title\n1,Dress\n")
    with pytest.raises(UserError, match=r"columns are item_id, title.*--column path="):
        read(tmp_path / "t.csv")


@pytest.mark.parametrize("data", [b"", b"PAR1 and then nothing", b"\n\n"])
def test_what_is_no_table_is_an_error_that_names_the_file(tmp_path, data):
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(UserError, match=r"t\.csv"):
        read(tmp_path / "t.csv")


def test_a_column_that_is_not_there_or_an_unknown_field_is_an_error_that_lists_them():
    with pytest.raises(UserError, match="columns are a, b"):
        assign_columns(["a", "b"], {"path": "c"})
    with pytest.raises(UserError, match="fields are item_id, path"):
        assign_columns(["a", "b"], {"colur": "a"})


def test_a_column_url_is_the_photo_or_the_items_page_by_what_else_there_is():
    assert assign_columns(["id", "url"]) == {"item_id": ("id",), "url": ("url",)}
    assert assign_columns(["path", "url"]) == {"path": ("path",), "item_url": ("url",)}
    assert assign_columns(["image_url", "url"]) == {"url": ("image_url",), "item_url": ("url",)}
    assert assign_columns(["path", "url"], {"item_url": "-"}) == {"path": ("path",)}


@pytest.mark.parametrize("field", SYNONYMS)
def test_every_synonym_is_understood_in_any_spelling(field):
    for name in SYNONYMS[field]:
        if (field, name) in (("item_url", "url"),):
            continue  # needs a photo column beside it
        assert field in assign_columns([name.replace("_", " ").title()])


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
def test_a_photo_whose_name_is_not_utf_8_is_found(tmp_path):
    name = os.fsdecode("grün.jpg".encode("latin-1"))
    touch(tmp_path, name)
    (tmp_path / "latin.csv").write_bytes("item_id,path\n1,grün.jpg\n".encode("latin-1"))
    (item,), _ = read(tmp_path / "latin.csv")
    assert (item.photos[0].path, item.photos[0].byte_count) == (name, 3)
    (tmp_path / "mixed.csv").write_bytes(
        b"item_id,path,title\n1,gr\xfcn.jpg," + "Röcke über Hosen\n".encode()
    )
    (item,), _ = read(tmp_path / "mixed.csv")
    assert (item.photos[0].byte_count, item.metadata.title) == (3, "Röcke über Hosen")


cells = st.text(max_size=12) | st.sampled_from(
    ["../x", "/etc/passwd", "a\0b", "https://x.test/1.jpg", "http://", '["a",', "12,5 €", "\ud800"]
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.sampled_from(["item_id", "path", "url", "title", "price", "odd"]) | st.text(max_size=4),
        min_size=1,
        max_size=5,
    ),
    st.lists(st.lists(cells, max_size=6), max_size=6),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
)
def test_any_table_is_read_or_refused_with_a_reason(tmp_path, header, rows, encoding):
    text = io.StringIO()
    writer = csv.writer(text, escapechar="\\")
    writer.writerows([header, *rows])
    errors = "surrogatepass" if encoding != "latin-1" else "replace"
    (tmp_path / "t.csv").write_bytes(text.getvalue().encode(encoding, errors))
    try:
        items, _ = read(tmp_path / "t.csv")
    except UserError:
        return
    for item in items:
        item.key.encode()
        assert all(".." not in photo.path.split("/") for photo in item.photos)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused_with_a_reason(tmp_path, data):
    (tmp_path / "t.csv").write_bytes(data)
    with contextlib.suppress(UserError):
        read(tmp_path / "t.csv")
