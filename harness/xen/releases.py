"""An old import path, kept for one release: import from :mod:`harness.models` instead."""

from harness.xen.moved import moved

__getattr__ = moved(__name__, "harness.xen.models.releases")
