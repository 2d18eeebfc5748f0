"""Domains and their vCPUs: state and identity, waking and ending, building."""
