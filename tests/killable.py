"""The program's verbs, killed at moments of chance, and what must be true whenever they were."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.counts import recount
from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.paths import from_stored
from core.cleaning.undo import redo, undo
from core.project import Project, open_project

TESTS = Path(__file__).parent
_SIGKILL = 9
_FIRST_GUESS_S = 0.2
_OTHER_WORK = ("--finish", "--roll-back")
"""Arguments that make something else of a verb, which takes another time."""


class KillableProgram:
    """Runs verbs to their end or kills them with SIGKILL, at any moment of their usual duration.

    Attributes:
        kills: How many were killed at work.
        output: What the last one has written, as far as it came.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.rng = random.Random(seed)
        self.kills = 0
        self.output = ""
        self._usual_s: dict[tuple[object, ...], float] = {}
        self._out = folder / "output.txt"
        paths = (TESTS.parent, TESTS, TESTS / "fakes")
        self._server = subprocess.Popen(
            [sys.executable, str(TESTS / "fakes" / "forking_program.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(str, paths)),
                "OPENBLAS_NUM_THREADS": "1",  # threads do not come along into a fork
            },
        )

    def close(self) -> None:
        self._server.communicate()

    def run(self, verb: str, project: Path, *arguments: object) -> str:
        """Lets a verb end by itself, well; returns what it has written."""
        code = self._order(verb, project, arguments, None)
        assert code == 0, f"{verb} ended with {code}: {self.output}"
        return self.output

    def kill(self, verb: str, project: Path, *arguments: object) -> bool:
        """Kills a verb at a moment of chance; whether it was killed before it had ended."""
        work = (verb, *(word for word in arguments if word in _OTHER_WORK))
        usual_s = self._usual_s.setdefault(work, _FIRST_GUESS_S)
        code = self._order(verb, project, arguments, self.rng.uniform(0, usual_s))
        assert code in (0, -_SIGKILL), f"{verb} ended with {code}: {self.output}"
        killed = code == -_SIGKILL
        self.kills += killed
        # So three of four kills come in time, whatever else the machine is doing.
        self._usual_s[work] *= 1.1 if killed else 0.75
        return killed

    def perhaps_kill(self, verb: str, project: Path, *arguments: object) -> bool:
        """Kills a verb or lets it end, as chance will have it; whether it was killed."""
        if self.rng.random() < 0.5:
            self.run(verb, project, *arguments)
            return False
        return self.kill(verb, project, *arguments)

    def _order(
        self, verb: str, project: Path, arguments: tuple[object, ...], kill_after_s: float | None
    ) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        argv = [verb, "--project", str(project), *map(str, arguments)]
        order = {"argv": argv, "out": str(self._out), "kill_after_s": kill_after_s}
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline())
        self.output = self._out.read_text() if self._out.exists() else ""
        return answer["exit_code"]


@dataclass(frozen=True)
class Acknowledged:
    """A decision that was made: the user has seen it on the screen.

    Attributes:
        operation: Its number in the journal.
        decisions: What all decisions come to since then; see `decisions_of`.
    """

    operation: int
    decisions: str

    def tell(self) -> None:
        """Writes it down in one piece, for whoever reads after this process was killed."""
        os.write(1, f"{json.dumps(vars(self))}\n".encode())


def acknowledged(output: str) -> Iterator[Acknowledged]:
    for line in output.splitlines():
        if line.startswith("{"):
            yield Acknowledged(**json.loads(line))


def newest_operation(catalogue: Catalogue) -> int:
    (newest,) = catalogue.connection.execute(
        "SELECT coalesce(max(id), 0) FROM operation"
    ).fetchone()
    return newest


def decisions_of(catalogue: Catalogue) -> str:
    """One short text for all that was decided; another one if anything was decided otherwise."""
    digest = hashlib.sha256()
    for query in (
        "SELECT id, state, reason, note, merged_into, split_from FROM item ORDER BY id",
        "SELECT id, item_id, position, verdict, reason FROM photo ORDER BY id",
        "SELECT hex(hash_a), hex(hash_b) FROM not_duplicate ORDER BY 1, 2",
    ):
        for row in catalogue.connection.execute(query):
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def decisions_before_the_newest(catalogue: Catalogue) -> str:
    """What all decisions came to before the newest operation; changes nothing."""
    (is_undo,) = catalogue.connection.execute(
        "SELECT kind = 'undo' FROM operation ORDER BY id DESC LIMIT 1"
    ).fetchone()
    catalogue.connection.execute("BEGIN IMMEDIATE")
    try:
        (redo if is_undo else undo)(catalogue)
        return decisions_of(catalogue)
    finally:
        catalogue.connection.rollback()


def check_catalogue(catalogue: Catalogue) -> None:
    """SQLite finds nothing wrong, and what items say of their photos and hints is true."""
    connection = catalogue.connection
    assert [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    counts = "SELECT id, photo_count, kept_count, unreadable_count, hint_mask FROM item"
    said = list(map(tuple, connection.execute(counts)))
    connection.execute("BEGIN IMMEDIATE")
    try:
        recount(connection, [row[0] for row in said])
        assert list(map(tuple, connection.execute(counts))) == said
    finally:
        connection.rollback()


@dataclass(frozen=True)
class Original:
    """What must never change of a photo that the user has."""

    content: bytes
    mtime_ns: int
    mode: int


def original(file: Path) -> Original:
    stat = file.stat()
    return Original(hashlib.sha256(file.read_bytes()).digest(), stat.st_mtime_ns, stat.st_mode)


class Originals:
    """All files of a scrape as they were before anything was done with them."""

    def __init__(self, scrape: Path) -> None:
        self.scrape = scrape
        self.files = {file: original(file) for file in scrape.rglob("*") if file.is_file()}

    def check_untouched(self) -> None:
        """Every file is where it was and as it was, and there is no other."""
        now = {file: original(file) for file in self.scrape.rglob("*") if file.is_file()}
        assert now == self.files

    def check_none_lost(self, project: Project) -> None:
        """Every file is whole at its place or in the quarantine, whatever was interrupted."""
        with open_catalogue(project) as catalogue:
            elsewhere = {
                self.scrape / from_stored(row[0]): _places(project, row)
                for row in catalogue.connection.execute(
                    "SELECT photo.path, photo.quarantine,"
                    " group_concat(DISTINCT file_move.quarantine) FROM photo"
                    " LEFT JOIN file_move ON photo_id = photo.id GROUP BY photo.id"
                )
            }
        for file, was in self.files.items():
            copies = [place for place in (file, *elsewhere.get(file, ())) if place.exists()]
            assert copies, f"{file} is lost"
            for copy in copies:
                assert original(copy) == was, f"{copy} is not what {file} was"

    def check_where_the_catalogue_says(self, project: Project) -> set[Path]:
        """Each is in one place, the one that its photo's row says; returns those in quarantine."""
        away = set()
        with open_catalogue(project) as catalogue:
            rows = catalogue.connection.execute("SELECT path, quarantine FROM photo").fetchall()
        for path, quarantine in rows:
            file = self.scrape / from_stored(path)
            if quarantine is not None:
                away.add(file)
                assert not file.exists()
                file, place = project.quarantine / from_stored(quarantine), file
                assert original(file) == self.files[place]
            else:
                assert original(file) == self.files[file]
        held = [file for file in project.quarantine.rglob("*") if file.is_file()]
        assert len(held) == len(away), "something else lies in the quarantine"
        there = {file for file in self.scrape.rglob("*") if file.is_file()}
        assert there == self.files.keys() - away
        return away


def _places(project: Project, row: tuple[object, object, str | None]) -> set[Path]:
    names = {*(row[2] or "").split(","), row[1] or ""} - {""}
    return {project.quarantine / str(name) for name in names}


def reopened(root: Path) -> Catalogue:
    """The catalogue as it is found at the next start."""
    return open_catalogue(open_project(root))
