import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.project import create_project, lock_for_writing

ROOT = Path(__file__).resolve().parents[2]

CODE = """
import sys
from pathlib import Path
from core.qt.application import run_window

def when_up(window):
    print("up" if window.opened is not None else "welcome", flush=True)

path = Path(sys.argv[1]) if sys.argv[1:] else None
sys.exit(run_window(("false",), (), path=path, when_up=when_up))
"""


def start(settings, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", CODE, *map(str, arguments)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(settings)},
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_the_end_of_the_session_close_the_window_in_order(tmp_path, number):
    project = create_project(tmp_path / "shop.pickglass")
    with start(tmp_path / "settings", project.root) as process:
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        process.wait(30)

    assert process.returncode == 0
    with lock_for_writing(project):
        pass
    assert "Traceback" not in (project.logs / "window.log").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_the_last_project_opens_by_default_and_the_welcome_page_where_there_is_none(tmp_path):
    project = create_project(tmp_path / "shop.pickglass")
    for arguments, expected in (((), "welcome\n"), ((project.root,), "up\n"), ((), "up\n")):
        with start(tmp_path / "settings", *arguments) as process:
            assert process.stdout.readline() == expected
            process.terminate()
