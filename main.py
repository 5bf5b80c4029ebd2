"""Pickglass: clean scraped photos of second-hand clothes, item by item.

`python main.py <verb> --project DIR` does one stage of the work without a window.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

VERBS = {
    "demo": "core.commands.demo",
    "import": "core.commands.import_",
    "download": "core.commands.download",
    "hash": "core.commands.hash",
    "hints": "core.commands.hints",
    "status": "core.commands.status",
    "apply": "core.commands.apply",
    "restore": "core.commands.restore",
    "export": "core.commands.export",
    "decisions-export": "core.commands.decisions_export",
    "decisions-merge": "core.commands.decisions_merge",
}
"""Each verb's module, imported only when the verb runs."""


def main(argv: Sequence[str]) -> int:
    """Runs a verb; returns the exit code."""
    from core.commands.frame import describe_verbs, run_verb

    if argv and argv[0] in VERBS:
        return run_verb(VERBS, argv)
    parser = argparse.ArgumentParser(
        prog="main.py",
        usage="main.py VERB --project DIR …",
        description="Clean scraped photos of second-hand clothes, item by item.",
        epilog=f"verbs:\n{describe_verbs(VERBS)}\n\n'main.py VERB --help' explains a verb.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=VERBS)
    parser.parse_args(argv)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
