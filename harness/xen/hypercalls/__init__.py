"""Xen's hypercalls, a module each of its name; ``table`` says which number is answered by which.

Numbers, commands and structures are data, in the module of the same name in :mod:`harness.abi.hypercalls`.
"""
