"""The report on the hints counts copies found and false alarms."""

import json

import pytest
from shots import jpeg, shot

import main
from core.cleaning.hint_report import report_on_photos
from core.cleaning.synthetic_edits import EDITS
from core.errors import UserError
from core.jobs.context import JobContext


@pytest.fixture
def photos(tmp_path):
    for seed in range(6):
        (tmp_path / f"{seed}.jpg").write_bytes(jpeg(shot(seed, 300, 400)))
    return tmp_path


def test_copies_of_known_photos_are_found_and_others_are_not(photos):
    report = report_on_photos(photos, JobContext(), most=1, half="all", workers=1)
    assert [row.what for row in report.recall] == list(EDITS)
    assert all(row.count == 1 for row in report.recall)
    by_edit = {row.what: row.hits for row in report.recall}
    assert by_edit["same bytes"] == by_edit["mirrored"] == by_edit["cropped 10 % a side"] == 1
    alarms, items, pairs = report.false_alarms
    assert (alarms.hits, alarms.count) == (0, 1)
    assert (items.hits, pairs.count) == (0, 15)


def test_items_are_made_of_photos_by_one_sender_with_one_label(photos):
    rows = ["image,sender_id,label", "0,a,Hat", "1,a,Hat", "2,b,Hat", "3,a,Shoes", "4,b,Hat"]
    (photos / "photos.csv").write_text("\n".join(rows) + "\n")
    report = report_on_photos(photos, JobContext(), most=1, half="all", workers=1)
    assert report.false_alarms[0].count == 2
    assert report.false_alarms[2].count == 2


def test_folder_without_photos_is_refused(tmp_path):
    with pytest.raises(UserError):
        report_on_photos(tmp_path, JobContext(), most=1, half="all", workers=1)


def test_verb_prints_the_table_as_json_without_a_project(photos, capsys):
    options = "--most 1 --half all --workers 1 --json".split()
    code = main.main(["hint-report", "--photos", str(photos), *options])
    assert code == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["recall"][0]["what"] == "same bytes"
