"""Where a block of a values file ends for a person: with the comments that speak of it."""

from __future__ import annotations


def line_end(text: str, offset: int, limit: int) -> int:
    """Where the line after the one of ``offset`` begins."""
    found = text.find("\n", offset, limit)
    return limit if found < 0 else found + 1


def block_end(text: str, offset: int, column: int, limit: int) -> int:
    """Where the line begins that follows a block: its key stands at ``column``, its last value ends at ``offset``.

    Comments that stand further in than the key are the block's: commented-out keys, mostly. Those at its own column
    are, where they follow at once and a blank line or nothing stands below them; else they speak of what comes next.
    """
    end = at = line_end(text, offset, limit)
    run = False
    blank = False
    while at < limit:
        after = line_end(text, at, limit)
        line = text[at:after]
        bare = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        if not bare:
            end, run, blank = (at if run else end), False, True
        elif not bare.startswith("#") or indent < column or (indent == column and blank):
            return end
        elif indent > column and not run:
            end, blank = after, False
        else:
            run = True
        at = after
    return limit if run else end


def spaced(text: str, at: int, limit: int, above: int) -> bool:
    """Whether a blank line stands between blocks: after the one that ends at ``at``, or before its key (``above``).

    ``above``: where the line of its key begins, or -1 for the only block.
    """
    rest = text[at:limit]
    if rest.strip():
        return not rest.split("\n", 1)[0].strip()
    if above < 0:
        return False
    lines = text[:above].splitlines()
    while lines and lines[-1].lstrip().startswith("#"):
        lines.pop()
    return bool(lines) and not lines[-1].strip()
