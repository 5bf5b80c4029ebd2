"""Stands for `main.py` when a run's worker is started: does what FAKE_WORKER says.

"finish" finishes at once, "wait" waits until it is asked to stop, "die" prints a traceback and
dies, "vanish" kills itself without a word.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from core.training.launching import working_on
from core.training.run_facts import change_facts
from core.training.runs import Run, RunState

if __name__ == "__main__":
    project, name = Path(sys.argv[3]), sys.argv[5]
    assert sys.argv[1:] == ["train", "--project", str(project), "--run", name, "--worker"]
    run = Run(project / "runs" / name)
    match os.environ["FAKE_WORKER"]:
        case "die":
            print("Loading…")
            raise RuntimeError("the bag burst")
        case "vanish":
            os.kill(os.getpid(), signal.SIGKILL)
        case "finish":
            with working_on(run):
                change_facts(run.facts_file, state=RunState.FINISHED, started=time.time())
        case "wait":
            with working_on(run):
                run.events_file.write_text("")
                while not run.stop_file.exists():
                    time.sleep(0.02)
                change_facts(run.facts_file, state=RunState.STOPPED)
