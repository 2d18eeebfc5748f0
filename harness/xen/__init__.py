"""The hypervisor, in rooms by subject, through which three layers go: imports lead down only.

* Plain data: what a snapshot copies, and what differs between releases. ``domains/state.py``, ``runstate/info.py`` and
  ``area.py``, ``event_channels/state.py``, ``memory/grant_state.py``, frames and the p2m, ``models/releases.py``.
* Who there is: ``domains/domain.py``, a domain and its vCPUs with that state and emulated CPUs, on a ``host.py``.
* What acts on them, by subject: guest access and grants in ``memory/``, ``interrupts/``, ``event_channels/``,
  deliveries and order in ``runstate/``, the scheduler, ``domains/control.py``; above these ``hypercalls/``,
  ``firmware/`` and ``traps.py``; above all the main loop, ``hypervisor.py``. Only ``wiring.py`` knows all parts.

``delivery.py``, ``publication.py``, ``releases.py`` and the names in ``models/__init__.py`` are old paths, for one
release (:mod:`harness.xen.moved`).
"""
