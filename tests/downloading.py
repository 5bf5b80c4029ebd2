"""A web server on this machine, and a catalogue whose photos wait to be downloaded from it."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image

from core.catalogue import photos
from core.scrape.download import download_pending
from core.scrape.fetch import Limits
from core.scrape.importing import import_scrape


def jpeg(side=40):
    data = io.BytesIO()
    Image.effect_noise((side, side), 60).convert("RGB").save(data, "JPEG")
    return data.getvalue()


PHOTO = jpeg()


class Server(ThreadingHTTPServer):
    """Answers each path as the test has laid down; all others with a photo."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {}
        self.asked = Counter()
        self.headers = []
        self.lock = threading.Lock()
        self.running = self.most_at_once = 0
        self.hold = None  # a threading.Barrier: requests wait for each other there

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        with server.lock:
            number = server.asked[self.path]
            server.asked[self.path] += 1
            server.headers.append(self.headers)
            server.running += 1
            server.most_at_once = max(server.most_at_once, server.running)
        try:
            if server.hold is not None:
                server.hold.wait(timeout=10)
            answers = server.answers.get(self.path, [])
            answer = answers[min(number, len(answers) - 1)] if answers else {}
            self.answer(**answer)
        finally:
            with server.lock:
                server.running -= 1

    def answer(self, status=200, body=PHOTO, length=None, **headers):
        self.send_response(status)
        length = len(body) if length is None else length
        if length != "none":
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class FakeTime:
    def __init__(self):
        self.now = 100.0
        self.slept = 0.0

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += max(seconds, 0.001)
        self.slept += seconds


@contextmanager
def serving():
    """A server that answers until the block ends."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def wait_for(catalogue, tmp_path, urls):
    """Imports a dump with an item of one photo for each URL."""
    items = [
        {"id": number, "title": "x", "photos": [{"id": number, "url": url}]}
        for number, url in enumerate(urls)
    ]
    (tmp_path / "dump.json").write_text(json.dumps(items))
    import_scrape(catalogue, tmp_path / "dump.json")
    catalogue.connection.execute("DELETE FROM stale_item")


def download(catalogue, **options):
    faked = FakeTime()
    options.setdefault("limits", Limits(allow_private=True))
    result = download_pending(
        catalogue, clock=faked.clock, sleep=faked.sleep, jitter=lambda: 0.5, **options
    )
    return result, faked


def rows(catalogue):
    found = photos.read_photos(catalogue, range(1, 100))
    return [photo for group in found.values() for photo in group]
