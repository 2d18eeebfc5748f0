"""Reports of a run: a summary for the terminal, and files for machines and people, all from one :class:`Report`."""
