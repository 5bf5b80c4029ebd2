"""An evaluation as a whole: all embeddings on the same photos, as text, JSON and HTML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.cleaning.splits import Split
from core.errors import displayable
from core.images import Pixels, encode_jpeg
from core.number_words import plural
from core.training.evaluation.held_out import HeldOut
from core.training.evaluation.report_html import html_page
from core.training.evaluation.rows import EvaluationRow, Miss, Part, RowKind, TopK

FORMAT = 1
_QUALITY = 85
_ORDER = (RowKind.HISTOGRAM, RowKind.RANDOM, RowKind.RUN)


@dataclass(frozen=True)
class ShownPhoto:
    """A photo of the gallery.

    Attributes:
        item: What its item is called.
        category: The item's, or "".
        file: For showing.
        key: The photo's, as in the data set.
        jpeg: The photo, small; empty in a report that was read from JSON.
    """

    item: str
    category: str
    file: str
    key: int
    jpeg: bytes = b""


@dataclass(frozen=True)
class EvaluationReport:
    """The rows, baselines first, and the photos that their misses name.

    Attributes:
        split: Which held-out photos.
        n_photos: How many; half as many items.
        fingerprint: The data set's.
        many: Where R@1 and MAP@R come from, in words; "" where they were not asked for.
        photos: By their place among the held-out photos.
    """

    rows: tuple[EvaluationRow, ...]
    split: Split
    n_photos: int
    fingerprint: str
    many: str = ""
    photos: Mapping[int, ShownPhoto] = field(default_factory=dict)

    def to_json(self) -> str:
        """All but the pictures; `report_from_json` reads it."""
        photos = {place: _without_picture(photo) for place, photo in self.photos.items()}
        return json.dumps(
            {
                "pickglass_evaluation": FORMAT,
                "split": self.split,
                "photos": self.n_photos,
                "fingerprint": self.fingerprint,
                "many": self.many,
                "rows": [asdict(row) for row in self.rows],
                "shown": photos,
            },
            ensure_ascii=False,
            indent=1,
        )

    def to_html(self) -> str:
        """One page without any other file: figures, parts and the gallery of the worst misses."""
        return html_page(self)

    def to_text(self) -> str:
        """The table for a terminal, in percent."""
        with_many = any(row.map_at_r is not None for row in self.rows)
        width = max([len(row.name) for row in self.rows] + [16])
        lines = [
            f"{self.title}: {self.pairs}, each photo looks for its partner among the"
            f" {self.others}; in percent, with 95 % intervals",
            "",
        ]
        heads = [f"Top-{k}" for k in self.ks]
        head = f"{'':<{width}}" + "".join(f"{name:>16}" for name in heads)
        lines.append(head + (f"{'R@1':>8}{'MAP@R':>8}" if with_many else ""))
        for row in self.rows:
            line = f"{row.name:<{width}}" + "".join(
                f"{_percent(top.share):>6} {_interval(top):>9}" for top in row.top.values()
            )
            if with_many:
                line += f"{_percent(row.r_at_1):>8}{_percent(row.map_at_r):>8}"
            lines.append(line)
        if with_many and self.many:
            lines += ["", f"R@1 and MAP@R: {self.many}"]
        return "\n".join(lines)

    @property
    def title(self) -> str:
        return "Test" if self.split is Split.TEST else "Validation"

    @property
    def pairs(self) -> str:
        """How many there are: "1 pair", "12 pairs"."""
        count = self.n_photos // 2
        return plural(count, "pair")

    @property
    def others(self) -> str:
        """How many each photo is compared with: "1 other", "23 others"."""
        count = self.n_photos - 1
        return plural(count, "other")

    @property
    def ks(self) -> tuple[int, ...]:
        return tuple(self.rows[0].top) if self.rows else ()


def make_report(
    rows: Iterable[EvaluationRow],
    held_out: HeldOut,
    fingerprint: str,
    pictures: Callable[[list[int]], Pixels],
    *,
    many: str = "",
) -> EvaluationReport:
    """Puts rows together, the histogram's and the random network's first.

    Args:
        rows: All on the same held-out photos.
        held_out: Those.
        fingerprint: The data set's.
        pictures: Gives the pixels (n, side, side, 3) of some held-out photos, by their places.
        many: Where R@1 and MAP@R come from, in words.
    """
    ordered = sorted(rows, key=lambda row: _ORDER.index(row.kind))
    misses = [miss for row in ordered for miss in row.misses]
    places = sorted({p for miss in misses for p in (miss.query, miss.partner, *miss.nearest)})
    shown = {
        place: ShownPhoto(
            held_out.items[place],
            held_out.categories[place],
            displayable(held_out.photos[place].file),
            held_out.photos[place].key,
            encode_jpeg(square, _QUALITY),
        )
        for place, square in zip(places, pictures(places), strict=True)
    }
    return EvaluationReport(tuple(ordered), held_out.split, len(held_out), fingerprint, many, shown)


def report_from_json(text: str) -> EvaluationReport:
    """What `to_json` wrote, without the pictures; raises ValueError where it is something else."""
    try:
        read = json.loads(text)
        if read["pickglass_evaluation"] != FORMAT:
            raise ValueError("written by another version")
        return EvaluationReport(
            rows=tuple(_row(row) for row in read["rows"]),
            split=Split(read["split"]),
            n_photos=read["photos"],
            fingerprint=read["fingerprint"],
            many=read["many"],
            photos={int(place): ShownPhoto(**photo) for place, photo in read["shown"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no evaluation") from error


def _row(read: dict[str, Any]) -> EvaluationRow:
    return EvaluationRow(
        **{
            **read,
            "kind": RowKind(read["kind"]),
            "top": _top(read["top"]),
            "by_category": {name: _part(part) for name, part in read["by_category"].items()},
            "by_dirt": {name: _part(part) for name, part in read["by_dirt"].items()},
            "misses": tuple(
                Miss(**{**miss, "nearest": tuple(miss["nearest"])}) for miss in read["misses"]
            ),
        }
    )


def _part(read: dict[str, Any]) -> Part:
    return Part(read["queries"], _top(read["top"]))


def _top(read: dict[str, Any]) -> dict[int, TopK]:
    return {int(k): TopK(**top) for k, top in read.items()}


def _without_picture(photo: ShownPhoto) -> dict[str, Any]:
    return {name: value for name, value in vars(photo).items() if name != "jpeg"}


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _interval(top: TopK) -> str:
    return f"({100 * top.low:.0f}–{100 * top.high:.0f})"
