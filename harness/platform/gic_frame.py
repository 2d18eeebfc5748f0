"""A frame of a GICv3 as Xen emulates it for a guest (``xen/arch/arm/vgic-v3.c``): the distributor, and what all share.

Each access is a function from state to state and an answer. The behaviour of Xen 4.14, 4.17 and 4.20 is reproduced
exactly, including its oddities: the pending and active state cannot be read; rank 0 of the distributor is the accessing
vCPU's own; certain access widths are refused; and the lines in Xen's log.
"""

from harness.platform import gic_map
from harness.platform.affinity import vcpu_affinity
from harness.platform.gic_access import BYTE, DOUBLE, WORD, AccessRefused, MmioAccess, long, set_bits, short
from harness.platform.gic_distributor import CTLR_ARE, SPI_RANKS, Vgic
from harness.platform.gic_map import GicRegister
from harness.platform.gic_rank import RANK_SIZE, Rank

CTLR_ENABLE_GRP1A = 1 << 1
IIDR = 0x34C
PIDR2 = 0x30
UNKNOWN = 0xDEAD_BEAF_DEAD_BEAF
"""The value that Xen returns for a write-only register."""
MOST_TARGETS = 8
ROUTE_ANY = 1 << 31


class Frame:
    """One frame of one guest's GIC during one access by vCPU ``accessor``."""

    name = "vGICD"
    rows = gic_map.DISTRIBUTOR

    def __init__(self, gic: "Vgic", accessor: int) -> None:
        self.gic = gic
        self.vcpu = accessor
        """The vCPU whose frame this is, and whose private interrupts are rank 0; the distributor is the accessor's."""

    def rank(self, register: GicRegister, access: MmioAccess, bits: int) -> tuple[Rank | None, int]:
        """The rank of an accessed word of an array with ``bits`` per interrupt, and the word's first interrupt."""
        first = (access.offset - gic_map.ARRAY_BASES[register]) // 4 * 4 * 8 // bits
        number = first // RANK_SIZE
        if number == 0:
            return self.gic.private[self.vcpu](), first
        ranks = self.gic.state().ranks
        return (ranks[number - 1] if number <= len(ranks) else None), first

    # -- Loads --------------------------------------------------------------------------------------------------

    def read(self, access: MmioAccess) -> int:
        """Answer a load; AccessRefused for a data abort."""
        row = gic_map.find(self.rows, access.offset)
        register = None if row is None else row[2]
        match register:
            case GicRegister.RESERVED:
                self._say("RAZ on reserved register", access)
                return 0
            case GicRegister.IMPLEMENTATION_DEFINED:
                self._say("RAZ on implementation defined register", access)
                return 0
            case GicRegister.ISPENDR | GicRegister.ISACTIVER | GicRegister.ICACTIVER:  # any width, unlike others
                return 0
            case GicRegister.ICPENDR:
                if access.offset - gic_map.ARRAY_BASES[register] >= 4:
                    raise AccessRefused(
                        f": {self.name}: unhandled read r{access.register} offset {short(access.offset)}"
                    )
                return 0
            case GicRegister.IGRPMODR if not self.gic.release.knows_igrpmodr:
                register = None
            case _:
                pass
        if register is None:
            self._say(f"unhandled read r{access.register}", access)
            return 0
        return self._read_known(register, access)

    def _read_known(self, register: GicRegister, access: MmioAccess) -> int:
        match register:
            case GicRegister.LPI:
                return access.extract(UNKNOWN, 8)
            case GicRegister.IROUTER | GicRegister.REDISTRIBUTOR_TYPER | GicRegister.LPI_TABLE:
                self._check(access, access.size in (WORD, DOUBLE))
            case GicRegister.IPRIORITYR:
                self._check(access, access.size in (BYTE, WORD))
            case _:
                self._check(access, access.size == WORD)
        match register:
            case GicRegister.ISENABLER | GicRegister.ICENABLER:
                rank, _ = self.rank(register, access, 1)
                return 0 if rank is None else access.extract(rank.enabled)
            case GicRegister.IPRIORITYR:
                rank, first = self.rank(register, access, 8)
                at = first % RANK_SIZE
                return 0 if rank is None else access.extract(int.from_bytes(rank.priority[at : at + 4], "little"))
            case GicRegister.ICFGR:
                rank, first = self.rank(register, access, 2)
                return 0 if rank is None else access.extract(rank.configuration[first % RANK_SIZE // 16])
            case GicRegister.IROUTER:
                rank, index = self._routed(access)
                return 0 if rank is None else access.extract(vcpu_affinity(rank.target[index]), 8)
            case _:
                return self._identify(register, access)

    def _identify(self, register: GicRegister, access: MmioAccess) -> int:
        match register:
            case GicRegister.CTLR:
                return access.extract(self.gic.state().control)
            case GicRegister.TYPER:
                targets = min(len(self.gic.private), MOST_TARGETS) - 1
                return access.extract(self.gic.interrupt_bits - 1 << 19 | targets << 5 | SPI_RANKS)
            case GicRegister.IIDR:
                return access.extract(IIDR)
            case GicRegister.PIDR2:
                return access.extract(PIDR2)
            case GicRegister.SYNCR:
                return access.extract(1)
            case GicRegister.REDISTRIBUTOR_TYPER:
                last = self.vcpu == len(self.gic.private) - 1
                return access.extract(vcpu_affinity(self.vcpu) << 32 | self.vcpu << 8 | last << 4, 8)
            case _:
                return 0

    def _routed(self, access: MmioAccess) -> tuple[Rank | None, int]:
        number = (access.offset - gic_map.ARRAY_BASES[GicRegister.IROUTER]) // 8
        ranks = self.gic.state().ranks
        rank = number // RANK_SIZE - 1
        return (ranks[rank] if rank < len(ranks) else None), number % RANK_SIZE

    # -- Stores -------------------------------------------------------------------------------------------------

    def write(self, access: MmioAccess) -> None:
        """Perform a store; AccessRefused for a data abort."""
        row = gic_map.find(self.rows, access.offset)
        register = None if row is None else row[2]
        match register:
            case GicRegister.RESERVED:
                self._say("WI on reserved register", access)
            case GicRegister.IMPLEMENTATION_DEFINED:
                self._say("WI on implementation defined register", access)
            case GicRegister.LPI | GicRegister.LPI_TABLE | GicRegister.REDISTRIBUTOR_TYPER:
                self._check(access, access.size not in (WORD, DOUBLE))  # Xen's check is inverted
            case GicRegister.IGRPMODR if not self.gic.release.knows_igrpmodr:
                self._unhandled_write(access)
            case None:
                self._unhandled_write(access)
            case GicRegister.IROUTER:
                self._check(access, access.size in (WORD, DOUBLE))
                self._route(access)
            case GicRegister.IPRIORITYR:
                self._check(access, access.size in (BYTE, WORD))
                self._prioritise(access)
            case GicRegister.ICACTIVER:
                self._unhandled_word(register, access)
                self._check(access, access.size == WORD)
            case _:
                self._check(access, access.size == WORD)
                self._write_word(register, access)

    def _write_word(self, register: GicRegister, access: MmioAccess) -> None:
        match register:
            case GicRegister.CTLR:
                enable = access.merge(0) & CTLR_ENABLE_GRP1A
                self.gic.state().control = CTLR_ARE | enable
            case GicRegister.ISENABLER | GicRegister.ICENABLER:
                self._enable(register, access)
            case GicRegister.ISPENDR:
                rank, first = self.rank(register, access, 1)
                for bit in set_bits(access.word if rank is not None else 0):
                    self.gic.inject(self.vcpu, first + bit)
            case GicRegister.ICPENDR:
                self._clear_pending(access)
            case GicRegister.ISACTIVER:
                self._unhandled_word(register, access)
                raise AccessRefused("")
            case GicRegister.SGI_PENDING:
                raise AccessRefused("")
            case GicRegister.ICFGR:
                rank, first = self.rank(register, access, 2)
                if rank is not None and first >= 16:  # the configuration of SGIs, 0 to 15, is read-only
                    index = first % RANK_SIZE // 16
                    rank.configuration[index] = access.merge(rank.configuration[index])
            case _:
                pass

    def _enable(self, register: GicRegister, access: MmioAccess) -> None:
        rank, first = self.rank(register, access, 1)
        if rank is None:
            return
        before = rank.enabled
        if register is GicRegister.ISENABLER:
            rank.enabled |= access.bits()
            change = self.gic.enable
        else:
            rank.enabled &= ~access.bits()
            change = self.gic.disable
        for bit in set_bits(before ^ rank.enabled):
            change(self.vcpu, first + bit)

    def _clear_pending(self, access: MmioAccess) -> None:
        if not self.gic.release.pending_can_be_written:
            self._unhandled_word(GicRegister.ICPENDR, access)
            raise AccessRefused("")
        rank, first = self.rank(GicRegister.ICPENDR, access, 1)
        for bit in set_bits(access.word if rank is not None else 0):
            if self.gic.is_in_flight(self.vcpu, first + bit):
                self.gic.log(f" trying to clear pending interrupt {first + bit}.")

    def _prioritise(self, access: MmioAccess) -> None:
        rank, first = self.rank(GicRegister.IPRIORITYR, access, 8)
        if rank is not None:
            at = slice(first % RANK_SIZE, first % RANK_SIZE + 4)
            rank.priority[at] = access.merge(int.from_bytes(rank.priority[at], "little")).to_bytes(4, "little")

    def _route(self, access: MmioAccess) -> None:
        rank, index = self._routed(access)
        if rank is None:
            return
        route = access.merge(vcpu_affinity(rank.target[index]), 8)
        # "Any vCPU" is vCPU 0 under Xen. A route to a vCPU that does not exist is ignored.
        target = 0 if route & ROUTE_ANY else (route & 15) | (route >> 8 & 0xFF) << 4
        if target >= len(self.gic.private):
            return
        if self.gic.release.router_index_cut:
            index &= access.offset - gic_map.ARRAY_BASES[GicRegister.IROUTER]
        number = (access.offset - gic_map.ARRAY_BASES[GicRegister.IROUTER]) // 8
        if target == rank.target[index]:
            return
        if self.gic.migrate(number, rank.target[index], target):
            rank.target[index] = target
        else:
            self.gic.log(f" irq {number} migration failed: requested while in progress")

    # -- What Xen says ------------------------------------------------------------------------------------------

    def _say(self, text: str, access: MmioAccess) -> None:
        self.gic.log(f": {self.name}: {text} offset {short(access.offset)}")

    def _unhandled_write(self, access: MmioAccess) -> None:
        self._say(f"unhandled write r{access.register}={access.value or 0:016x}", access)

    def _unhandled_word(self, register: GicRegister, access: MmioAccess) -> None:
        index = access.offset - gic_map.ARRAY_BASES[register]
        self.gic.log(f": {self.name}: unhandled word write {long(access.value or 0)} to {register.name}{index}")

    def _check(self, access: MmioAccess, fits: bool) -> None:
        if fits:
            return
        if access.value is None:
            text = f"{self._read_prefix()}: bad read width {access.size} r{access.register}"
        else:
            text = f": {self.name}: bad write width {access.size} r{access.register}={access.value:016x}"
        raise AccessRefused(f"{text} offset {short(access.offset)}")

    def _read_prefix(self) -> str:
        return f": {self.name}"
