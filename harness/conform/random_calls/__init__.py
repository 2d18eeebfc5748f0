"""Random hypercalls with hostile arguments, asked of a model and of the real Xen: every answer must be the same."""
