"""Photos from outside of the catalogue, embedded by a process that may die."""

import http.server
import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from made_catalogue import write_photo
from mouse import drag
from PyQt5.QtCore import QMimeData, QPoint, Qt
from PyQt5.QtGui import QColor, QGuiApplication, QImage
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from core.embedding.index import unit
from core.embedding.query_protocol import WorkerCommand
from explorer.query_worker import QueryWorker, WorkerState

FAKE = Path(__file__).parents[1] / "fakes" / "query_worker.py"


def lies_at(seed):
    vector = np.random.default_rng(seed).normal(size=6)
    return vector / np.linalg.norm(vector)


@pytest.fixture
def log(tmp_path):
    return tmp_path / "worker.log"


@pytest.fixture
def worker(qapp, log):
    def command(_, model_hash="weights"):
        return WorkerCommand(
            (sys.executable, str(FAKE), model_hash, str(log)), FAKE.parent, dict(os.environ)
        )

    worker = QueryWorker(qapp, command)
    worker.command = command
    yield worker
    worker.close()


@pytest.fixture
def opened(exploring, worker):
    exploring.items()
    exploring.index()
    return exploring.open(worker=worker)


def photo_file(tmp_path, name):
    file = tmp_path / name
    write_photo(file)
    return file


def nearest_to(exploring, vector):
    exploring.part("one_per_item").setChecked(False)
    return [int(r) for r in np.argsort(-(exploring.state.opened.index.vectors @ vector))]


def test_a_dropped_photo_becomes_the_query(opened, tmp_path):
    assert opened.drop(photo_file(tmp_path, "at 5.jpg"))

    opened.wait(lambda: opened.state.query is not None)

    assert opened.part("query_title").text() == "at 5.jpg"
    expected = nearest_to(opened, lies_at(5))
    assert opened.listed() == expected[: len(opened.listed())]


def test_the_worker_is_started_by_the_first_query_and_shown_as_starting(opened, tmp_path):
    assert opened.tab._worker.state is WorkerState.IDLE

    opened.drop(photo_file(tmp_path, "at 5.jpg"))

    assert opened.says("The model is being loaded")
    opened.wait(lambda: opened.state.query is not None)
    assert not opened.says("The model is being loaded")


def test_several_dropped_photos_are_averaged(opened, tmp_path):
    opened.drop(photo_file(tmp_path, "at 1.jpg"), photo_file(tmp_path, "at 2.jpg"))

    opened.wait(lambda: opened.state.query is not None)

    mean = unit((lies_at(1) + lies_at(2))[None].astype(np.float32))[0]
    assert opened.state.query.vector == pytest.approx(mean, abs=1e-5)
    assert opened.says("at 2.jpg")


def test_a_worker_that_died_is_started_again_and_it_is_said(opened, tmp_path, log):
    states = []
    opened.tab._worker.state_changed.connect(states.append)

    opened.drop(photo_file(tmp_path, "dies at 5.jpg"))

    opened.wait(lambda: opened.state.query is not None)
    assert WorkerState.RESTARTING in states
    assert log.read_text().count("started") == 2
    assert opened.state.query.vector == pytest.approx(lies_at(5), abs=1e-5)


def test_a_photo_that_the_worker_always_dies_over_is_given_up(opened, tmp_path, qtbot, log):
    opened.drop(photo_file(tmp_path, "always dies 5.jpg"))

    qtbot.waitUntil(lambda: "died twice" in opened.message, timeout=10_000)

    assert opened.state.query is None
    opened.drop(photo_file(tmp_path, "at 7.jpg"))
    opened.wait(lambda: opened.state.query is not None)


def test_a_photo_that_cannot_be_read_is_said_and_the_others_still_count(opened, tmp_path):
    opened.drop(photo_file(tmp_path, "broken.jpg"), photo_file(tmp_path, "at 2.jpg"))

    opened.wait(lambda: opened.state.query is not None)

    assert opened.state.query.vector == pytest.approx(lies_at(2), abs=1e-5)


def test_a_model_that_is_not_the_indexs_is_refused(exploring, worker, tmp_path, qtbot):
    exploring.items()
    exploring.index(model_hash="other weights")
    exploring.open(worker=worker)

    exploring.drop(photo_file(tmp_path, "at 5.jpg"))

    qtbot.waitUntil(lambda: "another model" in exploring.message)
    # What to do is not what is cut off.
    assert exploring.message.index("Embed the catalogue again") < exploring.message.index("(/")
    assert "Embed the catalogue again" in exploring.message
    assert exploring.state.query is None


def test_a_picture_on_the_clipboard_becomes_the_query(opened):
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 30, 30))
    QGuiApplication.clipboard().setImage(image)

    opened.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    opened.wait(lambda: opened.state.query is not None)
    assert opened.part("query_title").text() == "Picture from the clipboard"
    assert QImage(str(opened.state.query.examples[0].photo.file)).size() == image.size()


class _Shop(http.server.BaseHTTPRequestHandler):
    photo = b""

    def do_GET(self):
        found = self.path.startswith("/photos/")
        moved = self.path.startswith("/moved/")
        self.send_response(200 if found else 302 if moved else 404)
        if moved:
            self.send_header("Location", self.path.replace("/moved/", "/photos/"))
        self.send_header("Content-Type", "image/jpeg")
        self.end_headers()
        if found:
            self.wfile.write(self.photo)

    def log_message(self, *_):
        pass


@pytest.fixture
def shop(tmp_path):
    _Shop.photo = photo_file(tmp_path, "served.jpg").read_bytes()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_photo_is_fetched_by_its_address(opened, shop):
    opened.tab._fetcher.fetch(f"{shop}/photos/at%203.jpg")

    opened.wait(lambda: opened.state.query is not None)

    assert opened.state.query.examples[0].photo.url.startswith(shop)


def test_an_address_without_a_photo_is_said(opened, shop, qtbot):
    opened.tab._fetcher.fetch(f"{shop}/nothing")

    qtbot.waitUntil(lambda: "404" in opened.message)
    assert f"{shop}/nothing" in opened.message
    assert opened.state.query is None


def test_an_address_that_the_user_pastes_may_be_in_the_own_network(opened, shop):
    data = QMimeData()
    data.setText(f"{shop}/photos/at%203.jpg")
    QGuiApplication.clipboard().setMimeData(data)
    opened.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    opened.wait(lambda: opened.state.query is not None)


def test_a_public_address_does_not_lead_into_the_own_network(opened, shop, qtbot, monkeypatch):
    monkeypatch.setattr("core.scrape.fetch.is_private", lambda url: "/photos/" in url)
    opened.tab._fetcher.fetch(f"{shop}/moved/at%203.jpg")

    qtbot.waitUntil(lambda: "private network" in opened.message)
    assert opened.state.query is None


def test_the_query_is_cropped_before_it_is_embedded(opened, tmp_path, qtbot):
    opened.drop(photo_file(tmp_path, "at 5.jpg"))
    opened.wait(lambda: opened.state.query is not None)

    opened.press(Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    dialog = QApplication.activeModalWidget()
    area = dialog.findChild(object, "crop_area")
    qtbot.waitUntil(lambda: not area._image.isNull())
    place = area._place()
    corner = place.topLeft().toPoint() + QPoint(2, 2)
    drag(area, corner, corner + QPoint(40, 40), place.bottomRight().toPoint() - QPoint(2, 2))
    assert area.crop is not None
    QTest.keyClick(dialog, Qt.Key.Key_Return)

    opened.wait(lambda: opened.state.query.examples[0].photo.crop is not None)
    assert opened.state.query.vector == pytest.approx(-lies_at(5), abs=1e-5)
    assert opened.part("query_title").text() == "at 5.jpg (part)"
    opened.press(Qt.Key.Key_B)
    assert opened.state.query.vector == pytest.approx(lies_at(5), abs=1e-5)


def test_another_run_starts_another_worker(opened, tmp_path, log):
    opened.drop(photo_file(tmp_path, "at 5.jpg"))
    opened.wait(lambda: opened.state.query is not None)
    opened.index("second", opened.vectors(seed=3))
    opened.tab._runs.choose("second")
    opened.wait(lambda: opened.state.opened.run.name == "second")

    assert opened.tab._worker.state is WorkerState.IDLE
    opened.drop(photo_file(tmp_path, "at 5.jpg"))
    opened.wait(lambda: opened.state.query is not None)
    assert log.read_text().count("started") == 2


def test_a_run_that_can_draw_shows_what_it_takes_the_point_for(exploring, worker):
    exploring.items()
    run = exploring.index()
    (run.folder / "decoder.keras").write_bytes(b"decoder")
    exploring.open(worker=worker)
    assert not exploring.part("decoded").isVisible()

    exploring.tab._asking.ask_rows([0])

    exploring.wait(lambda: exploring.part("decoded").isVisible())


def test_a_run_that_can_draw_is_asked_once_for_a_dropped_photo(exploring, worker, tmp_path, qtbot):
    exploring.items()
    run = exploring.index()
    (run.folder / "decoder.keras").write_bytes(b"decoder")
    exploring.open(worker=worker)
    pictures = []
    worker.decoded.connect(lambda number, _: pictures.append(number))

    exploring.drop(photo_file(tmp_path, "at 5.jpg"))
    exploring.wait(lambda: exploring.part("decoded").isVisible())
    # Answers come in the order of the questions: with this one all before it are there.
    exploring.drop(photo_file(tmp_path, "at 7.jpg"))
    exploring.wait(lambda: exploring.part("query_title").text() == "at 7.jpg")
    qtbot.waitUntil(lambda: len(pictures) >= 2)

    assert pictures == sorted(set(pictures))


def test_a_run_that_cannot_draw_starts_no_worker_for_a_photo_it_knows(opened):
    opened.tab._asking.ask_rows([0])

    assert opened.tab._worker.state is WorkerState.IDLE
    assert not opened.part("decoded").isVisible()
