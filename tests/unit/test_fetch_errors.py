"""What is said of a connection that fails, before an answer and in the middle of it."""

import contextlib
import socket
import threading

import pytest

from core.scrape.fetch import FetchFailed, Limits, fetch, new_session

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n"


@pytest.fixture
def server():
    """Starts a server that answers one connection as told; gives its address."""
    with contextlib.ExitStack() as ends:

        def start(answer):
            listening = ends.enter_context(socket.create_server(("127.0.0.1", 0)))
            listening.settimeout(10)
            is_over = threading.Event()

            def serve():
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    answer(connection, is_over)

            thread = threading.Thread(target=serve)
            thread.start()
            ends.callback(thread.join)
            ends.callback(is_over.set)
            return f"http://127.0.0.1:{listening.getsockname()[1]}/photo.jpg"

        yield start


def failure(url, to):
    limits = Limits(connect_s=2, read_s=0.3, allow_private=True)
    with pytest.raises(FetchFailed) as failed, new_session() as session:
        fetch(session, url, to, limits, lambda: False)
    assert failed.value.passing
    assert not to.exists()
    return failed.value.reason


def test_nobody_answers(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}/photo.jpg", tmp_path / "a") == "could not connect"


def test_the_server_hangs_up_without_an_answer(server, tmp_path):
    url = server(lambda connection, is_over: None)
    assert failure(url, tmp_path / "a") == "the connection broke off"


@pytest.mark.parametrize("sent", [b"", _HEAD + b"\xff\xd8\xff\xe0" + bytes(60)])
def test_the_server_falls_silent(server, tmp_path, sent):
    def answer(connection, is_over):
        connection.sendall(sent)
        is_over.wait(10)

    assert failure(server(answer), tmp_path / "a") == "timed out"


def test_the_server_hangs_up_in_the_middle(server, tmp_path):
    url = server(lambda connection, is_over: connection.sendall(_HEAD + b"\xff\xd8\xff\xe0"))
    assert failure(url, tmp_path / "a") == "the connection broke off"
