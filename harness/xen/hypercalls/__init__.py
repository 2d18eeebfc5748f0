"""Xen's hypercalls, one module each; ``table`` maps the numbers to the handlers.

Numbers, commands and structures are data, in the module of the same name in :mod:`harness.abi.hypercalls`.
"""
