"""The program is killed at moments of chance, again and again, and nothing is lost.

Each test kills one stage of the work with SIGKILL, looks at what is left as it lies on the disk,
starts the stage again, perhaps to kill it again, and looks at what it comes to.

So many kills as `PICKGLASS_KILLS` says are shared by the tests; `PICKGLASS_KILLS=300` is the long
form. `-rP` prints what they did.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from killable import (
    Acknowledged,
    KillableProgram,
    Originals,
    acknowledged,
    check_catalogue,
    decisions_before_the_newest,
    decisions_of,
    newest_operation,
    original,
    reopened,
)
from made_catalogue import write_photo

from core.catalogue.photos import read_photos
from core.cleaning.apply import plan_apply
from core.cleaning.move_journal import unfinished
from core.cleaning.undo import undo
from core.project import open_project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL on Windows"),
]

TESTS_THAT_KILL = 6
KILLS = max(1, int(os.environ.get("PICKGLASS_KILLS", "36")) // TESTS_THAT_KILL)
_NOT_AMID = "nothing was begun, or all was done"
# On a busy machine a kill comes early or late; some more hit the moment between.
_MOST_MORE_KILLS = 40
SEED = int(os.environ.get("PICKGLASS_KILLS_SEED", "1"))

ITEMS, PHOTOS = 24, 5


@pytest.fixture(scope="module")
def forking(tmp_path_factory):
    program = KillableProgram(tmp_path_factory.mktemp("program"), SEED)
    yield program
    program.close()


@pytest.fixture
def program(forking, request):
    """The program, not yet killed in this test."""
    forking.kills = 0
    yield forking
    print(f"{request.node.name}: {forking.kills} kills")


@pytest.fixture(scope="module")
def ready(forking, tmp_path_factory):
    """A folder with a scrape and a project of it, ready to be cleaned, and copies of both.

    The photos are all different, but for each item's last, a byte copy of its first.
    """
    folder = tmp_path_factory.mktemp("ready")
    scrape = folder / "scrape"
    for item in range(ITEMS):
        add_to_scrape(scrape, item, range(PHOTOS - 1))
        first = scrape / f"item_{item:03}/00.jpg"
        shutil.copy2(first, first.with_name(f"{PHOTOS - 1:02}.jpg"))
    make_ready(forking, folder / "shop.pickglass", scrape)
    for name in ("scrape", "shop.pickglass"):
        shutil.copytree(folder / name, folder / "copies" / name)
    return folder


@pytest.fixture
def scrape(ready):
    shutil.rmtree(ready / "scrape", ignore_errors=True)
    return shutil.copytree(ready / "copies/scrape", ready / "scrape")


@pytest.fixture
def root(ready):
    """The project's folder."""
    shutil.rmtree(ready / "shop.pickglass", ignore_errors=True)
    return shutil.copytree(ready / "copies/shop.pickglass", ready / "shop.pickglass")


def add_to_scrape(folder, item, numbers):
    for number in numbers:
        write_photo(folder / f"item_{item:03}/{number:02}.jpg", f"{item} {number}")


def make_ready(program, root, scrape):
    program.run("import", root, scrape)
    program.run("hash", root)
    program.run("hints", root)


def decide(program, root, count=30):
    program.run("decide", root, "--seed", program.rng.randrange(1_000_000), "--count", count)


def test_no_decision_that_was_made_is_lost(program, root, scrape):
    originals = Originals(scrape)
    with reopened(root) as catalogue:
        undecided = decisions_of(catalogue)
        known = Acknowledged(newest_operation(catalogue), undecided)
    made = set()
    while program.kills < KILLS:
        program.kill("decide", root, "--seed", program.rng.randrange(1_000_000))
        told = list(acknowledged(program.output))
        made |= {decision.operation for decision in told}
        known = told[-1] if told else known
        with reopened(root) as catalogue:
            check_catalogue(catalogue)
            newest, now = newest_operation(catalogue), decisions_of(catalogue)
            if now != known.decisions:
                # One that was stored whole, and killed before it could be told.
                assert newest == known.operation + 1
                assert decisions_before_the_newest(catalogue) == known.decisions
            known = Acknowledged(newest, now)
    with reopened(root) as catalogue:
        journal = {row[0] for row in catalogue.connection.execute("SELECT id FROM operation")}
        assert made <= journal
        assert len(made) > KILLS
        while undo(catalogue) is not None:
            pass
        assert decisions_of(catalogue) == undecided
    originals.check_untouched()
    print(f"{len(made)} decisions were made; all were there after each kill, and all undone")


def test_an_import_goes_on_and_forgets_nothing(program, tmp_path, root, scrape):
    """Import, reading and hints, from the half of a scrape that is decided on to the whole."""
    decide(program, root)
    half = decided_on(root)
    template = tmp_path / "half.pickglass"
    root.rename(template)
    for item in range(ITEMS // 2, ITEMS + ITEMS // 2):
        add_to_scrape(scrape, item, range(PHOTOS, PHOTOS + 3))
    originals = Originals(scrape)
    shutil.copytree(template, root)
    make_ready(program, root, scrape)
    whole = everything_known(root)

    begun: Counter[str] = Counter()
    while program.kills < KILLS:
        shutil.rmtree(root)
        shutil.copytree(template, root)
        for verb, arguments in (("import", [scrape]), ("hash", []), ("hints", [])):
            while program.perhaps_kill(verb, root, *arguments):
                begun[verb] += 1
                with reopened(root) as catalogue:
                    check_catalogue(catalogue)
                now = decided_on(root)
                assert {name: now[name] for name in half} == half
            program.run(verb, root, *arguments)
        assert everything_known(root) == whole
        originals.check_untouched()
    print(f"killed: {dict(begun)}")


def test_a_first_import_that_was_killed_is_begun_again(program, tmp_path, root, scrape):
    """From no project at all, so that the making of its folder is killed too."""
    shutil.rmtree(root)
    program.run("import", root, scrape)
    whole = everything_known(root)
    originals = Originals(scrape)
    while program.kills < KILLS:
        shutil.rmtree(root)
        while program.perhaps_kill("import", root, scrape):
            pass
        program.run("import", root, scrape)
        assert everything_known(root) == whole
        originals.check_untouched()


@pytest.mark.parametrize("disk", ["the same disk", "another disk"])
def test_moving_files_is_finished_or_rolled_back(program, root, scrape, disk):
    with scrape_on(disk, program, root, scrape) as scrape:
        project = open_project(root)
        originals = Originals(scrape)
        settled: Counter[str] = Counter()

        def is_proven() -> bool:
            """Whether there were kills enough, and one of them came amid the moving of files."""
            return program.kills >= KILLS and bool(settled.keys() - {_NOT_AMID})

        while not is_proven() and program.kills < KILLS + _MOST_MORE_KILLS:
            decide(program, root)
            before = originals.check_where_the_catalogue_says(project)
            with reopened(root) as catalogue:
                decided, newest = decisions_of(catalogue), newest_operation(catalogue)
            verb, *arguments = program.rng.choice(
                [["apply"], ["apply"], ["restore", "--everything"], restore_some(program, root)]
            )
            if not program.kill(verb, root, *arguments):
                originals.check_where_the_catalogue_says(project)
                continue
            originals.check_none_lost(project)
            with reopened(root) as catalogue:
                check_catalogue(catalogue)
                was_moving = unfinished(catalogue)
                if decisions_of(catalogue) != decided:
                    # Restoring is a decision too, made together with the plan.
                    assert verb == "restore"
                    assert newest_operation(catalogue) == newest + 1
                    assert decisions_before_the_newest(catalogue) == decided
                decided = decisions_of(catalogue)
            how = "--finish" if program.rng.random() < 0.5 else "--roll-back"
            while program.rng.random() < 0.4 and program.kill("apply", root, how):
                originals.check_none_lost(project)
            program.run("apply", root, how)
            away = originals.check_where_the_catalogue_says(project)
            with reopened(root) as catalogue:
                check_catalogue(catalogue)
                assert unfinished(catalogue) is None
                assert decisions_of(catalogue) == decided
                if was_moving and how == "--finish" and verb == "apply":
                    assert plan_apply(catalogue).is_empty
            if was_moving is None:
                settled[_NOT_AMID] += 1
                continue
            settled[f"{verb} {how}"] += 1
            if how == "--roll-back":
                assert away == before
        assert is_proven()

        program.run("apply", root)
        with reopened(root) as catalogue:
            assert plan_apply(catalogue).is_empty
        program.run("restore", root, "--everything")
        originals.check_untouched()
        print(f"{disk}: {dict(settled)}")


def test_an_export_goes_on_to_what_it_would_have_been(program, tmp_path, root, scrape):
    originals = Originals(scrape)
    target = tmp_path / "clean"
    killed: Counter[str] = Counter()
    while program.kills < KILLS:
        decide(program, root, 20)
        mode = program.rng.choice(["copy", "hardlink"])
        if program.rng.random() < 0.5:
            shutil.rmtree(target, ignore_errors=True)
        kind = "update" if target.exists() else "first"
        while program.perhaps_kill("export", root, target, "--mode", mode):
            killed[f"{kind} {mode}"] += 1
            assert kind == "update" or not target.exists() or is_whole(target)
            originals.check_untouched()
        program.run("export", root, target, "--mode", mode)
        assert exported(target) == kept(root, scrape)
        assert not list(tmp_path.glob(".*"))
        originals.check_untouched()
    with reopened(root) as catalogue:
        check_catalogue(catalogue)
    print(f"killed: {dict(killed)}")


def restore_some(program, root):
    with reopened(root) as catalogue:
        ids = [row[0] for row in catalogue.connection.execute("SELECT id FROM item ORDER BY id")]
    chosen = program.rng.sample(ids, len(ids) // 2)
    return ["restore", *(word for id_ in chosen for word in ("--item-id", id_))]


@contextmanager
def scrape_on(disk, program, root, scrape):
    """Where the scrape is, once it has been moved to another disk if that is asked for."""
    if disk == "the same disk":
        yield scrape
        return
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == root.stat().st_dev:
        pytest.skip("there is no second disk")
    with tempfile.TemporaryDirectory(dir=memory, prefix="pickglass-tests-") as folder:
        moved = Path(shutil.move(scrape, folder))
        program.run("import", root, moved, "--moved-from", scrape)
        yield moved


def decided_on(root):
    """What was decided on each photo and its item, by the photo's path."""
    with reopened(root) as catalogue:
        rows = catalogue.connection.execute(
            "SELECT path, verdict, photo.reason, key, state, item.reason, note FROM photo"
            " JOIN item ON item.id = item_id"
        )
        return {row[0]: tuple(row[1:]) for row in rows}


def everything_known(root):
    """All rows that importing, reading and looking for hints make, without when they were made."""
    with reopened(root) as catalogue:
        return [
            sorted(map(tuple, catalogue.connection.execute(query)), key=repr)
            for query in (
                "SELECT * FROM item",
                "SELECT * FROM photo",
                "SELECT * FROM content",
                "SELECT item_id, kind, photo_id, other_photo_id, relation, score, why, better_why"
                " FROM hint",
                "SELECT item_id FROM stale_item",
            )
        ]


def is_whole(target):
    return (target / "manifest.csv").exists() and (target / "manifest.parquet").exists()


def exported(target):
    """The content of every exported file, by what the manifest says that it came from."""
    rows = pq.read_table(target / "manifest.parquet").to_pylist()
    files = {file for file in target.rglob("*") if file.is_file()}
    names = {file.relative_to(target).as_posix() for file in files}
    assert names == {row["path"] for row in rows} | {
        ".pickglass-export",
        "manifest.csv",
        "manifest.parquet",
    }
    return {row["original_path"]: original(target / row["path"]).content for row in rows}


def kept(root, scrape):
    """What an export should hold."""
    with reopened(root) as catalogue:
        ids = [
            row[0]
            for row in catalogue.connection.execute(
                "SELECT id FROM item WHERE state NOT IN ('rejected', 'merged')"
            )
        ]
        photos = [photo for id_ in ids for photo in read_photos(catalogue, [id_])[id_]]
    return {
        str(scrape / photo.name): original(photo.file).content for photo in photos if photo.is_kept
    }
