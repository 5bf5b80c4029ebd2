"""The words by which sellers name patterns, in English, German and French."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

PATTERN_WORDS: Mapping[str, tuple[str, ...]] = {
    "stripes": (
        "stripe*", "striped", "pinstripe*", "breton",
        "gestreift*", "streifen*", "*streifen", "*gestreift*", "ringel*",
        "rayé*", "rayure*", "marinière*",
    ),
    "floral": (
        "floral*", "flower*", "flowery", "blossom*",
        "blume*", "blumen*", "geblümt*", "*blumen", "blüten*", "florales",
        "fleur", "fleurs", "fleuri*", "floraux",
    ),
    "dots": (
        "dot", "dots", "dotted", "polka*", "spotted", "spots",
        "punkte*", "gepunktet*", "getupft*", "tupfen*",
        "pois",
    ),
    "checks": (
        "check", "checks", "checked", "checkered", "chequered", "gingham", "tartan*", "plaid*",
        "kariert*", "karo", "karos", "karomuster", "*kariert*", "*karo",
        "carreaux", "vichy", "écossais*",
    ),
    "animal": (
        "leopard*", "léopard*", "leo", "zebra*", "zèbre*", "tiger*", "tigre*", "snake*",
        "schlange*", "serpent", "animal*", "cow",
    ),
    "print": (
        "print", "prints", "printed", "graphic*", "logo*",
        "aufdruck*", "bedruckt*", "motiv*",
        "imprimé*", "motif*",
    ),
    "plain": (
        "plain", "solid", "unicolou*", "unicolor*", "solid-colou*",
        "einfarbig*", "unifarben*", "uni",
        "unie", "unis", "unies",
    ),
}  # fmt: skip
"""For each pattern its words; a * stands for any letters."""

_UNSPECIFIC = "print"
"""A “flower print” is floral: this one counts only where no other does."""


def patterns_named(
    texts: Sequence[str], words: Mapping[str, Sequence[str]] = PATTERN_WORDS
) -> list[frozenset[str]]:
    """The patterns that each text names by a whole word, case and accents aside.

    Args:
        texts: Titles and descriptions.
        words: For each pattern its words; a * stands for any letters.

    Returns:
        A set for each text; empty where it says nothing of the kind.
    """
    expressions = {name: _expression(tuple(listed)) for name, listed in words.items()}
    found = []
    for text in texts:
        plain = _plain(text)
        names = {name for name, expression in expressions.items() if expression.search(plain)}
        if len(names) > 1:
            names.discard(_UNSPECIFIC)
        found.append(frozenset(names))
    return found


def _expression(words: Iterable[str]) -> re.Pattern[str]:
    parts = [re.escape(_plain(word.strip())).replace(r"\*", r"\w*") for word in words]
    return re.compile(r"(?<!\w)(?:" + "|".join(part for part in parts if part) + r")(?!\w)|(?!)")


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
