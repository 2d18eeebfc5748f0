"""A run as a way that can be gone both ways: exact stops, snapshots along it, and the same input again."""
