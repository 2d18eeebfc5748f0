"""The stepper: a session at a machine with a past, driven by lines of text."""
