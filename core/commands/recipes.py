"""`recipes`: compares recipes by training each for equal steps on the same photos."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import open_catalogue
from core.cleaning.hash_photos import hash_pending
from core.errors import UserError
from core.jobs.context import JobContext
from core.jobs.events import to_json
from core.project import write_atomically
from core.scrape.importing import import_scrape
from core.training.dataset import read_dataset
from core.training.instruction import Data
from core.training.recipes.demo_data import read_demo
from core.training.recipes.lab import RecipeLab
from core.training.recipes.recipes import RECIPES, recipe_instruction
from core.training.recipes.table import RecipeTable
from core.training.sources.loose_photos import loose_photos

HELP = "compare training recipes, and dirty with clean photos, in a table"
DESCRIPTION = f"""
Trains each recipe for the same number of steps on the same photos, with each seed, and prints a
table of Top-1, 5 and 10 on all held-out pairs, below the colour histogram and a network that has
learned nothing. Nothing is chosen by the held-out pairs: the last network is judged.

With --items, the photos are a scrape's (any layout that `import` reads), as they are. With --demo,
they are a demo scrape's, cleaned by its ground truth. With --cleaning-pays, the first recipe named
is trained on the demo as it was scraped, cleaned by the hints alone, and cleaned by the truth, and
judged by the same clean pairs.

By the evaluation protocol, the items with exactly two photos are held out. With --draw, two photos
each of so many items drawn at random are, others for each seed, and what else they have is left
out: a second opinion where the protocol's pairs are few or not like the other items.

With --among, partners are looked for among the photos of further folders too, which makes a small
set of pairs as hard as a large one.

All that is trained is kept beside the table, in FILE.work: the same command goes on after Ctrl-C,
and trains again only what was changed.

recipes: {", ".join(RECIPES)}; besides, any preset
(see `instruction`) and any instruction file

examples:
  python main.py recipes --items ~/items --steps 400 --seeds 0,1 --out table.json
  python main.py recipes --items ~/items --draw 50 --seeds 0,1,2,3 --out drawn.json
  python main.py recipes --demo "demo scrape" --recipes original,ours --out demo.json
  python main.py recipes --items ~/items --recipes ours,mine.json --out mine_table.json
  python main.py recipes --items ~/items --among ~/shop --recipes original,ours --out among.json
  python main.py recipes --demo "demo scrape" --cleaning-pays --recipes ours --out pays.json

It needs no project.
"""
WRITES = False
NEEDS_PROJECT = False


@dataclass(frozen=True)
class Compared:
    """The table, and the file that it was written to."""

    table: RecipeTable
    file: Path

    def __str__(self) -> str:
        return f"{self.table}\nWritten to {self.file}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to train on, what to compare, how long."""
    photos = parser.add_mutually_exclusive_group(required=True)
    photos.add_argument("--items", type=Path, metavar="DIR", help="a scrape, used as it is")
    photos.add_argument(
        "--demo", type=Path, metavar="DIR", help="a folder with scrape/ and ground_truth.csv"
    )
    parser.add_argument(
        "--cleaning-pays", action="store_true", help="compare the demo dirty, by hints and clean"
    )
    parser.add_argument(
        "--recipes", default=",".join(RECIPES), metavar="A,B", help="which recipes (all)"
    )
    parser.add_argument(
        "--draw", type=int, metavar="N", help="judge by so many items drawn for each seed"
    )
    parser.add_argument(
        "--among",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="further photos to look for partners among; may be given several times",
    )
    parser.add_argument("--seeds", default="0,1", metavar="N,N", help="which seeds (0,1)")
    parser.add_argument("--steps", type=int, default=400, metavar="N", help="batches (400)")
    parser.add_argument("--side", type=int, default=64, metavar="PX", help="photo size (64)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the table as JSON")


def run(arguments: argparse.Namespace, context: JobContext) -> Compared:
    """Compares."""
    recipes = [name.strip() for name in arguments.recipes.split(",") if name.strip()]
    seeds = _seeds(arguments.seeds)
    if arguments.steps < 1 or not 16 <= arguments.side <= 1024:
        raise UserError(
            "Nothing can be trained so", remedy="Take at least one step, and 16 to 1024 pixels."
        )
    if arguments.cleaning_pays and arguments.demo is None:
        raise UserError(
            "What cleaning pays is measured on a demo scrape, whose truth is known",
            remedy="Name one by --demo; `demo` draws one.",
        )
    if arguments.draw is not None and (arguments.draw < 2 or arguments.cleaning_pays):
        raise UserError(
            "Pairs cannot be drawn so",
            remedy="Draw two items at least, and not with --cleaning-pays: its pairs are those that"
            " are clean.",
        )
    for name in recipes:  # before hours of work, not after
        recipe_instruction(name, steps=arguments.steps, side_px=arguments.side, seed=0)
    lab = RecipeLab(
        arguments.out.with_name(f"{arguments.out.name}.work"),
        steps=arguments.steps,
        side_px=arguments.side,
        seeds=seeds,
        context=context,
        crowd=loose_photos(
            [folder.absolute() for folder in arguments.among],
            set(),
            context,
            what_for="--among",
            remedy="Name a folder that has photos.",
        ),
        drawn=arguments.draw,
    )
    table = _compare(lab, arguments, recipes, context)
    try:
        write_atomically(arguments.out, json.dumps(to_json(table), indent=2).encode())
    except OSError as error:
        raise UserError(
            f"The table cannot be written ({error.strerror})",
            path=arguments.out,
            remedy="Make room, or choose another file; nothing has to be trained again.",
        ) from error
    return Compared(table, arguments.out)


def _compare(
    lab: RecipeLab, arguments: argparse.Namespace, recipes: list[str], context: JobContext
) -> RecipeTable:
    if arguments.demo is not None:
        datasets = read_demo(lab.project, arguments.demo, context)
        if arguments.cleaning_pays:
            return lab.cleaning_pays(datasets, recipes[0])
        return lab.table("demo", datasets["clean"], recipes)
    with open_catalogue(lab.project) as catalogue:
        imported = import_scrape(catalogue, arguments.items, context=context)
        (other,) = catalogue.connection.execute(
            "SELECT count(*) FROM source WHERE id <> ?", [imported.source_id]
        ).fetchone()
        if other:
            raise UserError(
                "This table was begun with other photos",
                path=lab.project.root,
                remedy="Name another file by --out, or remove this folder.",
            )
        hash_pending(catalogue, context)
    dataset = read_dataset(Data(), seed=0, project=lab.project, context=context)
    return lab.table(arguments.items.absolute().name, dataset, recipes)


def _seeds(text: str) -> tuple[int, ...]:
    try:
        seeds = tuple(int(part) for part in text.split(","))
    except ValueError:
        seeds = ()
    if not seeds or min(seeds) < 0:
        raise UserError(f"“{text}” names no seeds", remedy="Write them as 0,1,2.")
    return seeds
