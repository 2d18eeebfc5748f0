"""ABI models: what differs between releases, as data, and how each delivers the runstate area.

Names in the package itself are an old path, for one release: models are written against :mod:`harness.models`.
"""

from harness.xen.moved import moved

__getattr__ = moved(__name__, "harness.xen.models.model")
