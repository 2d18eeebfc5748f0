"""The frame of the HTML pages: one file that contains its style and script, and loads nothing from the network."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

_HERE = Path(__file__).parent


def page(title: str, body: str) -> str:
    """A whole document around ``body``, which is HTML; ``title`` is text."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{style}</style>
</head>
<body>
{body}
<script>
{script}</script>
</body>
</html>
"""


def filter_form(kinds: Sequence[tuple[str, str, int]]) -> str:
    """The filter by text and by kind; each kind is a word, the style of its badge, and the number of its entries."""
    boxes = "\n".join(
        f'<label><input type="checkbox" name="kind" value="{escape(word)}" checked>'
        f"{badge(f'{number} {word}', style)}</label>"
        for word, style, number in kinds
    )
    return f"""<form id="filter">
<input type="search" name="text" placeholder="Filter: an ID, a word, -EINVAL" aria-label="Filter by text">
{boxes}
<span id="shown" role="status"></span>
</form>"""


def badge(text: str, style: str) -> str:
    """A word in a coloured pill; ``style`` is good, mild, bad or empty."""
    return f'<span class="badge {style}">{escape(text)}</span>'


def entry(identity: str, sentence: str, mark: str, kind: str, inside: str, *, is_open: bool) -> str:
    """A rule that can be unfolded; ``mark`` and ``inside`` are HTML, ``kind`` is the word that the filter uses."""
    return f"""<details id="{escape(identity)}" data-kind="{escape(kind)}"{" open" if is_open else ""}>
<summary><span class="id">{escape(identity)}</span><span class="sentence">{escape(sentence)}</span>{mark}</summary>
<div class="inside">
{inside}
</div>
</details>"""


def section(title: str, note: str, entries: Iterable[str]) -> str:
    """An area and its entries, which are HTML."""
    return f'<section class="area">\n<h2>{escape(title)} <small>{escape(note)}</small></h2>\n' + "\n".join(
        [*entries, "</section>"]
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: bool = False) -> str:
    """A table of texts; with ``numbers``, all columns except the first two contain numbers."""

    def cell(tag: str, column: int, text: str) -> str:
        kind = f' class="number{" zero" if text == "0" else ""}"' if numbers and column > 1 else ""
        label = "" if tag == "th" or not text else f' data-label="{escape(header[column])}"'
        return f"<{tag}{kind}{label}>{escape(text)}</{tag}>"

    lines = ["<tr>" + "".join(cell("th", *each) for each in enumerate(header)) + "</tr>"]
    lines += ["<tr>" + "".join(cell("td", *each) for each in enumerate(row)) + "</tr>" for row in rows]
    return '<div class="scroll"><table>\n' + "\n".join(lines) + "\n</table></div>"
