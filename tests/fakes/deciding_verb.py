"""Decides at random, for the crash test: writes down each decision once it has been made."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from killable import Acknowledged, decisions_of, newest_operation

from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.records import RejectReason
from core.cleaning import decisions
from core.cleaning.undo import redo, undo
from core.errors import UserError
from core.jobs.context import JobContext
from core.project import open_project

HELP = "decide at random"
DESCRIPTION = "Decides at random, and tells of each decision."
WRITES = True


@dataclass(frozen=True)
class Decided:
    count: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=10_000, help="so many")


def run(arguments: argparse.Namespace, context: JobContext) -> Decided:
    rng = random.Random(arguments.seed)
    with open_catalogue(open_project(arguments.project)) as catalogue:
        before = newest_operation(catalogue)
        for _ in range(arguments.count):
            with suppress(UserError):  # what chance came up with cannot be done
                _decide(catalogue, rng)
            newest = newest_operation(catalogue)
            if newest > before:
                Acknowledged(newest, decisions_of(catalogue)).tell()
                before = newest
    return Decided(arguments.count)


def _decide(catalogue: Catalogue, rng: random.Random) -> None:
    items = _ids(catalogue, "SELECT id FROM item WHERE state <> 'merged'")
    item, other = rng.choice(items), rng.choice(items)
    photos = _ids(catalogue, "SELECT id FROM photo WHERE item_id = ?", item)
    some = rng.sample(photos, min(len(photos), rng.randint(1, 3)))
    reason = rng.choice(list(RejectReason))
    deciding: dict[Callable[[], object], int] = {
        lambda: decisions.reject(catalogue, some, reason): 4,
        lambda: decisions.keep(catalogue, some): 2,
        lambda: decisions.clear(catalogue, some): 2,
        lambda: decisions.mark_done(catalogue, item): 2,
        lambda: decisions.accept_hints(catalogue, item): 2,
        lambda: decisions.skip(catalogue, item): 1,
        lambda: decisions.reopen(catalogue, item): 2,
        lambda: decisions.reject_item(catalogue, item, reason): 1,
        lambda: decisions.set_note(catalogue, item, f"note {rng.random()}"): 1,
        lambda: decisions.mark_not_duplicate(catalogue, some[0], some[-1]): 1,
        lambda: decisions.move_photos(catalogue, some, other): 1,
        lambda: decisions.split(catalogue, some): 3,  # else all would be one item in the end
        lambda: decisions.merge(catalogue, item, [other]): 1,
        lambda: undo(catalogue): 4,
        lambda: redo(catalogue): 3,
    }
    (decide,) = rng.choices(list(deciding), list(deciding.values()))
    decide()


def _ids(catalogue: Catalogue, query: str, *parameters: object) -> list[int]:
    return [row[0] for row in catalogue.connection.execute(query, parameters)]
