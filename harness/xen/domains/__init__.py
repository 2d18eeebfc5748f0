"""Domains and their vCPUs: their state, building them, starting and waking them, and destroying them."""
