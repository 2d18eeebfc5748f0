"""What a person sees of a machine that stands: each module one view, functions that yield lines of plain text."""
