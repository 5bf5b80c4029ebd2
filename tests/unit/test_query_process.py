from __future__ import annotations

import os
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.embedding.query_process import QueryProcess, WorkerDied, check_same_model
from core.embedding.query_protocol import (
    AnswerReader,
    Decode,
    Decoded,
    Embed,
    Embedded,
    Ready,
    Refused,
    WorkerCommand,
    answer_from,
    request_from,
    to_line,
    worker_command,
)
from core.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


def fake_worker(*flags):
    def command(folder):
        module = "tests.fakes.colour_query_worker"
        return WorkerCommand(
            (sys.executable, "-m", module, str(folder), *flags), ROOT, dict(os.environ)
        )

    return command


def one_colour(file, rgb, side=40):
    pixels = np.full((side, side, 3), rgb[::-1], np.uint8)
    cv2.imwrite(str(file), pixels)
    return file


@pytest.fixture
def worker(tmp_path):
    with QueryProcess(tmp_path, fake_worker()) as process:
        yield process


def test_a_photo_is_embedded_and_a_point_is_decoded(worker, tmp_path):
    ready = worker.start()
    assert (ready.model_hash, ready.dimensions, ready.can_decode) == ("colours", 3, True)
    photo = one_colour(tmp_path / "red.png", (200, 10, 30))
    assert worker.embed(photo) == pytest.approx([200, 10, 30], abs=2)
    picture = cv2.imdecode(np.frombuffer(worker.decode([1, 2, 3]), np.uint8), cv2.IMREAD_COLOR)
    assert picture[0, 0].tolist() == [3, 2, 1]


def test_only_the_crop_is_embedded(worker, tmp_path):
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:20, :20] = 100
    cv2.imwrite(str(tmp_path / "half.png"), pixels)
    assert worker.embed(tmp_path / "half.png", (0, 0, 20, 20)) == pytest.approx(
        [100, 100, 100], abs=2
    )


def test_an_unreadable_photo_is_refused_and_the_worker_goes_on(worker, tmp_path):
    (tmp_path / "page.jpg").write_bytes(b"<!doctype html><html>not found</html>")
    with pytest.raises(UserError, match="a web page"):
        worker.embed(tmp_path / "page.jpg")
    with pytest.raises(UserError, match="no longer there"):
        worker.embed(tmp_path / "gone.jpg")
    with pytest.raises(UserError, match="cannot turn points"):
        worker.decode([1.0])
    assert worker.embed(one_colour(tmp_path / "a.png", (9, 9, 9))) == pytest.approx(
        [9, 9, 9], abs=2
    )


def test_a_worker_that_died_tells_its_last_words_and_another_takes_over(worker, tmp_path):
    with pytest.raises(WorkerDied, match="the network choked"):
        worker.embed(one_colour(tmp_path / "black.png", (0, 0, 0)))
    assert worker.embed(one_colour(tmp_path / "a.png", (9, 9, 9))) == pytest.approx(
        [9, 9, 9], abs=2
    )


def test_a_file_name_that_is_not_utf_8_reaches_the_worker(worker, tmp_path):
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.png"))
    one_colour(tmp_path / "a.png", (7, 7, 7)).rename(file)
    assert worker.embed(file) == pytest.approx([7, 7, 7], abs=2)


def test_a_run_without_a_model_says_so(tmp_path):
    with (
        QueryProcess(tmp_path, fake_worker("--without-model")) as process,
        pytest.raises(UserError, match="no model yet"),
    ):
        process.start()


def test_an_index_of_another_model_is_refused(worker, tmp_path):
    check_same_model(worker.start(), "colours", tmp_path)
    with pytest.raises(UserError, match="another model"):
        check_same_model(worker.start(), "other", tmp_path)


def test_workers_keep_off_the_gpu(tmp_path):
    command = worker_command(tmp_path)
    assert command.environment["CUDA_VISIBLE_DEVICES"] == "-1"
    assert command.arguments[1:] == ("-m", "core.embedding.worker_query", str(tmp_path))


numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
vectors = st.lists(numbers, max_size=5).map(tuple)
ids = st.integers(0, 2**40)
texts = st.text(max_size=20)
crops = st.none() | st.tuples(*[st.integers(0, 9999)] * 4)
answers = st.one_of(
    st.builds(
        Ready,
        texts,
        st.sampled_from(["angular", "l2"]),
        ids,
        ids,
        st.sampled_from(["pad", "crop", "stretch"]),
        st.booleans(),
        numbers,
    ),
    st.builds(Embedded, ids, vectors, numbers),
    st.builds(Decoded, ids, st.binary(max_size=40), numbers),
    st.builds(Refused, st.none() | ids, texts, st.none() | texts, texts),
)


@given(st.one_of(st.builds(Embed, ids, texts, crops), st.builds(Decode, ids, vectors)))
def test_requests_come_back_from_their_lines(request_):
    assert request_from(to_line(request_)) == request_


@given(st.lists(answers, max_size=4), st.integers(1, 50))
def test_answers_come_back_however_the_bytes_arrive(told, size):
    data = b"".join(map(to_line, told))
    reader = AnswerReader()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert [answer for piece in pieces for answer in reader.feed(piece)] == told


@pytest.mark.parametrize(
    "line", [b"", b"[]", b'{"kind": "embed"}', b'{"kind": "ready"}', b'{"kind": "decoded"}', b"x"]
)
def test_other_lines_are_no_answers(line):
    with pytest.raises(ValueError):
        answer_from(line)
