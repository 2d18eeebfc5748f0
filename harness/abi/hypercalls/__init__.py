"""Hypercalls as their callers see them: one module for each, with its commands, structures and arguments."""
