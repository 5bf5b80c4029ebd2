"""`directions`: learns the directions of patterns that titles name, and reports on them."""

from __future__ import annotations

import argparse
from contextlib import ExitStack

import numpy as np

from core.catalogue.database import open_catalogue
from core.embedding.demo_truth import DemoTruth, read_demo_truth
from core.embedding.directions.examples import examples_by_words
from core.embedding.directions.learning import learn_direction, rows_needed
from core.embedding.directions.oracle import ask_oracle
from core.embedding.directions.records import alike
from core.embedding.directions.store import save_direction
from core.embedding.directions.telling import DirectionsTold, tell
from core.embedding.directions.words import PATTERN_WORDS
from core.embedding.photo_colours import read_colours
from core.embedding.query_process import QueryProcess, check_same_model
from core.embedding.run_index import read_run_facts, read_run_index
from core.errors import UserError
from core.jobs.context import JobContext
from core.project import open_project
from core.training.runs import find_run

HELP = "learn pattern directions from titles, and report what each slider is worth"
DESCRIPTION = """
Learns a direction for each pattern that the items' titles name (stripes, floral, dots, checks, …,
in English, German and French), and measures it on items that it was not learned from:
  P   the share of the ten nearest that bear the pattern, as the query is moved further and further
  C   the share of them whose colour is still the query's (within ΔE 20)
beside no move, a random direction, the best principal axis and a plain filter. Says where a slider
has to stop, how stable the direction is, and which patterns the model does not encode.

On a project made of a demo scrape, --oracle draws plain garments again with the pattern and says
what is near those: no direction can be expected to do better.

examples:
  python main.py directions --project dresses.pickglass --run first --store
  python main.py directions --project dresses.pickglass --run first --words velvet=velvet,samt*
  python main.py directions --project demo.pickglass --run first --oracle 60 --json
"""
WRITES = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which run, which patterns, and what to do with them."""
    parser.add_argument("--run", required=True, metavar="NAME", help="whose space")
    parser.add_argument(
        "--words",
        action="append",
        default=[],
        metavar="NAME=WORD,WORD",
        help="a pattern of your own; * stands for any letters; may be given several times",
    )
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="only these of the patterns that are known"
    )
    parser.add_argument("--store", action="store_true", help="keep them for the explorer")
    parser.add_argument(
        "--oracle", type=int, default=0, metavar="N", help="draw so many demo garments again (0)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the halves (0)")


def run(arguments: argparse.Namespace, context: JobContext) -> DirectionsTold:
    """Learns and measures."""
    project = open_project(arguments.project)
    of_run = find_run(project, arguments.run)
    index = read_run_index(of_run)
    words = {**PATTERN_WORDS, **dict(map(_own_words, arguments.words))}
    directions, told = [], []
    with ExitStack() as stack:
        catalogue = stack.enter_context(open_catalogue(project))
        facts = read_run_facts(catalogue, of_run, index)
        found = examples_by_words(facts, words)
        wanted = [name for name in found if not arguments.only or name in arguments.only]
        rows = np.empty(0, np.int64)
        for name in wanted:
            rows = np.union1d(rows, rows_needed(found[name]))
        truth: DemoTruth | None = None
        worker: QueryProcess | None = None
        if arguments.oracle:
            truth = read_demo_truth(catalogue, index)
            worker = stack.enter_context(QueryProcess(of_run.folder))
            check_same_model(worker.start(), index.model_hash, of_run.index_file)
            rows = np.union1d(rows, np.fromiter(truth.rows, np.int64))
        colours = read_colours(catalogue, index, rows, context)
        for name in wanted:
            direction = learn_direction(
                index, facts.item_of, found[name], colours, context, seed=arguments.seed
            )
            directions.append(direction)
            oracle = None
            if truth is not None and worker is not None:
                oracle = ask_oracle(
                    index,
                    facts.item_of,
                    colours,
                    found[name],
                    truth,
                    worker.embed,
                    context,
                    most=arguments.oracle,
                    seed=arguments.seed,
                )
            told.append(tell(direction, oracle))
    if arguments.store:
        for direction in directions:
            save_direction(project, direction)
    return DirectionsTold(of_run.name, tuple(told), alike(directions), bool(arguments.store))


def _own_words(text: str) -> tuple[str, tuple[str, ...]]:
    name, _, listed = text.partition("=")
    words = tuple(word.strip() for word in listed.split(",") if word.strip())
    if not name.strip() or not words:
        raise UserError(
            f"“{text}” names no words",
            remedy="Write --words velvet=velvet,samt*: name, then words.",
        )
    return name.strip(), words
