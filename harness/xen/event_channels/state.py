"""Xen's own state of a domain's event channels, apart from the pages shared with the guest: plain, copyable data."""

from dataclasses import dataclass, field

from harness.abi.hypercalls.event_channel_op import EventChannelStatus, FifoPriority

BUCKET = 64
"""How many ports Xen allocates at a time; a port that does not exist yet is invalid, not closed."""

Queue = tuple[int, int]
"""One of a domain's queues: vCPU and priority."""


@dataclass
class Port:
    """An open port, plain and copyable. ``vcpu`` is the number of the vCPU that it notifies."""

    status: EventChannelStatus
    vcpu: int = 0
    remote_domain: int = 0
    remote_port: int = 0
    virq: int = 0


@dataclass
class FifoState:
    """Plain, copyable: the places of the guest's structures, and the last port of each queue that ever had one."""

    control_blocks: dict[int, int] = field(default_factory=dict)
    """The machine addresses of the control blocks, by vCPU."""
    array: list[int] = field(default_factory=list)
    """The mfns of the pages of the event array, in order."""
    tails: dict[Queue, int] = field(default_factory=dict)


@dataclass
class FifoPort:
    """Xen's state of a port for the FIFO ABI, plain and copyable. All but the priority survives close and reset."""

    priority: int = FifoPriority.EVTCHN_FIFO_PRIORITY_DEFAULT
    queue: Queue = (0, 0)
    """The queue that the port was last appended to."""
    pending: bool = False
    """Set when an event arrived before the port's word existed; never cleared."""


@dataclass
class EventState:
    """Plain, copyable: the open ports, and how many ports exist, open or closed. Port 0 is never used."""

    ports: dict[int, Port] = field(default_factory=dict)
    valid: int = BUCKET
    fifo: FifoState | None = None
    """The state of the FIFO ABI; None while the domain uses the 2-level ABI."""
    fifo_ports: dict[int, FifoPort] = field(default_factory=dict)
