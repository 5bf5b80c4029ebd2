from __future__ import annotations

import pytest

from core.cleaning.export_names import folder_names, safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("item_000123", "item_000123"),
        ("tops/blouses: new?", "tops_blouses_ new_"),
        ("..", "_"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (".hidden", "hidden"),
        ("  Kleid für Mädchen. ", "Kleid für Mädchen"),
        ("con", "con_"),
        ("LPT1.txt", "LPT1.txt_"),
        ("manifest.csv", "manifest.csv_"),
        ("a\0b\x1bc\u202ed", "a_b_c_d"),
        ("", "_"),
        ("é" * 100, "é" * 40),
        ("x" * 300, "x" * 80),
    ],
)
def test_names_are_safe_on_every_disk(text, name):
    assert safe_name(text) == name


def test_folder_names_differ_even_where_case_does_not_count():
    names = folder_names(
        [
            (1, "Tops", "a/b"),
            (2, "tops", "A_B"),
            (3, "tops", "a_b~2"),
            (4, "", "a"),
            (5, "t", "a:b"),
        ]
    )
    assert names == {
        1: "Tops/a_b",
        2: "tops/A_B~2",
        3: "tops/a_b~2~3",
        4: "uncategorised/a",
        5: "t/a_b",
    }
