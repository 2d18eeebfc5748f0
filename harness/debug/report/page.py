"""Putting the page together: template, style, script and data in one file that needs nothing else."""

import html
import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

PARTS = {"STYLE": "page.css", "UNPACK": "unpack.js", "CHARTS": "charts.js", "SCRIPT": "page.js"}


def render(title: str, runs: Sequence[dict[str, Any]]) -> str:
    """Make the page of these runs (:meth:`harness.debug.report.run_data.RunData.plain`)."""
    folder = files("harness.debug.report")
    # In a script's text, only "<" can end it: guests' texts are in there.
    data = json.dumps({"title": title, "runs": runs}, separators=(",", ":")).replace("<", "\\u003c")
    parts = {name: (folder / file).read_text(encoding="utf-8") for name, file in PARTS.items()}
    parts |= {"TITLE": html.escape(title.encode("utf-8", "replace").decode()), "DATA": data}
    pieces = (folder / "page.html").read_text(encoding="utf-8").split("@@")
    return "".join(parts[piece] if index % 2 else piece for index, piece in enumerate(pieces))
