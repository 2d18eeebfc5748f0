"""Calls and accesses about interrupts and event channels, one after the other in one domain of two vCPUs.

Each table is made for dom0 or for a domU, which have their interrupt controller and their memory in other places.
"""

from collections.abc import Callable, Iterator

from call_guest import Call, Word, hypercall, instruction

SELF, IO = 0x7FF0, 0x7FF1
NOWHERE = 1 << 37
MARK = 0x5555_5555_5555_5555
"""What is in the register of a load before it."""

Named = tuple[str, Call]


class Places:
    """Where things are for one kind of domain."""

    def __init__(self, dom0: bool) -> None:
        self.distributor = 0x0800_0000 if dom0 else 0x0300_1000
        self.redistributors = 0x080A_0000 if dom0 else 0x0302_0000
        self.free_page = 0x4500_0000 if dom0 else 0x4100_0000
        """Two pages of RAM that nothing else is in."""
        self.event_interrupt = 16 if dom0 else 31


def _load(name: str, address: int, text: str = "ldr w0, [x1]") -> Named:
    return f"{name}: {text}", instruction(text, x0=MARK, x1=address)


def _store(name: str, address: int, value: int, text: str = "str w0, [x1]") -> Named:
    return f"{name}: {text} of {value:#x}", instruction(text, x0=value, x1=address)


_GICD_READS = (
    *(0x0, 0x4, 0x8, 0xC, 0x10, 0x14, 0x1C, 0x20, 0x3C, 0x40, 0x44, 0x48, 0x4C, 0x50, 0x54, 0x58, 0x5C, 0x7C),
    *(0x80, 0x84, 0xFC, 0x100, 0x104, 0x17C, 0x180, 0x200, 0x204, 0x27C, 0x280, 0x284, 0x2FC, 0x300, 0x304, 0x37C),
    *(0x380, 0x3FC, 0x400, 0x41C, 0x420, 0x424, 0x51C, 0x520, 0x7F8, 0x7FC, 0x800, 0xBFC, 0xC00, 0xC04, 0xC08),
    *(0xCFC, 0xD00, 0xD7C, 0xD80, 0xE00, 0xEFC, 0xF00, 0xF04, 0xF10, 0xF1C, 0xF20, 0xF2C, 0xF30, 0xFD0, 0x6000),
    *(0x60FC, 0x6100, 0x6104, 0x6900, 0x7FD8, 0x7FDC, 0x7FE0, 0xBFFC, 0xC000, 0xFFCC, 0xFFD0, 0xFFE4, 0xFFE8),
    *(0xFFEC, 0xFFFC),
)
_GICR_READS = (
    *(0x0, 0x4, 0x8, 0xC, 0x10, 0x14, 0x18, 0x1C, 0x20, 0x24, 0x40, 0x44, 0x48, 0x50, 0x54, 0x70, 0x78, 0x80, 0xA0),
    *(0xA8, 0xB0, 0xB8, 0xC0, 0xC4, 0xC8, 0x100, 0x104, 0x108, 0x110, 0x118, 0xBFFC, 0xC000, 0xFFD0, 0xFFE4, 0xFFE8),
    *(0xFFEC, 0xFFFC),
)
_SGI_READS = (
    *(0x0, 0x80, 0x84, 0x100, 0x104, 0x180, 0x200, 0x280, 0x300, 0x380, 0x400, 0x41C, 0x420, 0xC00, 0xC04, 0xC08),
    *(0xD00, 0xE00, 0xE04, 0xBFFC, 0xC000, 0xFFCC, 0xFFD0, 0xFFE8, 0xFFFC),
)


def gic_loads(places: Places) -> Iterator[Named]:
    """Every kind of register of every frame, in the widths that fit and that do not."""
    for frame, base, offsets in (
        ("GICD", places.distributor, _GICD_READS),
        ("GICR", places.redistributors, _GICR_READS),
        ("SGI", places.redistributors + 0x1_0000, _SGI_READS),
    ):
        for offset in offsets:
            yield _load(f"{frame} {offset:#x}", base + offset)
        for offset in (0x0, 0x8, 0xC, 0x10, 0x40, 0x70, 0x80, 0x100, 0x200, 0x280, 0x400, 0x424, 0xC00, 0xFFE8):
            for text in ("ldrb w0, [x1]", "ldrh w0, [x1]", "ldr x0, [x1]"):
                yield _load(f"{frame} {offset:#x}", base + offset, text)
    for vcpu in range(1, 4):
        yield _load(f"GICR of vCPU {vcpu}, TYPER", places.redistributors + vcpu * 0x2_0000 + 8, "ldr x0, [x1]")
        yield _load(f"GICR of vCPU {vcpu}, ISENABLER0", places.redistributors + vcpu * 0x2_0000 + 0x1_0100)
    yield _load("GICD IROUTER32", places.distributor + 0x6100, "ldr x0, [x1]")


def _distributor_stores(base: int) -> Iterator[Named]:
    yield _store("CTLR", base, 0xFFFF_FFFF)
    yield _load("CTLR", base)
    yield _store("CTLR", base, 0)
    yield _load("CTLR", base)
    for offset in (
        *(0x4, 0x8, 0xC, 0x10, 0x14, 0x20, 0x40, 0x5C, 0x80, 0x84, 0x7FC, 0x800, 0xBFC, 0xD00, 0xE00, 0xF00, 0xF04),
        *(0xF10, 0xF20, 0xF30, 0x60FC, 0x7FE0, 0xC000, 0xFFD0, 0xFFE8, 0xFFEC),
    ):
        yield _store(f"{offset:#x}", base + offset, 1)
    for name, offset in (("ISENABLER0", 0x100), ("ISENABLER1", 0x104), ("ISENABLER7", 0x11C), ("ISENABLER8", 0x120)):
        yield _store(name, base + offset, 0xFFFF_FFFF)
        yield _load(name, base + offset)
        yield _store(name.replace("IS", "IC"), base + offset + 0x80, 0xFF)
        yield _load(name, base + offset)
        yield _store(name.replace("IS", "IC"), base + offset + 0x80, 0xFFFF_FFFF)
        yield _store(name, base + offset, 1, "strb w0, [x1]")
        yield _store(name, base + offset, 1, "str x0, [x1]")
    for name, offset in (("ISPENDR", 0x200), ("ICPENDR", 0x280), ("ISACTIVER", 0x300), ("ICACTIVER", 0x380)):
        for rank in (0, 1, 8):
            yield _store(f"{name}{rank}", base + offset + 4 * rank, 0)
        yield _store(f"{name}1", base + offset + 4, 1, "strb w0, [x1]")
    yield _store("IPRIORITYR0", base + 0x400, 0x1234_5678)
    yield _load("IPRIORITYR0", base + 0x400)
    yield _store("IPRIORITYR0", base + 0x401, 0xFF, "strb w0, [x1]")
    yield _load("IPRIORITYR0", base + 0x400)
    for text in ("ldrsb w0, [x1]", "ldrsb x0, [x1]", "ldrb w0, [x1]"):
        yield _load("IPRIORITYR0", base + 0x401, text)
    yield _store("IPRIORITYR0", base + 0x402, 1, "strh w0, [x1]")
    yield _store("IPRIORITYR9", base + 0x424, 0xA0B0_C0D0)
    yield _load("IPRIORITYR9", base + 0x424)
    for index in (0, 1, 2, 17):
        yield _store(f"ICFGR{index}", base + 0xC00 + 4 * index, 0xFFFF_FFFF)
        yield _load(f"ICFGR{index}", base + 0xC00 + 4 * index)


def _routes(base: int) -> Iterator[Named]:
    for interrupt, value in ((32, 1), (33, 1 << 31), (34, 7), (35, 1), (40, 1), (255, 1), (300, 1)):
        at = base + 0x6000 + 8 * interrupt
        yield _store(f"IROUTER{interrupt}", at, value, "str x0, [x1]")
        yield _load(f"IROUTER{interrupt}", at, "ldr x0, [x1]")
    yield _store("IROUTER36", base + 0x6120, 1)
    yield _store("IROUTER36, upper half", base + 0x6124, 1)
    yield _load("IROUTER36", base + 0x6120)
    yield _store("IROUTER36", base + 0x6120, 1, "strb w0, [x1]")


def _redistributor_stores(base: int) -> Iterator[Named]:
    for offset in (0x0, 0x4, 0x8, 0xC, 0x10, 0x14, 0x18, 0x20, 0x24, 0x40, 0x70, 0xA0, 0xB0, 0xC0, 0xC8, 0x100, 0x118):
        yield _store(f"{offset:#x}", base + offset, 1)
        yield _store(f"{offset:#x}", base + offset, 1, "str x0, [x1]")
        yield _store(f"{offset:#x}", base + offset, 1, "strb w0, [x1]")
    for offset in (0xC000, 0xFFD0, 0xFFE8, 0xFFFC):
        yield _store(f"{offset:#x}", base + offset, 1)


def _private_stores(base: int) -> Iterator[Named]:
    yield _store("IGROUPR0", base + 0x80, 0xFFFF_FFFF)
    yield _store("ISENABLER0", base + 0x100, 0x8800_0000)
    yield _load("ISENABLER0", base + 0x100)
    yield _store("ICENABLER0", base + 0x180, 0xFFFF_FFFF)
    yield _load("ISENABLER0", base + 0x100)
    for offset in (0x200, 0x280, 0x300, 0x380):
        yield _store(f"{offset:#x}", base + offset, 0)
        yield _store(f"{offset:#x}", base + offset, 0, "strb w0, [x1]")
    yield _store("IPRIORITYR7", base + 0x41C, 0xA0A0_A0A0)
    yield _load("IPRIORITYR7", base + 0x41C)
    yield _store("ICFGR0", base + 0xC00, 0)
    yield _store("ICFGR1", base + 0xC04, 0x5555_5555)
    yield _load("ICFGR1", base + 0xC04)
    for offset in (0x0, 0x104, 0x420, 0xC08, 0xD00, 0xE00, 0xE04, 0xC000, 0xFFE8):
        yield _store(f"{offset:#x}", base + offset, 0)


def gic_stores(places: Places) -> Iterator[Named]:
    """Stores, and what can be read back of them."""
    for frame, named in (
        ("GICD", _distributor_stores(places.distributor)),
        ("GICD", _routes(places.distributor)),
        ("GICR", _redistributor_stores(places.redistributors)),
        ("SGI", _private_stores(places.redistributors + 0x1_0000)),
    ):
        for name, call in named:
            yield f"{frame} {name}", call


def mmio_instructions(places: Places) -> Iterator[Named]:
    """Which instructions reach an emulated device; the register is GICD_CTLR."""
    for text in (
        *("ldr w0, [x1], #4", "ldr w0, [x1, #4]!", "str w0, [x1], #4", "str w0, [x1, #4]!", "ldr x0, [x1], #8"),
        *(
            "ldrb w0, [x1], #1",
            "ldrh w0, [x1]",
            "ldrsw x0, [x1]",
            "ldxr w0, [x1]",
            "stxr w2, w0, [x1]",
            "ldar w0, [x1]",
        ),
        *("stlr w0, [x1]", "ldp w0, w2, [x1]", "stp w0, w2, [x1]", "ldnp w0, w2, [x1]", "ldtr w0, [x1]"),
        *("ldur w0, [x1]", "ldr wzr, [x1]", "str wzr, [x1]", "str xzr, [x1]", "dc civac, x1", "dc zva, x1"),
        *("prfm pldl1keep, [x1]", "ldr w0, [x1], #-256", "str w0, [x1], #255", "ldr w0, [x1, x2]"),
    ):
        yield text, instruction(text, x0=5, x1=places.distributor)


ICC = {
    "PMR": "S3_0_C4_C6_0",
    "IAR0": "S3_0_C12_C8_0",
    "EOIR0": "S3_0_C12_C8_1",
    "HPPIR0": "S3_0_C12_C8_2",
    "BPR0": "S3_0_C12_C8_3",
    "AP0R0": "S3_0_C12_C8_4",
    "AP0R1": "S3_0_C12_C8_5",
    "AP1R0": "S3_0_C12_C9_0",
    "AP1R1": "S3_0_C12_C9_1",
    "DIR": "S3_0_C12_C11_1",
    "RPR": "S3_0_C12_C11_3",
    "SGI1R": "S3_0_C12_C11_5",
    "ASGI1R": "S3_0_C12_C11_6",
    "SGI0R": "S3_0_C12_C11_7",
    "IAR1": "S3_0_C12_C12_0",
    "EOIR1": "S3_0_C12_C12_1",
    "HPPIR1": "S3_0_C12_C12_2",
    "BPR1": "S3_0_C12_C12_3",
    "CTLR": "S3_0_C12_C12_4",
    "SRE": "S3_0_C12_C12_5",
    "IGRPEN0": "S3_0_C12_C12_6",
    "IGRPEN1": "S3_0_C12_C12_7",
    "NMIAR1": "S3_0_C12_C9_5",
}


def cpu_interface(_places: Places) -> Iterator[Named]:
    """The ICC registers: what they are at first, what they take, and SGIs to nobody."""
    for name, register in ICC.items():
        yield f"read {name}", instruction(f"mrs x0, {register}", x0=5)
    for name, value in (
        *(("PMR", 0xFF), ("PMR", 0x1F7), ("PMR", 0), ("BPR0", 0), ("BPR0", 7), ("BPR1", 0), ("BPR1", 7), ("BPR1", 4)),
        *(("CTLR", -1), ("CTLR", 0), ("CTLR", 2), ("CTLR", 1), ("BPR1", 0), ("BPR0", 0), ("CTLR", 0), ("SRE", 0)),
        *(("IGRPEN0", 1), ("IGRPEN0", 0), ("IGRPEN1", -1), ("IGRPEN1", 0), ("AP1R0", 0xFF), ("AP1R0", 0), ("AP0R0", 3)),
        ("AP0R0", 0),
    ):
        yield f"write {name} {value:#x}", instruction(f"msr {ICC[name]}, x0\n isb\n mrs x2, {ICC[name]}", x0=value)
        yield "running priority", instruction(f"mrs x0, {ICC['RPR']}")
    for name in ("EOIR1", "EOIR0", "DIR", "SGI0R", "ASGI1R", "RPR", "IAR1", "HPPIR1", "AP1R1"):
        for value in (5, 1023):
            yield f"write {name} {value}", instruction(f"msr {ICC[name]}, x0", x0=value)
    for value in (3 << 40, 1 << 24 | 2, 1 << 24 | 8, 1 << 24 | 1 << 16 | 1, 1 << 24 | 1 << 32, 2 << 24 | 1 << 40, 0, 6):
        yield f"SGI {value:#x}", instruction(f"msr {ICC['SGI1R']}, x0", x0=value)
    yield "ISR_EL1", instruction("mrs x0, isr_el1")


def event_op(command: int, *data: Word, shows: int = 1) -> Call:
    """An event_channel_op whose structure is ``data``."""
    return hypercall(32, command, "buffer", data=data, shows=shows)


def pair(low: int, high: int) -> int:
    """Two numbers of 32 bits side by side."""
    return low & 0xFFFF_FFFF | (high & 0xFFFF_FFFF) << 32


def status(port: int, domain: int = SELF) -> Named:
    """EVTCHNOP_status."""
    return f"status of {domain:#x}'s {port}", event_op(5, pair(domain, port), 0x1111, 0x2222_2222_2222_2222, shows=3)


def event_channels_opened(_places: Places) -> Iterator[Named]:
    """What makes a port, for whom, and what it is then."""
    for command in (*range(16), -1, 999, 1 << 32 | 5):
        yield f"command {command} with NULL", hypercall(32, command, 0)
        yield f"command {command} from nowhere", hypercall(32, command, NOWHERE)
    for port in (0, 1, 63, 64, 127, 4095, 4096, 1 << 17, -1):
        yield status(port)
    for domain in (0, 1, 5, IO, 0x7FFF, 0x7FF4):
        yield status(1, domain)
    for domain, remote in (
        *((SELF, SELF), (SELF, 0), (SELF, 1), (SELF, 5), (5, 0), (0, 1), (1, 0), (SELF, IO), (SELF, 0xFFFF), (IO, 0)),
        (0x7FF4, 0),
    ):
        yield f"alloc_unbound {domain:#x} {remote:#x}", event_op(6, domain | remote << 16 | 0xABCD << 32)
    for domain, port in (
        *((SELF, 1), (SELF, 1), (SELF, 2), (SELF, 3), (SELF, 0), (SELF, 63), (SELF, 200), (SELF, 5000), (5, 1), (0, 1)),
        *((1, 1), (IO, 1), (1, 4), (0, 2)),
    ):
        yield f"bind_interdomain {domain:#x} {port}", event_op(0, pair(domain, port), 0x5555, shows=2)
    for virq in range(26):
        yield f"bind_virq {virq}", event_op(1, pair(virq, 0), 0x7777, shows=2)
    for virq, vcpu in (
        (0, 1),
        (0, 1),
        (0, 2),
        (1, 1),
        (2, 1),
        (7, 1),
        (13, 1),
        (-1, 0),
        (0, -1),
        (24, 9),
        (1, 9),
        (8, 1),
    ):
        yield f"bind_virq {virq} of vCPU {vcpu}", event_op(1, pair(virq, vcpu), 0x7777, shows=2)
    for vcpu in (0, 1, 2, -1):
        yield f"bind_ipi {vcpu}", event_op(7, pair(vcpu, 0x3333))
    for pirq in (0, 5, -1, 300):
        yield f"bind_pirq {pirq}", event_op(2, pair(pirq, 0), 0x99, shows=2)
    for port in range(36):
        yield status(port)


def event_channels_used(_places: Places) -> Iterator[Named]:
    """What can be done with a port, and what goes when it is closed or all are."""
    yield "alloc_unbound for itself", event_op(6, SELF | SELF << 16)
    yield "bind_ipi 0", event_op(7, 0)
    yield "bind_virq timer", event_op(1, 0, 0, shows=2)
    yield "bind_virq console", event_op(1, 2, 0, shows=2)
    yield "bind_interdomain with itself", event_op(0, pair(SELF, 1), 0, shows=2)
    yield "alloc_unbound for dom0", event_op(6, SELF)
    ports = (0, 1, 2, 3, 4, 5, 6, 7, 63, 64, 5000, -1)
    for name, command in (("send", 4), ("unmask", 9)):
        for port in ports:
            yield f"{name} {port}", event_op(command, pair(port, 0))
    for port, vcpu in (*((port, 1) for port in ports), (1, 2), (1, -1), (99, 9), (1, 0)):
        yield f"bind_vcpu {port} to {vcpu}", event_op(8, pair(port, vcpu))
    for port in range(1, 7):
        yield status(port)
    yield "bind_virq console again", event_op(1, 2, 0x99, shows=2)
    for port in (0, 7, 63, 64, 5000, -1, 2, 2, 3, 4, 5, 5):
        yield f"close {port}", event_op(3, pair(port, 0))
    for port in range(1, 7):
        yield status(port)
    yield "bind_virq console anew", event_op(1, 2, 0x99, shows=2)
    yield "bind_ipi 0", event_op(7, 0)
    yield "close 1", event_op(3, 1)
    yield "bind_ipi 1", event_op(7, 1)
    for domain in (5, IO, 0, 1):
        yield f"reset {domain:#x}", event_op(10, domain)
        for port in range(7):
            yield status(port)
    yield "bind_ipi 1", event_op(7, 1)
    yield "reset itself", event_op(10, SELF)
    yield status(1)
    yield "go on with a reset that is not", event_op(14, SELF)
    yield "bind_ipi 0", event_op(7, 0)
    for domain in (SELF, 5, 0, 1):
        yield f"go on with a reset of {domain:#x}", event_op(14, domain)
    yield "expand_array", event_op(12, 0x4_0000)
    for port, priority in ((1, 7), (0, 7), (99, 7), (1, 16)):
        yield f"set_priority {port} {priority}", event_op(13, pair(port, priority))
    for gfn, offset, vcpu in ((0, 0, 9), (0, 4096, 0), (0, 4, 0), (0, 4088, 0), (1 << 40, 0, 0), (1 << 26, 4, 9)):
        yield f"init_control {gfn:#x} {offset} {vcpu}", event_op(11, gfn, pair(offset, vcpu), MARK, shows=3)
    for count in (62, 1, 64, 1, 830, 61, 1, 3072, 1, 1):
        text = (
            "mov x4, x1\n1: mov x0, #7\n mov x1, x4\n hvc #0xEA1\n cbnz x0, 2f\n"
            "subs x3, x3, #1\n b.ne 1b\n2: mov x1, x3\n mov x4, #0"
        )
        yield f"bind_ipi {count} times", Call({"x16": 32, "x1": "buffer", "x3": count}, text, (0,), 1)


def hvm_parameters(_places: Places) -> Iterator[Named]:
    """hvm_op: every operation, and every parameter."""
    for operation in (*range(27), -1, 1 << 32, 1 << 32 | 1):
        yield f"operation {operation} with NULL", hypercall(34, operation, 0)
        yield (
            f"operation {operation} with something",
            hypercall(34, operation, "buffer", data=(99 << 32 | 5, 0), shows=2),
        )
    for index in (*range(42), -1):
        for name, operation in (("get", 1), ("set", 0), ("get", 1)):
            yield f"{name} {index}", hypercall(34, operation, "buffer", data=(pair(SELF, index), 0x77), shows=2)
    for domain in (5, 0, 1, IO):
        for index in (0, 3, 99):
            for name, operation in (("get", 1), ("set", 0)):
                data = (pair(domain, index), 0x77)
                yield f"{name} {domain:#x}'s {index}", hypercall(34, operation, "buffer", data=data, shows=2)


class _Delivery:
    """Steps of an order of events, and looks at what the guest can see of them."""

    def __init__(self, places: Places) -> None:
        self.shared = places.free_page
        self.info = places.free_page + 0x1000
        self.distributor = places.distributor
        self.interrupt = places.event_interrupt

    def look(self, name: str) -> Iterator[Named]:
        text = "ldrb w0, [x1]\n ldr x2, [x1, #8]\n ldrb w3, [x1, #1]"
        yield f"{name}: upcall, selector", instruction(text, x1=self.shared)
        text = "ldr x0, [x1, #48]\n ldr x2, [x1, #560]"
        yield f"{name}: pending, mask", instruction(text, x1=self.shared)
        yield f"{name}: HPPIR1, ISR", instruction(f"mrs x0, {ICC['HPPIR1']}\n mrs x2, isr_el1")

    def look_at_info(self, name: str, offset: int) -> Iterator[Named]:
        text = "ldrb w0, [x1]\n ldr x2, [x1, #8]\n ldrb w3, [x1, #1]"
        yield f"{name}: upcall, selector", instruction(text, x1=self.info + offset)
        text = "ldr x0, [x1, #16]\n ldr x2, [x1, #40]\n ldr x3, [x1, #48]"
        yield f"{name}: the rest, and what is behind", instruction(text, x1=self.info + offset)

    def clear(self) -> Named:
        text = "str xzr, [x1, #48]\n str xzr, [x1, #8]\n strb wzr, [x1]\n str xzr, [x1, #560]"
        return "clear all", instruction(text, x1=self.shared)

    def acknowledge(self, end: bool = True) -> Named:
        text = f"mrs x0, {ICC['IAR1']}\n mrs x2, isr_el1\n mrs x3, {ICC['RPR']}\n"
        text += f"msr {ICC['EOIR1']}, x0\n isb" if end else ""
        return f"acknowledge{' and end' if end else ''}", instruction(text)

    def end(self) -> Named:
        text = f"msr {ICC['EOIR1']}, x2\n isb\n mrs x0, {ICC['HPPIR1']}\n mrs x3, {ICC['RPR']}"
        return "end", instruction(text, x2=self.interrupt)

    def register(self, name: str, vcpu: int, page: int, offset: int) -> Named:
        return f"register {name}", hypercall(24, 10, vcpu, "buffer", data=(page, offset), shows=2)


def _map_shared_info(places: Places) -> Named:
    data = (SELF, 0, places.free_page >> 12)
    return "map shared_info", hypercall(12, 7, "buffer", data=data)


def event_delivery(places: Places) -> Iterator[Named]:
    """From EVTCHNOP_send to the interrupt, and what keeps an event from going all the way."""
    step = _Delivery(places)
    yield _map_shared_info(places)
    yield from step.look("at first")
    yield "bind_ipi 0", event_op(7, 0)
    yield "send", event_op(4, 1)
    yield from step.look("nothing is enabled")
    yield "send again", event_op(4, 1)
    text = f"msr {ICC['PMR']}, x2\n mov x3, #1\n msr {ICC['IGRPEN1']}, x3\n isb"
    yield "CPU interface on", instruction(text, x2=0xFF)
    yield from step.look("CPU interface on")
    yield "enable the interrupt", instruction("str w2, [x1]", x1=step.distributor + 0x100, x2=1 << step.interrupt)
    yield from step.look("enabled")
    yield step.acknowledge(end=False)
    yield from step.look("active")
    yield step.end()
    yield from step.look("ended with the upcall still pending")
    yield "send while the upcall is pending", event_op(4, 1)
    yield "clear the upcall only", instruction("strb wzr, [x1]", x1=step.shared)
    yield "send while the port is pending", event_op(4, 1)
    yield from step.look("still pending")
    yield "clear the port, not the selector", instruction("str xzr, [x1, #48]", x1=step.shared)
    yield "send while the selector is set", event_op(4, 1)
    yield from step.look("the selector was set")
    yield step.clear()
    yield "mask", instruction("mov x0, #2\n str x0, [x1, #560]", x1=step.shared)
    yield "send while masked", event_op(4, 1)
    yield from step.look("masked")
    yield "unmask", event_op(9, 1)
    yield from step.look("unmasked")
    yield step.acknowledge(end=False)
    yield "send while active, the upcall pending", event_op(4, 1)
    yield step.clear()
    yield "send while active", event_op(4, 1)
    yield from step.look("active and pending")
    yield step.end()
    yield step.acknowledge()
    yield "unmask what is not masked", event_op(9, 1)
    yield from step.look("unmasked again")
    yield "close a pending port", event_op(3, 1)
    yield from step.look("closed")
    yield "WFI with the upcall pending, the interrupt ended", instruction("wfi")
    yield "block with the upcall pending, the interrupt ended", hypercall(29, 1, 0)
    yield step.clear()
    yield "bind_ipi 1", event_op(7, 1)
    yield "send to a vCPU that is off", event_op(4, 1)
    yield from step.look("for vCPU 1")
    yield "alloc_unbound", event_op(6, SELF | SELF << 16)
    yield "bind_interdomain", event_op(0, pair(SELF, 2), 0, shows=2)
    yield from step.look("bound")
    yield step.acknowledge()
    yield step.clear()
    yield "send over the channel", event_op(4, 2)
    yield from step.look("sent")
    yield "send back", event_op(4, 3)
    yield from step.look("sent back")


def vcpu_info(places: Places) -> Iterator[Named]:
    """VCPUOP_register_vcpu_info: what is refused, in which order, and what a registered one holds."""
    step = _Delivery(places)
    page = step.info >> 12
    yield _map_shared_info(places)
    yield "NULL", hypercall(24, 10, 0, 0)
    yield "no such vCPU, NULL", hypercall(24, 10, 9, 0)
    bad_offsets = (1, 4, 4049, 4056, 4095, 4096, 4104, 0xFFFF_FFFF)
    for offset in bad_offsets:
        yield step.register(f"at offset {offset}", 0, page, offset)
    for gfn in (1 << 24, 1 << 40, -1, step.distributor >> 12, 1 << 52):
        for offset in (0, 8, 4, 4096):
            yield step.register(f"in gfn {gfn:#x} at {offset}", 0, gfn, offset)
    yield step.register("of no vCPU", 9, page, 0)
    yield step.clear()
    text = "mov x0, #0x55\n str x0, [x1, #16]\n mov x0, #1\n strb w0, [x1, #1]"
    yield "write to vCPU 0's", instruction(text, x1=step.shared)
    text = "mov x0, #-1\n stp x0, x0, [x1]\n stp x0, x0, [x1, #16]\n stp x0, x0, [x1, #32]\n stp x0, x0, [x1, #48]"
    yield "fill the page", instruction(text, x1=step.info)
    yield step.register("vCPU 0's", 0, page, 0)
    yield from step.look_at_info("registered", 0)
    yield from step.look("the old place")
    for offset in (0, 64, *bad_offsets):
        yield step.register(f"again at {offset}", 0, page, offset)
    yield step.register("again in a bad gfn", 0, 1 << 24, 0)
    yield step.register("vCPU 1's, which is off", 1, page, 64)
    yield from step.look_at_info("vCPU 1's", 64)
    yield step.register("vCPU 1's again", 1, page, 128)
    yield "clear vCPU 0's", instruction("str xzr, [x1]\n str xzr, [x1, #8]", x1=step.info)
    yield "bind_ipi 0", event_op(7, 0)
    yield "send", event_op(4, 1)
    yield from step.look_at_info("sent", 0)
    yield from step.look("the old place")
    yield "bind_ipi 1", event_op(7, 1)
    yield "send to vCPU 1", event_op(4, 2)
    yield from step.look_at_info("vCPU 1's", 64)


def _timer(deadline: str, then: str) -> str:
    return f"{deadline}\n mov x2, #1\n msr cntv_ctl_el0, x2\n isb\n {then}\n mrs x3, cntv_ctl_el0"


def interrupts(places: Places) -> Iterator[Named]:
    """The virtual timer and SGIs through the interrupt controller: pending, active, masked, prior, preempting."""
    private = places.redistributors + 0x1_0000
    icc = ICC
    show = f"mrs x0, {icc['HPPIR1']}\n mrs x2, isr_el1\n mrs x3, {icc['RPR']}"
    sgi = "lsl x2, x2, #24\n orr x2, x2, #1\n msr " + icc["SGI1R"] + ", x2\n isb\n "
    past = "msr cntv_cval_el0, xzr"
    yield "timer, nothing enabled", instruction(_timer(past, show))
    yield "timer off", instruction("msr cntv_ctl_el0, xzr")
    yield (
        "enable what fired before",
        instruction(
            f"msr {icc['PMR']}, x4\n mov x2, #1\n msr {icc['IGRPEN1']}, x2\n ldr w0, [x1]\n orr w0, w0, #1 << 27\n"
            f"str w0, [x1]\n isb\n {show}",
            x1=private + 0x100,
            x4=0xF0,
        ),
    )
    yield "acknowledge", instruction(f"mrs x0, {icc['IAR1']}\n mrs x2, isr_el1\n mrs x3, {icc['RPR']}")
    yield "timer while active", instruction(_timer(past, show))
    yield "timer off", instruction("msr cntv_ctl_el0, xzr")
    yield "end", instruction(f"mov x2, #27\n msr {icc['EOIR1']}, x2\n isb\n {show}")
    yield "acknowledge and end", instruction(f"mrs x0, {icc['IAR1']}\n msr {icc['EOIR1']}, x0\n isb\n mrs x2, isr_el1")
    yield "WFI until the timer", instruction(_timer("mov x2, #1000\n msr cntv_tval_el0, x2", "wfi\n" + show))
    yield "WFI with it pending", instruction("wfi\n" + show)
    yield "acknowledge and end", instruction(f"mrs x0, {icc['IAR1']}\n msr {icc['EOIR1']}, x0\n isb\n mrs x2, isr_el1")
    yield "priorities", instruction("ldr w2, [x1]\n str w0, [x1]\n ldr w3, [x1]", x1=private + 0x400, x0=0xC0_A0_80_40)
    yield "enable SGIs", instruction("str w0, [x1]\n ldr w2, [x1]", x1=private + 0x100, x0=0xFFFF)
    for number in (2, 3, 1):
        yield f"SGI {number}", instruction(sgi + show, x2=number)
    yield "acknowledge", instruction(f"mrs x0, {icc['IAR1']}\n {show.replace('x0', 'x4')}")
    yield "SGI 0 preempts", instruction(sgi + show, x2=0)
    yield "acknowledge", instruction(f"mrs x0, {icc['IAR1']}\n mrs x2, isr_el1\n mrs x3, {icc['RPR']}")
    yield (
        "acknowledge nothing",
        instruction(f"mrs x0, {icc['IAR1']}\n mrs x2, {icc['HPPIR1']}\n mrs x3, {icc['AP1R0']}"),
    )
    yield (
        "end the wrong one",
        instruction(f"mov x2, #1\n msr {icc['EOIR1']}, x2\n isb\n {show}\n mrs x4, {icc['AP1R0']}"),
    )
    yield "end the other", instruction(f"mov x2, #0\n msr {icc['EOIR1']}, x2\n isb\n {show}\n mrs x4, {icc['AP1R0']}")
    yield "end it again", instruction(f"mov x2, #1\n msr {icc['EOIR1']}, x2\n isb\n {show}\n mrs x4, {icc['AP1R0']}")
    yield (
        "EOImode 1",
        instruction(f"mov x2, #2\n msr {icc['CTLR']}, x2\n isb\n mrs x0, {icc['IAR1']}\n mrs x2, {icc['RPR']}"),
    )
    yield "drop", instruction(f"msr {icc['EOIR1']}, x2\n isb\n {show}", x2=2)
    yield "deactivate", instruction(f"msr {icc['DIR']}, x2\n isb\n {show}", x2=2)
    yield "mask by PMR", instruction(f"mov x2, #0x80\n msr {icc['PMR']}, x2\n isb\n {show}")
    yield "acknowledge nothing", instruction(f"mrs x0, {icc['IAR1']}\n mrs x2, isr_el1")
    yield "unmask", instruction(f"mov x2, #0xF0\n msr {icc['PMR']}, x2\n isb\n {show}")
    yield "disable what is in a list register", instruction(f"str w0, [x1]\n {show}", x1=private + 0x180, x0=0xFFFF)
    yield "acknowledge", instruction(f"mrs x0, {icc['IAR1']}\n mrs x2, isr_el1\n mrs x3, {icc['RPR']}")
    yield "enable again", instruction(f"str w0, [x1]\n {show}", x1=private + 0x100, x0=0xFFFF)
    yield "group 1 off", instruction(f"msr {icc['IGRPEN1']}, xzr\n isb\n {show}")
    yield "group 1 on", instruction(f"mov x2, #1\n msr {icc['IGRPEN1']}, x2\n isb\n {show}")
    for number in range(8):
        yield f"SGI {number} of many", instruction(sgi + show, x2=number)
    for _ in range(10):
        yield (
            "acknowledge, drop, deactivate",
            instruction(
                f"mrs x0, {icc['IAR1']}\n msr {icc['EOIR1']}, x0\n msr {icc['DIR']}, x0\n isb\nmrs x3, {icc['AP1R0']}"
            ),
        )
    yield "set pending", instruction(f"str w0, [x1]\n isb\n {show}", x1=private + 0x200, x0=1 << 5)
    yield "its pending state", instruction("ldr w0, [x1]", x1=private + 0x200)
    yield "clear pending", instruction(f"str w0, [x1]\n isb\n {show}", x1=private + 0x280, x0=1 << 5)
    yield (
        "acknowledge and end",
        instruction(f"mrs x0, {icc['IAR1']}\n msr {icc['EOIR1']}, x0\n msr {icc['DIR']}, x0\n isb\n mrs x2, isr_el1"),
    )


TABLES: dict[str, Callable[[Places], Iterator[Named]]] = {
    "gic_loads": gic_loads,
    "gic_stores": gic_stores,
    "mmio_instructions": mmio_instructions,
    "cpu_interface": cpu_interface,
    "event_channels_opened": event_channels_opened,
    "event_channels_used": event_channels_used,
    "hvm_parameters": hvm_parameters,
    "event_delivery": event_delivery,
    "vcpu_info": vcpu_info,
    "interrupts": interrupts,
}


def table(name: str, *, dom0: bool) -> list[Named]:
    """The calls of a table, with their names."""
    return list(TABLES[name](Places(dom0)))
