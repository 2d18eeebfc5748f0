"""The stepper: an interactive session with a machine that can also run backwards, driven by lines of text."""
