"""ABI models: what differs between releases, as data, and how each delivers the runstate area."""
