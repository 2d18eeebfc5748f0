"""The user's files: the one way to read an input, the one way to write an output, and where caches are.

No other room opens a path that a user gave. An output never replaces an input, and is written whole or not at all.
"""
