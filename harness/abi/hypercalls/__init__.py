"""Hypercalls as their callers see them: a module each for its commands, structures and arguments."""
