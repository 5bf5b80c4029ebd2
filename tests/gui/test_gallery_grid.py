from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtCore import QPoint, QRect

from explorer.gallery_grid import GAP_PX, GalleryGrid

grids = st.builds(
    GalleryGrid, st.integers(1, 60), st.integers(50, 900), st.integers(40, 200), st.integers(40, 90)
)


@given(grids)
def test_cells_lie_within_the_gallery_and_on_no_other(grid):
    rects = [grid.rect(number) for number in range(grid.count)]

    assert all(rect.bottom() < grid.height for rect in rects)
    if grid.width > grid.cell_width + 2 * GAP_PX:
        assert all(rect.right() < grid.width and rect.width() >= grid.cell_width for rect in rects)
    assert not any(a.intersects(b) for a, b in pairwise(rects))


@given(grids, st.data())
def test_the_cell_at_a_point_is_the_one_that_holds_it(grid, data):
    number = data.draw(st.integers(0, grid.count - 1))

    assert grid.number_at(grid.rect(number).center()) == number
    assert grid.number_at(grid.rect(number).topLeft() - QPoint(0, 1)) is None


@given(grids, st.integers(0, 900), st.integers(1, 400))
def test_no_cell_in_view_is_left_out(grid, top, height):
    view = QRect(0, top, grid.width, height)
    first, end = grid.numbers_in(view)

    in_view = [n for n in range(grid.count) if grid.rect(n).intersects(view)]
    assert set(in_view) <= set(range(first, end))
