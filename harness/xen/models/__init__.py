"""ABI models: what differs between releases, as data, and how each delivers the runstate area.

Names in the package itself are old import paths, kept for one release: import from :mod:`harness.models` instead.
"""

from harness.xen.moved import moved

__getattr__ = moved(__name__, "harness.xen.models.model")
