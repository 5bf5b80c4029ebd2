"""`loop-report`: how much planted dirt the explorer's lists of suspects find."""

from __future__ import annotations

import argparse

from core.catalogue.database import open_catalogue
from core.embedding.demo_truth import read_demo_truth
from core.embedding.loop_report import LoopReport, report_on_loop_lists
from core.embedding.run_index import read_run_facts, read_run_index
from core.jobs.context import JobContext
from core.project import open_project
from core.training.runs import find_run

HELP = "measure the explorer's lists of suspects on a demo scrape"
DESCRIPTION = """
Makes the explorer's lists of suspects (photos far from their item, items in one another's cloud,
photos of two items at one place, photos like the tags) and holds the first 50, 100 and 200 of each,
and all of it, against the ground truth that lies beside a demo scrape: precision, and the share of
the planted ones that is named. Twenty tags, drawn at random, count as rejected already. Copies
within an item and blurred photos, which cleaning's hints find, are not counted.

example:
  python main.py loop-report --project demo.pickglass --run first
"""
WRITES = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which run."""
    parser.add_argument("--run", required=True, metavar="NAME", help="whose embeddings")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which tags are known (0)")


def run(arguments: argparse.Namespace, context: JobContext) -> LoopReport:
    """Measures."""
    project = open_project(arguments.project)
    of_run = find_run(project, arguments.run)
    index = read_run_index(of_run)
    with open_catalogue(project) as catalogue:
        facts = read_run_facts(catalogue, of_run, index)
        truth = read_demo_truth(catalogue, index)
        return report_on_loop_lists(catalogue, index, facts, truth, context, seed=arguments.seed)
