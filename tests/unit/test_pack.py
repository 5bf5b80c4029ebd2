from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from filelock import FileLock
from PIL import Image

from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.training import pack_building
from core.training.feed import BatchFeed
from core.training.pack import build_pack, open_pack
from core.training.photos import TrainingPhoto
from core.training.pixels import photo_to_square

SIDE = 48


def make_photo(folder, number, size=(120, 90), crop=None, suffix="jpg"):
    """A photo that is like no other."""
    coarse = np.random.default_rng(number).integers(0, 255, (5, 5, 3), np.uint8)
    file = folder / f"{number}.{suffix}"
    Image.fromarray(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)).save(file)
    return photo_of(file, number, crop)


def photo_of(file, number=0, crop=None):
    key = hashlib.sha256(file.read_bytes()).digest()
    return TrainingPhoto(
        number, key + (",".join(map(str, crop)).encode() if crop else b""), file, crop
    )


def build(folder, photos, **how):
    return build_pack(folder, photos, SIDE, how.pop("fit", "pad"), workers=1, **how)


@pytest.fixture
def photos(tmp_path):
    (tmp_path / "photos").mkdir()
    return [make_photo(tmp_path / "photos", number) for number in range(20)]


@pytest.mark.parametrize("fit", ["pad", "crop", "stretch"])
@pytest.mark.parametrize("threads", [1, 3])
def test_training_evaluation_and_inference_see_the_same_pixels(tmp_path, photos, fit, threads):
    photos += [
        make_photo(tmp_path, 100, (300, 40), suffix="png"),
        make_photo(tmp_path, 101, (900, 1200), suffix="webp"),
        make_photo(tmp_path, 102, (200, 200), crop=(20, 30, 120, 180)),
        make_photo(tmp_path, 103, (10, 8)),
    ]
    items = np.arange(len(photos), dtype=np.int32)
    with open_pack(build(tmp_path / "packs", photos, fit=fit).file) as pack:
        rows = pack.rows_of(photos)
        evaluated = pack.read(rows, threads=threads)
        with BatchFeed(pack, iter([(np.arange(len(photos)), items)]), rows, threads=1) as feed:
            ((trained_on, _),) = feed
    inferred = np.stack([photo_to_square(p.file, p.crop, SIDE, fit) for p in photos])
    assert (evaluated == inferred).all() and (trained_on == inferred).all()


def test_what_is_in_a_pack_is_not_read_again(tmp_path, photos):
    first = build(tmp_path / "packs", photos[:12])
    assert (first.photos, first.added, first.problems) == (12, 12, ())
    for photo in photos[:12]:
        photo.file.unlink()
    second = build(tmp_path / "packs", photos)
    assert (second.file, second.photos, second.added) == (first.file, 20, 8)
    assert second.problems == ()


def test_a_pack_that_has_all_photos_tells_of_no_packing(tmp_path, photos):
    build(tmp_path, photos)
    told = []
    build(tmp_path, photos, context=JobContext(told.append))
    assert not told


def test_the_same_content_is_packed_once_and_its_crops_apart(tmp_path, photos):
    again = TrainingPhoto(99, photos[0].content_hash, photos[0].file, None)
    part = photo_of(photos[0].file, 98, crop=(0, 0, 30, 30))
    result = build(tmp_path / "packs", [photos[0], again, part])
    assert (result.photos, result.added) == (3, 2)
    with open_pack(result.file) as pack:
        rows = pack.rows_of([photos[0], again, part, photos[1]])
        assert rows[0] == rows[1] != rows[2] and rows[3] == -1 and len(pack) == 2


def test_sizes_and_fits_have_packs_of_their_own(tmp_path, photos):
    files = {
        build_pack(tmp_path, photos[:1], side, fit, workers=1).file.name
        for side in (32, 48)
        for fit in ("pad", "crop")
    }
    assert files == {"32-pad.pack", "32-crop.pack", "48-pad.pack", "48-crop.pack"}


def test_photos_that_cannot_be_read_are_told_and_tried_again(tmp_path, photos):
    whole = photos[3].file.read_bytes()
    photos[2].file.unlink()
    photos[3].file.write_bytes(whole + b"!")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"<html>404</html>")
    result = build(tmp_path / "packs", [*photos, photo_of(broken)])
    assert result.photos == 18
    assert {p.photo.file.name: p.why for p in result.problems} == {
        "2.jpg": "missing",
        "3.jpg": "its file was changed since it was read",
        "broken.jpg": "web page",
    }
    photos[3].file.write_bytes(whole)
    assert build(tmp_path / "packs", photos).added == 1


@pytest.mark.parametrize("keep_index", [True, False])
@pytest.mark.parametrize("torn", [1, 40, 700])
def test_a_torn_end_is_cut_off_and_packing_goes_on_there(tmp_path, photos, torn, keep_index):
    file = build(tmp_path / "packs", photos[:10]).file
    whole = file.read_bytes()
    stored = file.with_suffix(".index").read_bytes()
    build(tmp_path / "packs", photos)
    file.write_bytes(file.read_bytes()[:-torn])
    # Either the index of a while ago is there, or none.
    file.with_suffix(".index").write_bytes(stored)
    if not keep_index:
        file.with_suffix(".index").unlink()
    with open_pack(file) as pack:
        readable = len(pack)
        assert 10 <= readable < 20
        pack.read(np.arange(readable))
    result = build(tmp_path / "packs", photos)
    assert (result.photos, result.added) == (20, 20 - readable)
    assert file.read_bytes().startswith(whole)
    with open_pack(file) as pack:
        found = pack.read(pack.rows_of(photos))
    expected = [photo_to_square(photo.file, None, SIDE, "pad") for photo in photos]
    assert (found == np.stack(expected)).all()


@pytest.mark.parametrize("damage", [b"", b"no index", None])
def test_an_index_that_is_damaged_or_of_another_pack_is_not_believed(tmp_path, photos, damage):
    file = build(tmp_path / "packs", photos).file
    other = build(tmp_path / "other", photos[::-1]).file
    index = file.with_suffix(".index")
    index.write_bytes(other.with_suffix(".index").read_bytes() if damage is None else damage)
    with open_pack(file) as pack:
        (found,) = pack.read(pack.rows_of(photos[4:5]))
    assert (found == photo_to_square(photos[4].file, None, SIDE, "pad")).all()


def test_a_pack_whose_bytes_have_changed_is_refused(tmp_path, photos):
    file = build(tmp_path / "packs", photos).file
    data = bytearray(file.read_bytes())
    data[-100] ^= 0xFF
    file.write_bytes(data)
    with open_pack(file) as pack, pytest.raises(UserError, match="damaged") as caught:
        pack.read(np.arange(20))
    assert caught.value.path == file and "Delete it" in caught.value.remedy


@pytest.mark.parametrize("data", [None, b"", b"something else entirely, and long enough for it"])
def test_a_file_that_is_no_pack_is_refused(tmp_path, data):
    file = tmp_path / "48-pad.pack"
    if data is not None:
        file.write_bytes(data)
        with pytest.raises(UserError, match="no pack"):
            build(tmp_path, [])
    with pytest.raises(UserError, match="no pack"):
        open_pack(file)


def test_packing_that_is_cancelled_keeps_what_it_has(tmp_path, photos, monkeypatch):
    monkeypatch.setattr(pack_building, "_CHUNK", 4)
    looks = iter([False, False, False, True])
    with pytest.raises(Cancelled):
        build(tmp_path / "packs", photos, context=JobContext(is_cancelled=lambda: next(looks)))
    result = build(tmp_path / "packs", photos)
    assert 0 < result.added < 20 and result.photos == 20


def test_packing_that_is_killed_goes_on_where_it_was(tmp_path, photos):
    folder = tmp_path / "packs"
    code = f"""
import os, signal, sys
sys.path.insert(0, {os.fspath(Path(__file__).parent)!r})
from pathlib import Path
from core.training import pack_building
from test_pack import build, photo_of
def killed_in_the_midst(self, key, jpeg, append=pack_building._Writer.append):
    append(self, key, jpeg)
    if len(self._index.rows) == 13:
        self._file.write(b"PHOT, and then")
        self._file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
pack_building._Writer.append = killed_in_the_midst
files = [Path({os.fspath(tmp_path)!r}, "photos", f"{{n}}.jpg") for n in range(20)]
build(Path({os.fspath(folder)!r}), [photo_of(file, n) for n, file in enumerate(files)])
"""
    root = Path(pack_building.__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, check=False)
    assert ran.returncode == -signal.SIGKILL
    with open_pack(folder / f"{SIDE}-pad.pack") as pack:
        assert len(pack) == 13
    result = build(folder, photos)
    assert (result.photos, result.added) == (20, 7)


def test_a_full_disk_says_so_and_what_was_written_is_kept(tmp_path, photos, monkeypatch):
    build(tmp_path / "packs", photos[:5])

    def full(self, key, jpeg):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(pack_building._Writer, "append", full)
        with pytest.raises(UserError, match="disk is full") as caught:
            build(tmp_path / "packs", photos)
    assert "Make room" in caught.value.remedy
    assert build(tmp_path / "packs", photos).added == 15


def test_a_second_writer_waits_for_the_first(tmp_path, photos):
    stages = []
    waiting = threading.Event()

    def hear(progress):
        stages.append(progress.stage)
        waiting.set()

    lock = FileLock(tmp_path / f"{SIDE}-pad.lock", thread_local=False)
    lock.acquire()
    threading.Thread(target=lambda: (waiting.wait(10), lock.release())).start()
    build(tmp_path, photos[:2], context=JobContext(hear))
    assert stages[0].startswith("Waiting") and stages[-1] == "Packing photos"


def test_several_processes_pack_the_same(tmp_path, photos):
    one = build(tmp_path / "one", photos)
    two = build_pack(tmp_path / "two", photos, SIDE, "pad", workers=2)
    assert two.added == 20
    with open_pack(one.file) as first, open_pack(two.file) as second:
        assert (first.read(first.rows_of(photos)) == second.read(second.rows_of(photos))).all()
