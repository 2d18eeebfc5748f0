"""One client's commands and their answers. Every packet gets an answer, and no packet can raise an exception."""

from collections.abc import Callable
from enum import Enum

from harness.debug.gdb.arguments import EFAULT, EINVAL, PacketRefused, address_and_length, fields, hex_bytes, number
from harness.debug.gdb.memory import read_memory, write_memory
from harness.debug.gdb.monitor import monitor
from harness.debug.gdb.movement import Movement
from harness.debug.gdb.packets import MOST_BYTES
from harness.debug.gdb.queries import Queries
from harness.debug.gdb.registers import PC, REGISTERS, read_register, write_register
from harness.debug.gdb.target import GdbTarget
from harness.debug.replay.stops import Space
from harness.xen.domains.domain import Vcpu

OK, UNKNOWN = b"OK", b""


class SessionEnd(Enum):
    """How a client ended its session."""

    DETACHED = "the client has detached"
    KILLED = "the client has killed the guest"


class GdbSession:
    """The state of one client: its threads, breakpoints, and whether its addresses are virtual or physical."""

    def __init__(self, target: GdbTarget, interrupted: Callable[[], bool], say: Callable[[str], None]) -> None:
        self._target = target
        self._threads = target.threads
        self._say = say
        self.moves = Movement(target, interrupted, say)
        self._queries = Queries(target)
        self._general = 0
        """The thread of register and memory packets; 0 means the thread of the last stop."""
        self._resumed = 0
        self._physical = False
        self.acks = True
        self.end: SessionEnd | None = None
        self._commands: dict[bytes, Callable[[bytes], bytes]] = {
            b"?": lambda _: self.moves.last, b"H": self._set_thread, b"T": self._is_alive,
            b"g": self._read_registers, b"G": self._write_registers,
            b"p": self._read_register, b"P": self._write_register,
            b"m": self._read_memory, b"M": self._write_hex, b"X": self._write_binary,
            b"Z": self._insert, b"z": self._remove,
            b"c": self._go_on, b"C": lambda text: self._go_on(text.partition(b";")[2]),
            b"s": self._step, b"S": lambda text: self._step(text.partition(b";")[2]), b"b": self._back,
            b"v": self._verbose, b"q": self._query, b"Q": self._set,
            b"D": lambda _: self._ends(SessionEnd.DETACHED, OK), b"k": lambda _: self._ends(SessionEnd.KILLED, UNKNOWN),
        }  # fmt: skip

    def answer(self, packet: bytes) -> bytes | None:
        """Carry out a packet and return the data of the reply; None if the protocol has no reply to it."""
        command = self._commands.get(packet[:1])
        if command is None:
            return UNKNOWN
        try:
            reply = command(packet[1:])
        except PacketRefused as refused:
            return str(refused).encode()
        return None if self.end is SessionEnd.KILLED else reply

    # -- Threads ------------------------------------------------------------------------------------------------

    def _vcpu(self) -> Vcpu:
        vcpu = self._threads.vcpu(self._general or self.moves.thread)
        assert vcpu is not None
        return vcpu

    def _thread(self, text: bytes) -> int:
        """Read a thread number; 0, -1 and nothing mean the thread of the last stop. Raises PacketRefused."""
        if text in (b"-1", b"0", b""):
            return 0
        thread = number(text)
        if thread not in self._threads.numbers:
            raise PacketRefused(EINVAL)
        return thread

    def _set_thread(self, text: bytes) -> bytes:
        thread = self._thread(text[1:])
        if text[:1] == b"g":
            self._general = thread
        elif text[:1] == b"c":
            self._resumed = thread
        else:
            raise PacketRefused(EINVAL)
        return OK

    def _is_alive(self, text: bytes) -> bytes:
        self._thread(text)
        return OK

    # -- Registers ----------------------------------------------------------------------------------------------

    def _read_registers(self, _: bytes) -> bytes:
        vcpu = self._vcpu()
        return b"".join(read_register(vcpu, register) for register in REGISTERS)

    def _write_registers(self, text: bytes) -> bytes:
        """Write the registers that differ. Some are read-only, and a client sends back what ``g`` returned for them."""
        vcpu = self._vcpu()
        if not vcpu.has_cpu or len(text) != 2 * sum(register.size for register in REGISTERS):
            raise PacketRefused(EINVAL)
        data, at = hex_bytes(text), 0
        for register in REGISTERS:
            value = int.from_bytes(data[at : at + register.size], "little")
            if value != register.read(vcpu):
                write_register(vcpu, register, value)
            at += register.size
        self._target.changed()
        return OK

    def _read_register(self, text: bytes) -> bytes:
        index = number(text, 16)
        if index >= len(REGISTERS):
            raise PacketRefused(EINVAL)
        return read_register(self._vcpu(), REGISTERS[index])

    def _write_register(self, text: bytes) -> bytes:
        which, value = fields(text, b"=", 2)
        index = number(which, 16)
        if index >= len(REGISTERS) or len(value) != 2 * REGISTERS[index].size:
            raise PacketRefused(EINVAL)
        if not write_register(self._vcpu(), REGISTERS[index], int.from_bytes(hex_bytes(value), "little")):
            raise PacketRefused(EINVAL)
        self._target.changed()
        return OK

    # -- Memory -------------------------------------------------------------------------------------------------

    def _read_memory(self, text: bytes) -> bytes:
        address, length = address_and_length(text)
        data = read_memory(self._vcpu(), address, min(length, MOST_BYTES // 2), physical=self._physical)
        if length and not data:
            raise PacketRefused(EFAULT)
        return data.hex().encode()

    def _write(self, address: int, length: int, data: bytes) -> bytes:
        if len(data) != length:
            raise PacketRefused(EINVAL)
        if not data:
            return OK
        if not write_memory(self._vcpu(), address, data, physical=self._physical):
            raise PacketRefused(EFAULT)
        self._target.changed()
        return OK

    def _write_hex(self, text: bytes) -> bytes:
        where, colon, data = text.partition(b":")
        if not colon:
            raise PacketRefused(EINVAL)
        return self._write(*address_and_length(where), hex_bytes(data))

    def _write_binary(self, text: bytes) -> bytes:
        where, colon, data = text.partition(b":")
        if not colon:
            raise PacketRefused(EINVAL)
        return self._write(*address_and_length(where), data)

    # -- Breakpoints and movements ------------------------------------------------------------------------------

    def _point(self, text: bytes) -> tuple[int, int, int]:
        kind, address, length = fields(text.partition(b";")[0], b",", 3)
        return number(kind, 8), number(address), number(length, 32)

    def _insert(self, text: bytes) -> bytes:
        if b";" in text:  # breakpoint conditions and commands are not among the features offered
            raise PacketRefused(EINVAL)
        self.moves.insert(self._point(text), Space.IPA if self._physical else Space.VA)
        return OK

    def _remove(self, text: bytes) -> bytes:
        self.moves.remove(self._point(text))
        return OK

    def _jump(self, text: bytes) -> None:
        """Set PC if one of the older packets names an address to continue from."""
        if text:
            write_register(self._vcpu(), REGISTERS[PC], number(text))
            self._target.changed()

    def _go_on(self, text: bytes) -> bytes:
        self._jump(text)
        return self._resume(self.moves.go_on)

    def _step(self, text: bytes) -> bytes:
        self._jump(text)
        return self._resume(lambda: self.moves.step(self._resumed or self.moves.thread))

    def _back(self, text: bytes) -> bytes:
        if text == b"c":
            return self._resume(self.moves.go_back)
        if text == b"s":
            return self._resume(lambda: self.moves.step_back(self._resumed or self.moves.thread))
        return UNKNOWN

    def _resume(self, move: Callable[[], bytes]) -> bytes:
        reply = move()
        self._general = 0  # gdb expects the thread of the stop to be selected
        return reply

    def _verbose(self, text: bytes) -> bytes:
        if text == b"Cont?":
            return b"vCont;c;C;s;S;t;r"
        if text.startswith(b"Cont;"):
            return self._resume(lambda: self._continue(text[5:].split(b";")))
        return UNKNOWN

    def _continue(self, actions: list[bytes]) -> bytes:
        """Carry out ``vCont``: step if any action is a step, else continue.

        The actions of other threads do not matter, because no vCPU can be held while another one runs.
        """
        for action in actions:
            what, _, thread_text = action.partition(b":")
            thread = self._thread(thread_text) or self.moves.thread
            if what[:1] in b"sS" and what:
                return self.moves.step(thread)
            if what[:1] == b"r":
                start, end = fields(what[1:], b",", 2)
                return self.moves.step_range(thread, number(start), number(end))
        if not any(action[:1] in (b"c", b"C") for action in actions):
            raise PacketRefused(EINVAL)
        return self.moves.go_on()

    # -- Queries ------------------------------------------------------------------------------------------------

    def _query(self, text: bytes) -> bytes:
        if text.startswith(b"Rcmd,"):
            command = hex_bytes(text[5:]).decode("utf-8", "replace")
            self._say(monitor(self._target, self._vcpu(), self.moves, command))
            return OK
        if text == b"C":
            return b"QC%02x" % (self._general or self.moves.thread)
        if text == b"qemu.PhyMemMode":
            return b"1" if self._physical else b"0"
        return self._queries.answer(text)

    def _set(self, text: bytes) -> bytes:
        if text == b"StartNoAckMode":
            self.acks = False
            return OK
        if text in (b"qemu.PhyMemMode:0", b"qemu.PhyMemMode:1"):
            self._physical = text.endswith(b"1")
            return OK
        return UNKNOWN

    def _ends(self, end: SessionEnd, reply: bytes) -> bytes:
        self.end = end
        return reply
