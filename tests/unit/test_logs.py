import logging

from core.jobs.logs import log_to
from core.project import create_project


def test_the_log_of_a_program_lies_in_its_project(tmp_path):
    project = create_project(tmp_path / "shop.pickglass")
    with log_to(project, "window"):
        logging.getLogger("core.anything").info("photo %s is gone", "été.jpg")
    logging.getLogger("core.anything").warning("after it was closed")

    (line,) = (project.logs / "window.log").read_text("utf-8").splitlines()
    assert line.endswith("INFO core.anything: photo été.jpg is gone")


def test_old_lines_make_room_for_new_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("core.jobs.logs._MAX_BYTES", 2_000)
    project = create_project(tmp_path / "shop.pickglass")
    with log_to(project, "hash"):
        for number in range(1_000):
            logging.getLogger().info("line %d", number)

    files = sorted(file.name for file in project.logs.iterdir())
    assert files == ["hash.log", *(f"hash.log.{n}" for n in (1, 2, 3, 4))]
    assert max(file.stat().st_size for file in project.logs.iterdir()) <= 2_000
    assert "line 999" in (project.logs / "hash.log").read_text()


def test_a_folder_that_cannot_be_written_to_is_no_reason_not_to_work(tmp_path):
    project = create_project(tmp_path / "shop.pickglass")
    project.logs.rmdir()
    project.logs.write_text("a file in the folder's place")
    done = []

    with log_to(project, "window"):
        done.append("work")

    assert done == ["work"]
