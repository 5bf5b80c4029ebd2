"""Everything that can be done in the explorer (`core.qt.tab_actions`)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum

from PyQt5.QtWidgets import QAction

from core.qt.tab_actions import always, enable_actions
from explorer.situation import Situation, Spec, has_query, has_selection, is_listing, is_open


class Menu(StrEnum):
    """Headings of the menus and, in the same order, of the shortcuts sheet."""

    QUERY = "Query"
    NEIGHBOURS = "Neighbours"
    DIRECTIONS = "Directions"
    MAP = "Map"
    SELECTION = "Selection"
    VIEW = "View"


class Do(Enum):
    """What can be done, in the order of menus and sheet."""

    FIND = Spec(
        "Find a photo",
        ("/", "Ctrl+F"),
        "Type words of a title, a brand, an id: the photos found are listed",
        Menu.QUERY,
        is_open,
    )
    OPEN_FILE = Spec(
        "Query from files…",
        ("Ctrl+I",),
        "Look for what is like a photo of your own; several photos are averaged. Photos dragged "
        "onto the explorer do the same",
        Menu.QUERY,
        is_open,
    )
    PASTE = Spec(
        "Query from the clipboard",
        ("Ctrl+V",),
        "Look for what is like the picture, the file or the web address on the clipboard",
        Menu.QUERY,
        is_open,
    )
    OPEN_URL = Spec(
        "Query from a web address…",
        ("Ctrl+U",),
        "Fetch one photo by its web address and look for what is like it",
        Menu.QUERY,
        is_open,
        ends_group=True,
    )
    USE_SELECTED = Spec(
        "Query with the selection",
        ("Q",),
        "Look for what is like the selected photos; several are averaged",
        Menu.QUERY,
        has_selection,
    )
    MORE_LIKE = Spec(
        "More like these",
        ("+", "="),
        "Add the selected photos to what the neighbours should be like",
        Menu.QUERY,
        lambda now: now.has_query and now.selected > 0,
    )
    LESS_LIKE = Spec(
        "Less like these",
        ("-",),
        "Add the selected photos to what the neighbours should be unlike",
        Menu.QUERY,
        lambda now: now.has_query and now.selected > 0,
    )
    CROP = Spec(
        "Crop the query…",
        ("Shift+C",),
        "Look for what is like a part of the query's photo",
        Menu.QUERY,
        lambda now: now.example_count == 1,
        ends_group=True,
    )
    BACK = Spec(
        "Back",
        ("B", "Alt+Left"),
        "Go back to what was looked for before, moved as it was",
        Menu.QUERY,
        lambda now: now.can_go_back,
    )
    FORWARD = Spec(
        "Forward",
        ("N", "Alt+Right"),
        "Go forward again",
        Menu.QUERY,
        lambda now: now.can_go_forward,
        ends_group=True,
    )
    COPY_VALUES = Spec(
        "Copy the embedding",
        ("Ctrl+Shift+C",),
        "Copy the query's embedding, as numbers, to the clipboard",
        Menu.QUERY,
        has_query,
    )

    MORE = Spec(
        "More neighbours", ("]",), "Show twice as many", Menu.NEIGHBOURS, has_query, repeats=True
    )
    FEWER = Spec(
        "Fewer neighbours", ("[",), "Show half as many", Menu.NEIGHBOURS, has_query, repeats=True
    )
    ONE_PER_ITEM = Spec(
        "One photo per item",
        ("O",),
        "Show of each item only its nearest photo, or all of them",
        Menu.NEIGHBOURS,
        is_open,
    )
    OTHER_METRIC = Spec(
        "Other metric",
        ("M",),
        "Compare by angle in place of distance, or the other way round",
        Menu.NEIGHBOURS,
        is_open,
        ends_group=True,
    )
    FILTER = Spec(
        "Filter…",
        ("F",),
        "Choose what is searched: by category, brand, size, colour, price, words",
        Menu.NEIGHBOURS,
        is_open,
    )
    CLEAR_FILTER = Spec(
        "Clear the filter",
        ("Shift+F",),
        "Search all photos again",
        Menu.NEIGHBOURS,
        lambda now: now.is_filtered,
        ends_group=True,
    )
    COMPARE = Spec(
        "Compare",
        ("C",),
        "Show up to three selected photos beside the query, zoomed as one; a suspect beside what "
        "speaks against it",
        Menu.NEIGHBOURS,
        lambda now: (
            (now.has_query and now.selected > 0) or (now.is_listing_suspects and now.listed > 0)
        ),
    )
    WEB_PAGE = Spec(
        "Open the web page",
        ("W",),
        "Show the page that the photo's item was scraped from, in the browser",
        Menu.NEIGHBOURS,
        lambda now: now.has_page,
        ends_group=True,
    )
    AVAILABILITY = Spec(
        "Still for sale?",
        ("A",),
        "Ask the shops' pages of the selected items (of all that are listed, if none is)",
        Menu.NEIGHBOURS,
        lambda now: now.listed > 0 or now.selected > 0,
        ends_group=True,
    )
    EXPORT_LIST = Spec(
        "Export the list…",
        ("Ctrl+S",),
        "Write what the gallery lists as a CSV table",
        Menu.NEIGHBOURS,
        is_listing,
    )
    EXPORT_PAGE = Spec(
        "Export the page…",
        ("Ctrl+Shift+S",),
        "Write the gallery as one picture (PNG) or as a web page with its photos (HTML)",
        Menu.NEIGHBOURS,
        is_listing,
    )

    LEARN = Spec(
        "Learn a direction…",
        ("L",),
        "Teach a direction by words of the titles, or by the photos that are marked or selected",
        Menu.DIRECTIONS,
        is_open,
    )
    MARK_WITH = Spec(
        "These have it",
        ("H",),
        "Mark the selected photos as ones that have what the next direction should point at",
        Menu.DIRECTIONS,
        has_selection,
    )
    MARK_WITHOUT = Spec(
        "These do not",
        ("J",),
        "Mark the selected photos as ones that do not have it",
        Menu.DIRECTIONS,
        has_selection,
    )
    UNMARK = Spec(
        "Forget the marks",
        ("Shift+J",),
        "Mark no photos to learn from",
        Menu.DIRECTIONS,
        lambda now: any(now.marked),
    )
    AXES = Spec(
        "Principal axes",
        ("Shift+L",),
        "Add the axes along which the photos vary most; what they mean is yours to see",
        Menu.DIRECTIONS,
        is_open,
        ends_group=True,
    )
    RESET = Spec(
        "Reset all sliders",
        ("Backspace",),
        "Bring the query back to where it was asked",
        Menu.DIRECTIONS,
        lambda now: now.is_moved,
    )
    ORTHOGONAL = Spec(
        "At right angles",
        ("Shift+O",),
        "Move along directions made orthogonal to each other, so that one does not bring another",
        Menu.DIRECTIONS,
        lambda now: now.directions > 1,
    )
    PATH = Spec(
        "Path",
        ("P",),
        "Show the nearest item at each of ten steps along the direction that was moved last",
        Menu.DIRECTIONS,
        lambda now: now.has_query and now.directions > 0,
    )
    REPORT = Spec(
        "Report…",
        ("R",),
        "Show what was measured of the direction that was moved last",
        Menu.DIRECTIONS,
        lambda now: now.directions > 0,
    )

    MOVE = Spec(
        "Move the map", ("1",), "Dragging moves the map; a click selects", Menu.MAP, is_open
    )
    LASSO = Spec(
        "Lasso",
        ("2",),
        "Dragging draws around points; with Shift they are added, with Alt taken out",
        Menu.MAP,
        is_open,
    )
    RECTANGLE = Spec(
        "Rectangle",
        ("3",),
        "Dragging draws a rectangle around points",
        Menu.MAP,
        is_open,
        ends_group=True,
    )
    ZOOM_IN = Spec(
        "Zoom in", ("Ctrl++", "Ctrl+="), "See less, larger", Menu.MAP, is_open, repeats=True
    )
    ZOOM_OUT = Spec("Zoom out", ("Ctrl+-",), "See more", Menu.MAP, is_open, repeats=True)
    FIT = Spec("Whole map", ("0",), "Show all points", Menu.MAP, is_open)
    FIT_SELECTION = Spec(
        "Zoom to the selection",
        ("Z",),
        "Show the selected points as large as they fit; without any, the query's neighbours",
        Menu.MAP,
        lambda now: now.selected > 0 or now.has_query,
        ends_group=True,
    )

    EPOCHS = Spec(
        "Epochs of the run",
        ("Y",),
        "Play how the map came to be, epoch by epoch, or compare two epochs; again to leave",
        Menu.MAP,
        lambda now: now.has_epochs,
    )

    SELECT_LISTED = Spec(
        "Select all that is listed",
        ("Ctrl+A",),
        "Select every photo of the gallery in front",
        Menu.SELECTION,
        is_listing,
    )
    SELECT_NONE = Spec(
        "Select nothing", ("Esc",), "Forget the selection", Menu.SELECTION, has_selection
    )
    INVERT = Spec(
        "Invert the selection",
        ("Ctrl+Shift+I",),
        "Select what passes the filter and is not selected",
        Menu.SELECTION,
        is_open,
        ends_group=True,
    )
    SHOW_SELECTION = Spec(
        "List the selection",
        ("G",),
        "Show the selected photos as a gallery",
        Menu.SELECTION,
        has_selection,
    )
    SHOW_NEIGHBOURS = Spec(
        "List the neighbours",
        ("Shift+G",),
        "Show the query's neighbours again",
        Menu.SELECTION,
        is_open,
        ends_group=True,
    )
    COPY_IDS = Spec(
        "Copy file paths",
        ("Ctrl+C",),
        "Copy the paths of the selected photos to the clipboard",
        Menu.SELECTION,
        has_selection,
    )
    TAG = Spec(
        "Tag…",
        ("T",),
        "Give the selected photos a name, to filter by and to colour the map by",
        Menu.SELECTION,
        has_selection,
    )
    UNTAG = Spec(
        "Take a tag away…",
        ("Shift+T",),
        "Take a name from the selected photos again",
        Menu.SELECTION,
        lambda now: now.selected > 0 and now.has_tags,
    )
    UNDO = Spec(
        "Undo",
        ("Ctrl+Z",),
        "Take back what was tagged or sent to the cleaner last, however long ago; decisions are "
        "undone in the cleaner",
        Menu.SELECTION,
        is_open,
    )
    REDO = Spec(
        "Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "Tag or send again what was undone last",
        Menu.SELECTION,
        is_open,
        ends_group=True,
    )
    SUSPECTS = Spec(
        "List what may be wrong",
        ("U",),
        "Look for photos far from their item, items mixed up or listed twice, photos among tags; "
        "again to stop looking",
        Menu.SELECTION,
        is_open,
    )
    SEND = Spec(
        "Send to the cleaner",
        ("S",),
        "Put the selected photos (of a list of suspects, the current one) into the cleaning queue, "
        "with the reason",
        Menu.SELECTION,
        lambda now: now.selected > 0 or (now.is_listing_suspects and now.listed > 0),
    )
    SHOW_ITEM = Spec(
        "Open in the cleaner",
        ("E",),
        "Show the item of the photo that is pointed at in the cleaning tab",
        Menu.SELECTION,
        lambda now: (
            now.has_cleaner
            and (now.selected > 0 or now.has_query or (now.is_listing_suspects and now.listed > 0))
        ),
        needs=lambda now: now.has_cleaner,
    )

    LARGER = Spec("Larger photos", (".",), "Show photos larger", Menu.VIEW, always, repeats=True)
    SMALLER = Spec(
        "Smaller photos",
        (",",),
        "Show more photos",
        Menu.VIEW,
        always,
        repeats=True,
        ends_group=True,
    )
    TOGGLE_QUERY = Spec("Query panel", ("F8",), "Show or hide the query", Menu.VIEW, always)
    TOGGLE_GALLERY = Spec(
        "Gallery", ("F7",), "Show or hide the gallery: the map alone", Menu.VIEW, always
    )
    TOGGLE_MAP = Spec("Map", ("F9",), "Show or hide the map", Menu.VIEW, always)
    SHORTCUTS = Spec(
        "Keyboard shortcuts", ("F1", "?"), "Show all keys on one sheet", Menu.VIEW, always
    )


Actions = Mapping[Do, QAction]


def update_actions(actions: Actions, now: Situation) -> None:
    """Enables what can act."""
    enable_actions(actions, now)
