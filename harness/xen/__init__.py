"""The hypervisor. Its rooms are divided by subject; three layers cross them, and imports lead down only.

* Plain data: what a snapshot copies, and what differs between releases. ``domains/state.py``, ``runstate/info.py`` and
  ``area.py``, ``event_channels/state.py``, ``memory/grant_state.py``, frames and the p2m, ``models/releases.py``.
* The objects: ``domains/domain.py``, a domain and its vCPUs with that state and emulated CPUs, on a ``host.py``.
* What acts on them, by subject: guest access and grants in ``memory/``, ``interrupts/``, ``event_channels/``,
  deliveries and order in ``runstate/``, the scheduler, ``domains/control.py``; above these ``hypercalls/``,
  ``firmware/`` and ``traps.py``; on top the main loop, ``hypervisor.py``. Only ``wiring.py`` knows all parts.

``delivery.py``, ``publication.py``, ``releases.py`` and the names in ``models/__init__.py`` are old import paths, kept
for one release (:mod:`harness.xen.moved`).
"""
