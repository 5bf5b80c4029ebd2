"""`suspects`: lists the photos that a run's embeddings speak against."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from core.catalogue.database import open_catalogue
from core.embedding.index import Index
from core.embedding.loop_lists import suspects_of
from core.embedding.photo_facts import PhotoFacts
from core.embedding.run_index import read_run_facts, read_run_index
from core.embedding.suspicions import Finding, LoopLists, Suspicion
from core.embedding.tag_finder import FEWEST_TAGS, TOLD_APART
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import open_project
from core.training.runs import find_run

HELP = "list the photos that a run's embeddings speak against"
DESCRIPTION = """
Lists, surest first, with the reason:
  far from its own item               unlike all other photos of its item
  among another item's photos         two listings of one garment, or mixed up
  at the place of another's photo     (almost) the same photo in two items
  among the tags                      like the photos that you rejected as tags, once there are
                                      five: by place, distance to the item, and look

Nothing is decided. The explorer sends what you choose back to the cleaner.

examples:
  python main.py suspects --project dresses.pickglass --run first
  python main.py suspects --project dresses.pickglass --run first --most 1000 --json
"""
WRITES = False


@dataclass(frozen=True)
class Suspect:
    """A photo that something speaks against.

    Attributes:
        suspicion: `core.embedding.suspicions.Suspicion`.
        photo_id: The photo.
        item_id: Its item.
        title: Of the item.
        other_photo_id: The photo of another item that speaks against it, or None.
        score: 0 to 1.
        why: The reason.
    """

    suspicion: str
    photo_id: int
    item_id: int
    title: str
    other_photo_id: int | None
    score: float
    why: str

    def __str__(self) -> str:
        return f"  {self.score:.2f}  photo {self.photo_id} of “{self.title}” {self.why}"


@dataclass(frozen=True)
class SuspectsTold:
    """The lists.

    Attributes:
        run: Whose embeddings.
        suspects: At most so many of each list as asked for, list after list.
        counts: How many each list has in all.
        tags_known: From how many rejected tags others were looked for.
        tags_missing: How many rejected tags were not embedded with this run yet.
        tags_auc: How well the model tells tags; None where too few are known.
    """

    run: str
    suspects: tuple[Suspect, ...]
    counts: dict[str, int]
    tags_known: int
    tags_missing: int
    tags_auc: float | None

    def __str__(self) -> str:
        lines = []
        for name, count in self.counts.items():
            lines.append(f"{count:,} {name}")
            lines += [str(each) for each in self.suspects if each.suspicion == name]
        if self.tags_known < FEWEST_TAGS:
            lines.append(
                f"Tags are looked for once you have rejected {FEWEST_TAGS}; so far it is "
                f"{self.tags_known}."
            )
        elif self.tags_auc is not None and self.tags_auc < TOLD_APART:
            lines.append(
                "Neither the model nor their look tells the rejected tags from garments "
                f"(AUC {self.tags_auc:.2f})."
            )
        if self.tags_missing:
            lines.append(
                f"{plural(self.tags_missing, 'more photo is', 'more photos are')} rejected as tags,"
                f" but not embedded with this run: `embed --run {self.run}` takes them in."
            )
        return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which run, and how many."""
    parser.add_argument("--run", required=True, metavar="NAME", help="whose embeddings")
    parser.add_argument(
        "--most", type=int, default=20, metavar="N", help="of each list, at most (20)"
    )


def run(arguments: argparse.Namespace, context: JobContext) -> SuspectsTold:
    """Lists."""
    project = open_project(arguments.project)
    of_run = find_run(project, arguments.run)
    index = read_run_index(of_run)
    with open_catalogue(project) as catalogue:
        facts = read_run_facts(catalogue, of_run, index)
        lists = suspects_of(catalogue, index, of_run.index_file, facts, context)
    return _told(of_run.name, lists, index, facts, arguments.most)


def _told(name: str, lists: LoopLists, index: Index, facts: PhotoFacts, most: int) -> SuspectsTold:
    listed = [lists.of(suspicion) for suspicion in Suspicion]

    def suspect(finding: Finding) -> Suspect:
        item = int(facts.item_row[finding.row])
        other = None if finding.other_row is None else int(index.photo_ids[finding.other_row])
        return Suspect(
            str(finding.suspicion),
            int(index.photo_ids[finding.row]),
            int(facts.item_ids[item]),
            facts.titles[item],
            other,
            round(finding.score, 4),
            finding.why,
        )

    return SuspectsTold(
        name,
        tuple(suspect(finding) for each in listed for finding in each[:most]),
        {str(each[0].suspicion): len(each) for each in listed if each},
        lists.tags_known,
        lists.tags_missing,
        lists.tags_auc,
    )
