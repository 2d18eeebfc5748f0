"""Assembles the page: template, style, scripts and data in one self-contained file."""

import html
import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

PARTS = {"STYLE": "page.css", "UNPACK": "unpack.js", "CHARTS": "charts.js", "SCRIPT": "page.js"}


def render(title: str, runs: Sequence[dict[str, Any]]) -> str:
    """Render the page for these runs (:meth:`harness.debug.report.run_data.RunData.plain`)."""
    folder = files("harness.debug.report")
    # The data contain texts of guests, and "</script>" in them would end the script: escape every "<".
    data = json.dumps({"title": title, "runs": runs}, separators=(",", ":")).replace("<", "\\u003c")
    parts = {name: (folder / file).read_text(encoding="utf-8") for name, file in PARTS.items()}
    parts |= {"TITLE": html.escape(title.encode("utf-8", "replace").decode()), "DATA": data}
    pieces = (folder / "page.html").read_text(encoding="utf-8").split("@@")
    return "".join(parts[piece] if index % 2 else piece for index, piece in enumerate(pieces))
