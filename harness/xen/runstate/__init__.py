"""Runstate: the accounting, and how it is published to the guest."""
