"""Moving through a run in both directions: exact stops, snapshots along the run, and replay of its input."""
