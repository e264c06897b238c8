"""Figures and short tables that wait: one that does not fit heads the next page, and text runs on.

WeasyPrint ends the page at a float that does not fit. It does carry what is left of a broken one to
the next page, and lays text round it there; so here a float of the class ``float`` breaks before
its first line. What comes after keeps its order, and ``clear: both`` waits for all of them. A float
of the class ``breaks`` too, a long table, begins where it is called if there is room for some rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_WHOLE = {0: None}
"""Where a float goes on of which nothing has been printed."""
_BEGUN = 230.0
"""Pixels, some 60 mm, that a table needs to begin on a page that it does not head."""
_HAIR = 0.01
"""Pixels below a float at which a line no longer touches it, whatever its sums are rounded to."""
_SLIVER = 1.0
"""Pixels from the top of a page within which a box still heads it."""


@contextmanager
def floats_wait() -> Iterator[None]:
    """Lay out the floats of a document so that they may wait for the next page."""
    from weasyprint.layout import block, page

    formers = block.float_layout, page.block_level_layout
    block.float_layout = page.float_layout = _waiting(block.float_layout)
    page.block_level_layout = _stopping(page.block_level_layout)
    try:
        yield
    finally:
        block.float_layout, page.block_level_layout = formers
        page.float_layout = block.float_layout


def _waiting(former: Any) -> Any:
    """The layout of floats, but that one that does not fit waits, and those after it."""

    def laid_out(
        context: Any, box: Any, within: Any, absolute: Any, fixed: Any, below: Any, skip_stack: Any
    ) -> tuple[Any, Any]:
        begin = None if skip_stack == _WHOLE else skip_stack

        def lay_out() -> tuple[Any, Any]:
            return tuple(former(context, box, within, absolute, fixed, below, begin))

        laid, rest = lay_out()
        if not _may_wait(box) or _heads_page(context, laid):
            return laid, rest
        if laid.position_y > box.position_y:
            # It has been moved below another, and may now end beyond the page.
            context.excluded_shapes.remove(laid)
            box.position_y = laid.position_y
            laid, rest = lay_out()
        room = context.page_bottom - laid.position_y
        fits = not context.overflows_page(0, _foot(laid)) and (
            rest is None or ("breaks" in _kinds(box) and room > _BEGUN)
        )
        if fits and not any(map(_may_wait, context.broken_out_of_flow)):
            return laid, rest
        context.excluded_shapes.remove(laid)
        return _nothing_of(box), _WHOLE

    return laid_out


def _stopping(former: Any) -> Any:
    """The layout of a page's text, but that it begins below the floats that head the page.

    It stops where they leave no room for its next line. WeasyPrint knows of that, but not of text
    that stops inside a paragraph.
    """

    def laid_out(
        context: Any,
        box: Any,
        bottom_space: Any,
        skip_stack: Any,
        containing_block: Any,
        page_is_empty: bool,
        *boxes: Any,
        **more: Any,
    ) -> tuple[Any, ...]:
        def lay_out(box: Any, page_is_empty: bool) -> tuple[Any, ...]:
            at = bottom_space, skip_stack, containing_block, page_is_empty
            return tuple(former(context, box, *at, *boxes, **more))

        if not page_is_empty:
            # WeasyPrint lays a table out beside a float, and only then moves it below.
            feet = [_foot(shape) + _HAIR for shape in context.excluded_shapes]
            box.position_y = max(feet, default=box.position_y)
        found = lay_out(box, page_is_empty)
        if found[0] or page_is_empty or not skip_stack:
            return found
        bare, innermost = _without_text(box, skip_stack)
        empty, *_ = lay_out(bare, True)
        page = {"break": "any", "page": innermost.page_values()[0]}
        return empty, skip_stack, page, *found[3:]

    return laid_out


def _without_text(box: Any, skip_stack: Any) -> tuple[Any, Any]:
    """A box that goes on at a place, bare but for the blocks round the place, and the innermost."""
    from weasyprint.formatting_structure.boxes import BlockContainerBox

    bare = box.copy_with_children([])
    ((place, inner),) = skip_stack.items()
    child = box.children[place]
    if not inner or not isinstance(child, BlockContainerBox) or child.is_table_wrapper:
        bare.force_fragmentation = True
        return bare, box
    within, innermost = _without_text(child, inner)
    bare.children = [*box.children[:place], within]
    return bare, innermost


def _may_wait(box: Any) -> bool:
    return "float" in _kinds(box)


def _kinds(box: Any) -> list[str]:
    return [] if box.element is None else box.element.get("class", "").split()


def _foot(laid: Any) -> float:
    return float(laid.position_y + laid.margin_height())


def _heads_page(context: Any, laid: Any) -> bool:
    top = context.current_footnote_area.page.content_box_y()
    return bool(laid.position_y <= top + _SLIVER)


def _nothing_of(box: Any) -> Any:
    """What stands of a waiting float where it was called: no more than its place."""
    empty = box.copy_with_children([])
    empty.height = empty.margin_top = empty.margin_bottom = 0
    return empty
