"""What the form lets the user choose, where the program knows what there is."""

import pytest
from made_catalogue import add_file, add_item, add_source
from PyQt5.QtCore import QEvent, QSettings, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPushButton,
    QWidget,
)

from core.catalogue.database import open_catalogue
from core.project import create_project
from core.qt.reading_order import order_focus
from core.qt.training.backend_panel import BackendPanel
from core.qt.training.draft import Draft
from core.qt.training.setup_page import SetupPage, find_setup_facts
from core.training.instruction import Instruction


@pytest.fixture
def project(tmp_path):
    QSettings().clear()
    project = create_project(tmp_path / "shop.pickglass")
    with open_catalogue(project) as catalogue, catalogue.transaction():
        source = add_source(catalogue)
        for number, category in enumerate(["dresses", "tops", "tops", "shoes", "shoes", "shoes"]):
            item = add_item(catalogue, source, f"item {number}", category=category)
            add_file(catalogue, item, f"{number}.jpg")
    return project


@pytest.fixture
def page(qtbot, project):
    draft = Draft(None)
    page = SetupPage(project, draft, find_setup_facts(), None)
    qtbot.addWidget(page)
    page.form.order_changed.connect(lambda: order_focus(page))
    page.form.build()
    page.draft = draft
    page.resize(1000, 700)
    with qtbot.waitSignal(page.form.built, timeout=30_000):
        page.show()
    yield page
    page.data.close_down()


def tab_order(page):
    """What Tab goes through on the page, from the name of the run on."""
    first = page.findChild(QLineEdit, "run_name_field")
    order, here = [first], first.nextInFocusChain()
    while here is not first:
        has_focus = here.focusPolicy() & Qt.FocusPolicy.TabFocus and here.focusProxy() is None
        if has_focus and page.isAncestorOf(here):
            order.append(here)
        here = here.nextInFocusChain()
    return order


def test_tab_goes_down_the_form_and_then_to_what_stands_beside_it(page, qtbot):
    def tops():
        body = page.form.widget()
        fields = [each for each in tab_order(page) if page.form.isAncestorOf(each)]
        return [each.mapTo(body, each.rect().topLeft()).y() for each in fields if each.isVisible()]

    for name in ("conv_bn", "vgg16"):  # whose fields are made anew
        page.draft.set_value(("model", "name"), name)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the fields before
        order = tab_order(page)
        fields = [each for each in order if page.form.isAncestorOf(each)]
        assert order[1 : 1 + len(fields)] == fields
        assert page.sides.isAncestorOf(order[1 + len(fields)])
        assert page.sides.tabBar() in order
        qtbot.waitUntil(lambda: len(tops()) > 30 and tops() == sorted(tops()))


def press(page, name):
    QTest.mouseClick(page.findChild(QPushButton, f"pick_{name}"), Qt.MouseButton.LeftButton)


def opened_list(page, qtbot):
    press(page, "data.categories")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    return popup, popup.findChild(QListWidget)


def entry_of(names, word):
    return next(
        names.item(at) for at in range(names.count()) if names.item(at).text().startswith(word)
    )


def test_categories_are_listed_with_their_items_the_commonest_first(page, qtbot):
    popup, names = opened_list(page, qtbot)
    assert [names.item(at).text() for at in range(names.count())] == [
        "shoes   3",
        "tops   2",
        "dresses   1",
    ]
    popup.close()


def test_ticked_categories_are_in_the_instruction_and_in_the_field(page, qtbot):
    popup, names = opened_list(page, qtbot)
    entry_of(names, "tops").setCheckState(Qt.CheckState.Checked)
    entry_of(names, "shoes").setCheckState(Qt.CheckState.Checked)
    popup.close()

    assert page.draft.value(("data", "categories")) == ["shoes", "tops"]
    line = page.form.findChild(QWidget, "edit_data.categories").findChild(QLineEdit)
    assert line.text() == "shoes, tops"


def test_a_few_letters_and_return_tick_a_category(page, qtbot):
    popup, names = opened_list(page, qtbot)
    QTest.keyClicks(popup.search, "dre")
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert page.draft.value(("data", "categories")) == ["dresses"]
    assert entry_of(names, "shoes").isHidden()

    QTest.keyClick(popup.search, Qt.Key.Key_Escape)
    QTest.keyClick(popup.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not popup.isVisible())


def test_a_category_that_the_catalogue_does_not_have_stays_allowed(page, qtbot):
    page.draft.set_value(("data", "categories"), ["kimonos"])
    popup, names = opened_list(page, qtbot)
    assert names.item(0).text() == "kimonos   (not in the catalogue)"
    assert names.item(0).checkState() == Qt.CheckState.Checked
    entry_of(names, "tops").setCheckState(Qt.CheckState.Checked)
    popup.close()

    assert page.draft.value(("data", "categories")) == ["kimonos", "tops"]


def test_clearing_stands_for_all_categories(page, qtbot):
    page.draft.set_value(("data", "categories"), ["tops"])
    popup, _ = opened_list(page, qtbot)
    QTest.mouseClick(
        popup.findChild(QPushButton, "category_popup_clear"), Qt.MouseButton.LeftButton
    )
    popup.close()

    assert page.draft.value(("data", "categories")) == []


def choose(page, qtbot, button, menu_name, words):
    press(page, button)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert menu.objectName() == menu_name
    action = next(each for each in menu.actions() if words in each.text())
    menu.close()
    action.trigger()


def test_a_manifest_is_added_to_the_sources_once(page, qtbot, tmp_path, monkeypatch):
    file = str(tmp_path / "manifest.csv")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (file, ""))
    for _ in range(2):
        choose(page, qtbot, "data.sources", "source_menu", "manifest")

    assert page.draft.value(("data", "sources")) == ["catalogue", file]


def test_weights_are_a_name_or_a_file(page, qtbot, tmp_path, monkeypatch):
    page.draft.begin_with(Instruction(model={"name": "vgg16"}))
    file = str(tmp_path / "vgg16.h5")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (file, ""))
    choose(page, qtbot, "model.weights", "weights_menu", "file")
    assert page.draft.value(("model", "weights")) == file

    choose(page, qtbot, "model.weights", "weights_menu", "Random")
    assert page.draft.value(("model", "weights")) == "random"


def test_what_a_backend_computes_on_has_room_beside_whatever_is_said_of_its_speed(qtbot):
    panel = BackendPanel({"torch": "2.13.0"}, None)
    qtbot.addWidget(panel)
    panel.resize(380, 500)
    panel.show()
    found = {"name": "torch", "version": "2.13.0", "gpus": ["NVIDIA H200"], "fault": ""}
    speed = {"name": "torch", "images_per_s": 4123, "batch_size": 32, "device": "", "fault": ""}

    panel.show_backends([found])
    panel.show_speeds([speed | {"note": "Memory runs out; 32 photos a batch instead of 64."}])

    (device,) = [each for each in panel.findChildren(QLabel) if "H200" in each.text()]
    qtbot.waitUntil(lambda: device.width() > 200)
    assert device.width() >= device.fontMetrics().horizontalAdvance(device.text())
