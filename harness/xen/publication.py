"""An old path, for one release: models are written against :mod:`harness.models`."""

from harness.xen.moved import moved

__getattr__ = moved(__name__, "harness.xen.runstate.publication")
