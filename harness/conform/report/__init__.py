"""Reports of a run: a summary for the terminal, and files for programs and readers, all from one :class:`Report`."""
