"""The FIFO ABI of events (``xen/common/event_fifo.c``, ``public/event_channel.h``): a word for each port, and queues.

A guest chooses it with its first EVTCHNOP_init_control. Each vCPU has a control block in guest memory with the heads of
its 16 queues, one for each priority, and a port's word in the event array links to the next port in its queue. Xen
appends to a queue, the guest removes its head. Xen holds the pages until the domain resets its event channels.
"""

from harness.abi.errno import Errno
from harness.abi.hypercalls.event_channel_op import EVTCHN_FIFO_CONTROL_BLOCK, FifoPriority, FifoWord
from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.event_channels import shared_info, upcall
from harness.xen.event_channels.state import EventState, FifoPort, FifoState, Queue
from harness.xen.event_channels.two_level import MOST_PORTS as MOST_TWO_LEVEL_PORTS

MOST_PORTS = 1 << FifoWord.EVTCHN_FIFO_LINK_BITS
WORD_SIZE = 4
WORDS_PER_PAGE = PAGE_SIZE // WORD_SIZE
MOST_PAGES = MOST_PORTS // WORDS_PER_PAGE

_READY = EVTCHN_FIFO_CONTROL_BLOCK.offset("ready")
_HEADS = EVTCHN_FIFO_CONTROL_BLOCK.offset("head")
_PENDING, _MASKED, _LINKED, _BUSY = (
    1 << bit
    for bit in (
        FifoWord.EVTCHN_FIFO_PENDING,
        FifoWord.EVTCHN_FIFO_MASKED,
        FifoWord.EVTCHN_FIFO_LINKED,
        FifoWord.EVTCHN_FIFO_BUSY,
    )
)
_LINK = MOST_PORTS - 1


class FifoEvents:
    """The events of ``domain``. It has no state of its own, so it may be created wherever it is needed."""

    __slots__ = ("_domain",)
    most_ports = MOST_PORTS

    def __init__(self, domain: Domain) -> None:
        self._domain = domain

    @property
    def _events(self) -> EventState:
        return self._domain.state.events

    @property
    def _fifo(self) -> FifoState:
        fifo = self._events.fifo
        assert fifo is not None, "the domain uses the 2-level ABI"
        return fifo

    # -- The guest's structures ---------------------------------------------------------------------------------

    def init_control(self, vcpu: Vcpu, gfn: int, offset: int) -> int:
        """Register a vCPU's control block, once; the domain's first one switches the ABI. 0 or a negative errno."""
        if offset > PAGE_SIZE - EVTCHN_FIFO_CONTROL_BLOCK.size or offset % 8:
            return -Errno.EINVAL
        events = self._events
        if events.fifo is not None and vcpu.number in events.fifo.control_blocks:
            return -Errno.EINVAL
        mfn = self._hold(gfn)
        if mfn is None:
            return -Errno.EINVAL
        if events.fifo is None:
            events.fifo = FifoState()
            self._take_over()
        events.fifo.control_blocks[vcpu.number] = (mfn << PAGE_SHIFT) + offset
        return 0

    def _take_over(self) -> None:
        """Give existing ports the default priority, and keep their pending events for later (``setup_ports``)."""
        events, pending = self._events, shared_info.pending(self._domain)
        # Ports keep this state when they close. One that had another priority under an earlier FIFO ABI loses it here.
        for port in events.fifo_ports.values():
            port.priority = FifoPriority.EVTCHN_FIFO_PRIORITY_DEFAULT
        for number in range(1, min(events.valid, MOST_TWO_LEVEL_PORTS)):
            if pending.test(number):
                self._port(number).pending = True

    def expand_array(self, gfn: int) -> int:
        """Add a page of words to the event array, and raise the events that waited for it. 0 or a negative errno."""
        events = self._events
        if events.fifo is None:
            return -Errno.EOPNOTSUPP
        if len(events.fifo.array) >= MOST_PAGES:
            return -Errno.ENOSPC
        mfn = self._hold(gfn)
        if mfn is None:
            return -Errno.EINVAL
        first = len(events.fifo.array) * WORDS_PER_PAGE
        events.fifo.array.append(mfn)
        for number in range(first, min(first + WORDS_PER_PAGE, events.valid)):
            if number in events.fifo_ports and events.fifo_ports[number].pending:
                # Xen does not check whether the port is still open; a closed port's channel notifies vCPU 0.
                port = events.ports.get(number)
                self.set_pending(number, self._domain.vcpus[port.vcpu if port is not None else 0])
        return 0

    def _hold(self, gfn: int) -> int | None:
        """Take a reference to a page of memory of any kind, even a read-only or foreign one (``map_guest_page``)."""
        page = self._domain.p2m.page(gfn)
        if page is None:
            return None
        self._domain.frames.get(page.mfn)
        return page.mfn

    def tear_down(self) -> None:
        """Release all pages, and go back to the 2-level ABI (``evtchn_fifo_destroy``)."""
        fifo, self._events.fifo = self._events.fifo, None
        if fifo is None:
            return
        for mfn in (*(block >> PAGE_SHIFT for block in fifo.control_blocks.values()), *fifo.array):
            self._domain.frames.put(mfn)

    # -- Ports --------------------------------------------------------------------------------------------------

    def opened(self, number: int) -> None:
        """Give a port that was opened the default priority."""
        self._port(number).priority = FifoPriority.EVTCHN_FIFO_PRIORITY_DEFAULT

    def set_priority(self, number: int, priority: int) -> int:
        """Choose the queue for a port's next events; an event that is linked stays where it is. 0 or -EINVAL."""
        if priority > FifoPriority.EVTCHN_FIFO_PRIORITY_MIN:
            return -Errno.EINVAL
        self._port(number).priority = priority
        return 0

    def clear_pending(self, number: int) -> None:
        """Clear the event of a port that is being closed; the port stays linked until the guest removes it."""
        word = self._word(number)
        if word is not None:
            self._clear(word, _PENDING)

    def unmask(self, number: int, vcpu: Vcpu) -> None:
        """Clear a port's mask, and deliver an event that it held back."""
        word = self._word(number)
        if word is None:
            return
        self._clear(word, _MASKED)
        if self._read(word) & _PENDING:
            self.set_pending(number, vcpu)

    def is_pending(self, number: int) -> bool:
        """Whether a port has an event."""
        word = self._word(number)
        return word is not None and bool(self._read(word) & _PENDING)

    def is_busy(self, number: int) -> bool:
        """Whether a closed port is still linked in a queue: it cannot be opened again until the guest removes it."""
        word = self._word(number)
        return word is not None and bool(self._read(word) & _LINKED)

    def set_pending(self, number: int, vcpu: Vcpu) -> None:
        """An event arrived at a port that notifies ``vcpu`` (``evtchn_fifo_set_pending``)."""
        word = self._word(number)
        if word is None:
            # The page of the event array is missing: the event is kept until expand_array() adds it.
            self._port(number).pending = True
            return
        block = self._fifo.control_blocks.get(vcpu.number)
        if block is None:
            self._set_pending_unqueued(number, vcpu, word)
            return
        was_pending = self._test_and_set(word, _PENDING)
        # A port that is already linked will be found by the guest anyway, and a masked one must not be. The guest is
        # interrupted only if a queue that was empty gets a head that it has not been told of.
        if not self._read(word) & _MASKED and not self._test_and_set(word, _LINKED):
            priority = self._port(number).priority
            if self._append(number, (vcpu.number, priority), block) and not self._test_and_set(
                block + _READY, 1 << priority
            ):
                upcall.notify(vcpu)
        if not was_pending:
            upcall.wake_pollers(self._domain, number)

    def _set_pending_unqueued(self, number: int, vcpu: Vcpu, word: int) -> None:
        """An event for a vCPU without a control block is lost, though up to 4.14 its PENDING bit is set first."""
        shown = self._domain.release.interrupts.shows_unqueued_events
        was_pending = shown and self._test_and_set(word, _PENDING)
        if not shown or not self._read(word) & (_MASKED | _LINKED):
            self._domain.host.log(f"{vcpu} has no FIFO event channel control block")
        if shown and not was_pending:
            upcall.wake_pollers(self._domain, number)

    def _append(self, number: int, queue: Queue, block: int) -> bool:
        """Append a port to a queue; True if the queue was empty, so that the port is its head now."""
        tails, port = self._fifo.tails, self._port(number)
        # The port was not linked, so if it is the tail of its old queue, the guest has emptied that queue. Keeping the
        # tail would let the next append there write into this port's word, which is in the new queue by then.
        if tails.get(port.queue) == number:
            del tails[port.queue]
        port.queue = queue
        tail, tails[queue] = tails.get(queue), number
        if tail is not None and self._link(tail, number):
            return False
        self._write(block + _HEADS + WORD_SIZE * queue[1], number)
        return True

    def _link(self, tail: int, number: int) -> bool:
        """Link the word of a queue's last port to the next one; False if the guest has removed the last port already.

        Xen loops over a cmpxchg and sets BUSY from the second try on, because a guest may write at the same moment.
        Here no guest runs meanwhile, so one store does.
        """
        word = self._word(tail)
        assert word is not None
        value = self._read(word)
        if not value & _LINKED:
            return False
        self._write(word, value & ~(_BUSY | _LINK) | number)
        return True

    def _port(self, number: int) -> FifoPort:
        return self._events.fifo_ports.setdefault(number, FifoPort())

    # -- Words in guest memory ----------------------------------------------------------------------------------

    def _word(self, number: int) -> int | None:
        """The machine address of a port's word; None while its page is missing."""
        index, offset = divmod(number, WORDS_PER_PAGE)
        array = self._fifo.array
        return (array[index] << PAGE_SHIFT) + WORD_SIZE * offset if index < len(array) else None

    def _read(self, maddr: int) -> int:
        return int.from_bytes(self._domain.memory.read(maddr, WORD_SIZE), "little")

    def _write(self, maddr: int, value: int) -> None:
        self._domain.memory.write(maddr, value.to_bytes(WORD_SIZE, "little"))

    def _test_and_set(self, maddr: int, bit: int) -> bool:
        value = self._read(maddr)
        self._write(maddr, value | bit)
        return bool(value & bit)

    def _clear(self, maddr: int, bit: int) -> None:
        self._write(maddr, self._read(maddr) & ~bit)
