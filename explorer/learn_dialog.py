"""What a direction is learned from: words of the titles, or photos picked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core.embedding.directions.examples import (
    Examples,
    examples_by_picking,
    examples_by_words,
)
from core.embedding.directions.records import FEWEST_EXAMPLES
from core.embedding.directions.words import PATTERN_WORDS
from core.embedding.photo_facts import PhotoFacts
from core.errors import UserError
from core.number_words import plural


@dataclass(frozen=True)
class Picked:
    """Photos that were picked by hand, as rows of the index.

    Attributes:
        having: They have it.
        not_having: They do not; empty for "all others".
    """

    having: tuple[int, ...]
    not_having: tuple[int, ...]


class LearnDialog(QDialog):
    """Two ways on two pages; Learn begins and closes."""

    chosen = pyqtSignal(object)
    """A sequence of `Examples`."""

    def __init__(self, facts: PhotoFacts, picked: Picked, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("learn_dialog")
        self.setWindowTitle("Learn a direction")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._facts = facts
        self._picked = picked
        self._found = examples_by_words(facts)
        self._problem = QLabel(self)
        self._problem.setObjectName("learn_problem")
        self._problem.setProperty("role", "error")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._pages = QTabWidget(self)
        self._pages.setObjectName("learn_pages")
        self._pages.addTab(self._words_page(), "By words")
        self._pages.addTab(self._photos_page(), "By photos")
        self._pages.setCurrentIndex(1 if picked.having else 0)
        buttons = QDialogButtonBox(self)
        learn = QPushButton("Learn", self)
        learn.setObjectName("learn_go")
        learn.setProperty("role", "main")
        learn.setDefault(True)
        buttons.addButton(learn, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._on_learn)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._pages)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)
        self.resize(520, 440)
        (self._photos_name if picked.having else self._patterns).setFocus()

    def _words_page(self) -> QWidget:
        page = QWidget(self)
        told = _text(
            "Photos whose title names the pattern are set against photos whose title names another "
            "one, in English, German and French.",
            page,
        )
        self._patterns = QListWidget(page)
        self._patterns.setObjectName("learn_patterns")
        for name in PATTERN_WORDS:
            entry = QListWidgetItem(self._patterns)
            entry.setData(Qt.ItemDataRole.UserRole, name)
            examples = self._found.get(name)
            count = 0 if examples is None else len(examples.positive)
            few = "" if count >= FEWEST_EXAMPLES else ", few" if count else ""
            entry.setText(
                f"{name}  {plural(count, 'photo')}{few}" if count else f"{name}  no photos"
            )
            flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled
            entry.setFlags(flags if count else Qt.ItemFlag.NoItemFlags)
            entry.setCheckState(Qt.CheckState.Unchecked)
            entry.setToolTip(", ".join(PATTERN_WORDS[name]))
        self._name = QLineEdit(page)
        self._name.setObjectName("learn_word_name")
        self._name.setPlaceholderText("lace")
        self._words = QLineEdit(page)
        self._words.setObjectName("learn_words")
        self._words.setPlaceholderText("lace, spitze, dentelle*")
        own = QGridLayout()
        own.addWidget(QLabel("Another:", page), 0, 0)
        own.addWidget(self._name, 0, 1)
        own.addWidget(QLabel("words:", page), 1, 0)
        own.addWidget(self._words, 1, 1)
        layout = QVBoxLayout(page)
        layout.addWidget(told)
        layout.addWidget(self._patterns, 1)
        layout.addLayout(own)
        return page

    def _photos_page(self) -> QWidget:
        page = QWidget(self)
        having, other = len(self._picked.having), len(self._picked.not_having)
        against = f"{plural(other, 'photo')} without it" if other else "all photos of other items"
        told = _text(
            f"{plural(having, 'photo')} with it, against {against}."
            if having
            else "Select photos on the map or in a gallery and press H for those that have it, J "
            "for those that do not; then learn.",
            page,
        )
        few = _text(
            f"From {FEWEST_EXAMPLES} photos on directions settle; with fewer, others would give "
            "another direction.",
            page,
        )
        few.setVisible(0 < having < FEWEST_EXAMPLES)
        self._photos_name = QLineEdit(page)
        self._photos_name.setObjectName("learn_name")
        self._photos_name.setPlaceholderText("What they have: a word or two")
        layout = QVBoxLayout(page)
        layout.addWidget(told)
        layout.addWidget(few)
        layout.addWidget(self._photos_name)
        layout.addStretch(1)
        return page

    def _on_learn(self) -> None:
        try:
            examples = self._by_words() if self._pages.currentIndex() == 0 else self._by_photos()
        except UserError as error:
            self._problem.setText(f"{error.message}. {error.remedy}")
            self._problem.show()
            return
        self.chosen.emit(examples)
        self.accept()

    def _by_words(self) -> Sequence[Examples]:
        lines = (self._patterns.item(n) for n in range(self._patterns.count()))
        chosen = [
            self._found[line.data(Qt.ItemDataRole.UserRole)]
            for line in lines
            if line is not None and line.checkState() == Qt.CheckState.Checked
        ]
        name = " ".join(self._name.text().split())
        words = tuple(word.strip() for word in self._words.text().split(",") if word.strip())
        if name or words:
            chosen.append(self._own_words(name or words[0].strip("*"), words or (name,)))
        if not chosen:
            raise UserError("Nothing is chosen", remedy="Tick a pattern, or name one with words.")
        return chosen

    def _own_words(self, name: str, words: tuple[str, ...]) -> Examples:
        vocabulary: Mapping[str, Sequence[str]] = {**PATTERN_WORDS, name: words}
        found = examples_by_words(self._facts, vocabulary).get(name)
        # One item cannot be split in halves, one to learn from and one to try it on.
        items = () if found is None else np.unique(self._facts.item_of[found.positive])
        if found is None or len(items) < 2:
            raise UserError(
                f"Fewer than two items have one of these words in their title: {', '.join(words)}",
                remedy="Use other words (a * stands for any letters), or pick photos by hand.",
            )
        return found

    def _by_photos(self) -> Sequence[Examples]:
        name = " ".join(self._photos_name.text().split())
        if not self._picked.having:
            raise UserError(
                "No photos are picked", remedy="Select photos and press H, then learn again."
            )
        if not name:
            raise UserError("The direction needs a name", remedy="Say what the photos have.")
        return [
            examples_by_picking(self._facts, name, self._picked.having, self._picked.not_having)
        ]


def _text(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setProperty("role", "muted")
    return label
