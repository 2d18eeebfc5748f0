"""What Xen keeps of a domain's event channels beside the pages that it shares with the guest: plain, copyable data."""

from dataclasses import dataclass, field

from harness.abi.hypercalls.event_channel_op import EventChannelStatus, FifoPriority

BUCKET = 64
"""Ports come into being by so many; one that does not exist yet is invalid, not closed."""

Queue = tuple[int, int]
"""One of a domain's queues: vCPU and priority."""


@dataclass
class Port:
    """An open port, plain and copyable. ``vcpu`` is the one that it notifies."""

    status: EventChannelStatus
    vcpu: int = 0
    remote_domain: int = 0
    remote_port: int = 0
    virq: int = 0


@dataclass
class FifoState:
    """Plain, copyable: where the guest's structures are, and the last port of each queue that ever had one."""

    control_blocks: dict[int, int] = field(default_factory=dict)
    """The machine addresses of the control blocks, by vCPU."""
    array: list[int] = field(default_factory=list)
    """The mfns of the pages of the event array, in order."""
    tails: dict[Queue, int] = field(default_factory=dict)


@dataclass
class FifoPort:
    """What Xen keeps of a port for this ABI, plain and copyable; but for the priority it outlives close and reset."""

    priority: int = FifoPriority.EVTCHN_FIFO_PRIORITY_DEFAULT
    queue: Queue = (0, 0)
    """The queue that it was last put into."""
    pending: bool = False
    """An event came while its word was not there; never forgotten."""


@dataclass
class EventState:
    """Plain, copyable: the open ports, and how many there are altogether, open or closed. Port 0 is never used."""

    ports: dict[int, Port] = field(default_factory=dict)
    valid: int = BUCKET
    fifo: FifoState | None = None
    """What the FIFO ABI needs; None while the domain uses the 2-level ABI."""
    fifo_ports: dict[int, FifoPort] = field(default_factory=dict)
