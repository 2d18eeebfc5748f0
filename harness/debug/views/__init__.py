"""Views of a paused machine: one module for each view, with functions that yield lines of plain text."""
