"""What real Xens answered, as tables: each row is a call and what it leaves behind.

Asked of Debian's 4.14.6 (which the model ``vmap`` has for its base) and 4.17.5, as dom0 and as a domU. A row says
only what differs from "x0 is 0, nothing else changes".
"""

from dataclasses import dataclass
from typing import Any

from call_guest import Call, hypercall, instruction, smccc

from harness.abi.errno import Errno

EPERM, ENOENT, ESRCH, E2BIG, EFAULT = -Errno.EPERM, -Errno.ENOENT, -Errno.ESRCH, -Errno.E2BIG, -Errno.EFAULT
EINVAL, ENOSYS, ENOBUFS = -Errno.EINVAL, -Errno.ENOSYS, -Errno.ENOBUFS

UNMAPPED = 1 << 37
"""An address at which neither a domU nor dom0, which sees the board's devices, has anything."""
NON_CANONICAL = 1 << 60

UNDEFINED = 0x0200_0000
WNR = 1 << 6
DATA_ABORT, INSTRUCTION_ABORT = 0x9600_0000, 0x8600_0000


@dataclass(frozen=True)
class Per:
    """A value that is not the same everywhere: for 4.17 as dom0, and where others differ from that."""

    dom0: Any
    domu: Any = None
    vmap: Any = None
    vmap_domu: Any = None

    def pick(self, model: str, dom0: bool) -> Any:
        """The value under ``model`` for dom0 or a domU."""
        order = [self.dom0]
        if not dom0:
            order.insert(0, self.domu)
        if model == "vmap":
            order.insert(0, self.vmap)
            if not dom0:
                order.insert(0, self.vmap_domu)
        return next(value for value in order if value is not None)


@dataclass(frozen=True)
class Row:
    """A call, and what it must leave: see :class:`call_guest.Answer`. ``starts``: the first bytes of the buffer."""

    name: str
    call: Call
    x0: int | Per = 0
    x1: int | None = None
    x2: int | None = None
    x3: int | None = None
    daif: int = 0x1C0
    esr: int = 0
    elr: int = 0
    far: int = 0
    written: int | Per | None = None
    starts: bytes | Per = b""
    text: str = ""
    log: str = ""


def fault(name: str, call: Call, esr: int, *, elr: int = 0, far: int = 0, log: str = "") -> Row:
    """A row for an instruction that raises an exception in the guest; x0 keeps what it had."""
    value = call.registers.get("x0", 0)
    assert isinstance(value, int)
    return Row(name, call, x0=value, esr=esr, elr=elr, far=far, log=log)


def _version(command: int, argument: int | str = "buffer", **more: Any) -> Call:
    return hypercall(17, command, argument, **more)


def _text(text: str) -> bytes:
    return text.encode() + b"\0"


_COPIES_OUT = (1, 2, 3, 4, 5, 6, 8, 9)

XEN_VERSION = (
    Row("version", _version(0, 0), x0=Per(0x4_0011, vmap=0x4_000F)),
    Row("version ignores its argument", _version(0, UNMAPPED), x0=Per(0x4_0011, vmap=0x4_000F)),
    Row("the command is of 32 bits", _version(1 << 32), x0=Per(0x4_0011, vmap=0x4_000F)),
    Row(
        "extraversion",
        _version(1, shows=2),
        written=16,
        starts=Per(b".5".ljust(16, b"\0"), vmap=b"-unstable".ljust(16, b"\0")),
    ),
    Row("compile_info", _version(2, shows=6), written=144, starts=b"aarch64-linux-gnu-gcc (Debian 1"),
    Row("capabilities", _version(3, shows=4), written=1024, starts=_text("xen-3.0-aarch64 xen-3.0-armv7l ")),
    Row("changeset", _version(4, shows=1), written=64, starts=bytes(8)),
    Row("platform_parameters", _version(5, shows=1), written=8, starts=(0x20_0000).to_bytes(8, "little")),
    Row(
        "get_features of submap 0",
        _version(6, data=(0,), shows=1),
        written=8,
        starts=Per(
            b"\0\0\0\0\x05\x68\x02\0",
            domu=b"\0\0\0\0\x05\x60\x01\0",
            vmap=b"\0\0\0\0\x05\x68\0\0",
            vmap_domu=b"\0\0\0\0\x05\x60\0\0",
        ),
    ),
    Row(
        "get_features of another submap leaves it alone",
        _version(6, data=(0x7777_7777_0000_0001,), shows=1),
        x0=EINVAL,
        starts=b"\1\0\0\0\x77\x77\x77\x77",
    ),
    Row("pagesize", _version(7, 0), x0=4096),
    Row("pagesize of anything", _version(7), x0=EINVAL, written=0),
    Row("guest_handle", _version(8, shows=2), written=16, starts=bytes(16)),
    Row(
        "commandline",
        _version(9, shows=1),
        written=Per(1024, domu=9),
        starts=Per(b"console=", domu=b"<denied>"),
    ),
    Row("build_id's length", _version(10, 0), x0=Per(20, domu=EPERM)),
    Row("build_id with no room at all", _version(10, data=(0,)), x0=Per(EINVAL, domu=EPERM), written=8),
    Row(
        "build_id with room for too little",
        _version(10, data=(4,), shows=1),
        x0=Per(ENOBUFS, domu=EPERM),
        starts=b"\4\0\0\0",
        written=8,
    ),
    Row(
        "build_id with room",
        _version(10, data=(64,), shows=3),
        x0=Per(20, domu=EPERM),
        written=Per(24, domu=8),
        starts=Per(
            bytes.fromhex("40000000 293274c1 2b4f5c7d a9f0fa54 0dc46ab5 453d78ab"),
            domu=b"\x40\0\0\0",
            vmap=bytes.fromhex("40000000 fd098849 1f41f46b a1f68303 26db777f 117e107f"),
            vmap_domu=b"\x40\0\0\0",
        ),
    ),
    Row("build_id to nowhere", _version(10, UNMAPPED), x0=Per(EFAULT, domu=EPERM)),
    *(Row(f"command {command} is unknown", _version(command), x0=ENOSYS, written=0) for command in (11, 12, 999, -1)),
    *(
        Row(f"command {command} to {where}", _version(command, address), x0=EFAULT)
        for command in _COPIES_OUT
        for where, address in (("nowhere", UNMAPPED), ("a non-canonical address", NON_CANONICAL))
    ),
    Row("a number with bit 32 set is another number", hypercall((1 << 32) | 17, 0), x0=ENOSYS),
    *(
        Row(f"hypercall {number} does not exist", hypercall(number, 0), x0=ENOSYS)
        for number in (0, 1, 6, 8, 22, 43, 59, 64, 1 << 40, -1)
    ),
)

CONSOLE_IO = (
    Row("write", hypercall(18, 0, 8, "buffer", data=(0x0A6F_6C6C_6548_2D2D,)), text="--Hello\n"),
    Row("write nothing", hypercall(18, 0, 0, UNMAPPED)),
    Row("the count is of 32 bits", hypercall(18, 0, 1 << 32, UNMAPPED)),
    Row(
        "the command is of 32 bits",
        hypercall(18, 1 << 32, 8, "buffer", data=(0x0A6F_6C6C_6548_2D2D,)),
        text="--Hello\n",
    ),
    Row("write from nowhere", hypercall(18, 0, 5, UNMAPPED), x0=EFAULT),
    *(Row(f"command {command} is unknown", hypercall(18, command, 1, "buffer"), x0=ENOSYS) for command in (2, 3, -1)),
    Row("read where nothing is", hypercall(18, 1, 16, "buffer"), written=0),
    Row("read where nothing is, to nowhere", hypercall(18, 1, 16, UNMAPPED)),
    Row("read more than a signed number counts", hypercall(18, 1, 0x8000_0000, "buffer"), x0=E2BIG),
    Row("read 4 GiB less one", hypercall(18, 1, 0xFFFF_FFFF, "buffer"), x0=E2BIG),
)

VM_ASSIST = (
    *(
        Row(f"type {kind} is not Arm's, whatever the command", hypercall(21, command, kind), x0=EINVAL)
        for kind in (0, 1, 4, 6, 32, 63, 64)
        for command in (0, 9)
    ),
    Row("enable", hypercall(21, 0, 5)),
    Row("enable again", hypercall(21, 0, 5)),
    Row("disable", hypercall(21, 1, 5)),
    Row("disable again", hypercall(21, 1, 5)),
    Row("both are of 32 bits", hypercall(21, 1 << 32, (1 << 32) | 5)),
    Row("disable by bits above", hypercall(21, (1 << 32) | 1, (1 << 40) | 5)),
    *(Row(f"command {command} is unknown", hypercall(21, command, 5), x0=ENOSYS) for command in (2, -1)),
)

VCPU_OP = (
    *(
        Row(f"command {command} is not Arm's", hypercall(24, command, 0, "buffer"), x0=EINVAL)
        for command in (0, 1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15, 99, -1)
    ),
    Row("command 5 for no vCPU", hypercall(24, 5, 9, "buffer"), x0=ENOENT),
    Row("an unknown command for no vCPU", hypercall(24, 99, 9, "buffer"), x0=Per(ENOENT, vmap=EINVAL)),
    Row("the id is of 32 bits", hypercall(24, 5, -1, "buffer"), x0=ENOENT),
    Row("an argument that cannot be read", hypercall(24, 5, 0, UNMAPPED), x0=EFAULT),
    Row("a non-canonical argument", hypercall(24, 5, 0, NON_CANONICAL), x0=EFAULT),
    Row("an area", hypercall(24, 5, 0, "buffer", data=("area",))),
    Row("an area by bits above 32", hypercall(24, (1 << 32) | 5, 1 << 32, "buffer", data=("area",))),
    Row("an area that is not mapped", hypercall(24, 5, 0, "buffer", data=(UNMAPPED,)), x0=Per(0, vmap=EINVAL)),
    Row("a non-canonical area", hypercall(24, 5, 0, "buffer", data=(NON_CANONICAL,)), x0=Per(0, vmap=EINVAL)),
    Row("an unaligned area", hypercall(24, 5, 0, "buffer", data=("area+4",)), x0=Per(0, vmap=EINVAL)),
    Row("no area any more", hypercall(24, 5, 0, "buffer", data=("area",))),
    Row("an area of another vCPU", hypercall(24, 5, 1, "buffer", data=("area",)), x0=Per(0, vmap=EINVAL)),
)

SCHED_OP = (
    Row("yield, and nobody else is there", hypercall(29, 0, 0)),
    Row("the command is of 32 bits", hypercall(29, 1 << 32, UNMAPPED)),
    *(
        Row(f"command {command} with an argument that cannot be read", hypercall(29, command, UNMAPPED), x0=EFAULT)
        for command in (2, 3, 4, 5, 6)
    ),
    Row("pin_override that cannot be read", hypercall(29, 7, UNMAPPED), x0=Per(EFAULT, domu=EPERM)),
    Row("pin_override", hypercall(29, 7, "buffer", data=(0,)), x0=Per(0, domu=EPERM)),
    *(Row(f"command {command} is unknown", hypercall(29, command, 0), x0=ENOSYS) for command in (8, 9, 999, -1)),
    Row("remote_shutdown of nobody", hypercall(29, 4, "buffer", data=(77,)), x0=ESRCH),
    Row(
        "remote_shutdown of d1, which a domU is itself",
        hypercall(29, 4, "buffer", data=(1,)),
        x0=Per(ESRCH, domu=EPERM),
    ),
    Row("remote_shutdown of DOMID_SELF", hypercall(29, 4, "buffer", data=(0x7FF0,)), x0=ESRCH),
    Row("shutdown_code", hypercall(29, 5, "buffer", data=(0,))),
    Row("watchdog, a new one", hypercall(29, 6, "buffer", data=(100 << 32,)), x0=1),
    Row("watchdog off", hypercall(29, 6, "buffer", data=(1,))),
    Row("watchdog of an unknown id", hypercall(29, 6, "buffer", data=(5 << 32 | 77,)), x0=EINVAL),
    Row("poll of nothing until a time in the past", hypercall(29, 3, "buffer", data=(0, 0, 1))),
    Row("poll of 129 ports", hypercall(29, 3, "buffer", data=("area", 129, 1)), x0=EINVAL),
    Row("poll of ports that cannot be read", hypercall(29, 3, "buffer", data=(UNMAPPED, 1, 1)), x0=EFAULT),
    Row("poll of an unbound port", hypercall(29, 3, "buffer", data=("area", 1, 1)), x0=Per(EINVAL, vmap=0)),
    Row(
        "block until the timer fires unmasks interrupts",
        Call(
            {"x16": 29, "x0": 1, "x3": 1000},
            "msr cntv_tval_el0, x3\n mov x3, #1\n msr cntv_ctl_el0, x3\n isb\n hvc #0xEA1\n mrs x3, cntv_ctl_el0",
        ),
        x3=7,
        daif=0x140,
    ),
    Row(
        "WFI until the timer fires leaves it masked",
        Call(
            {"x3": 1000},
            "msr cntv_tval_el0, x3\n mov x3, #1\n msr cntv_ctl_el0, x3\n isb\n wfi\n mrs x3, cntv_ctl_el0",
        ),
        x3=7,
    ),
    Row(
        "a masked timer that has expired stays as it is",
        Call(
            {"x2": 1},
            "msr cntv_cval_el0, x2\n mov x3, #3\n msr cntv_ctl_el0, x3\n isb\n mrs x3, cntv_ctl_el0",
        ),
        x3=7,
    ),
    Row("a timer that is off has no status", Call({}, "msr cntv_ctl_el0, xzr\n isb\n mrs x3, cntv_ctl_el0")),
)

VERSION, FEATURES, CPU_ON, AFFINITY = 0x8400_0000, 0x8400_000A, 0xC400_0003, 0xC400_0004
_SUPPORTED = (
    *(0x8400_0000 + n for n in (0, 1, 2, 3, 4, 6, 8, 9, 10)),
    *(0xC400_0000 + n for n in (1, 3, 4)),
    0x8000_0000,
)
_UNSUPPORTED = (
    *(0x8400_0000 + n for n in (5, 7, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21)),
    *(0xC400_0000 + n for n in (0, 2, 5, 6, 8, 10)),
    *(0x8000_0001, 0x8600_FF00, 0, 0xFFFF_FFFF),
)


def _unhandled(function: int, call: Call | None = None) -> Row:
    log = f"Unhandled SMC/HVC: {f'{function & 0xFFFF_FFFF:#x}' if function else '0'}"
    return Row(f"{function:#x} is unknown", call or smccc(function), x0=-1, log=log)


PSCI = (
    Row("version", smccc(VERSION), x0=0x1_0001),
    Row("version, bits above 32 set", smccc((0xABCD << 32) | VERSION), x0=0x1_0001),
    Row("version by SMC #0", smccc(VERSION, instruction="smc #0"), x0=0x1_0001),
    *(Row(f"features of {function:#x}", smccc(FEATURES, function)) for function in _SUPPORTED),
    *(Row(f"features of {function:#x}: none", smccc(FEATURES, function), x0=-1) for function in _UNSUPPORTED),
    *(
        _unhandled(function)
        for function in (
            *(0xC400_0000, 0xC400_000A, 0x8400_0005, 0xC400_0005, 0xC400_0007, 0x8400_0012),
            *(0x8600_FF00, 0x8600_FF01, 0x8600_FF03, 0, 3, 4),
        )
    ),
    Row("SMCCC version", smccc(0x8000_0000), x0=0x1_0001),
    Row("SMCCC features of workaround 2", smccc(0x8000_0001, 0x8000_7FFF)),
    *(
        Row(f"SMCCC features of {function:#x}", smccc(0x8000_0001, function), x0=-1)
        for function in (0x8000_0000, 0x8000_0001, 0x8000_0002, 0x8000_8000, 0x8000_3FFF)
    ),
    *(Row(f"workaround {function:#x}", smccc(function)) for function in (0x8000_8000, 0x8000_7FFF, 0x8000_3FFF)),
    Row("how many standard calls", smccc(0x8400_FF00), x0=0xF),
    Row("the standard calls' id", smccc(0x8400_FF01), x0=0x6F38_63F8, x1=0xBD4C_394B, x2=0x16CE_2092, x3=0x6F9F_E541),
    Row("the standard calls' revision", smccc(0x8400_FF03), x1=1),
    Row("migrate_info_type", smccc(0x8400_0006), x0=2),
    Row("affinity_info of itself", smccc(AFFINITY, 0, 0)),
    Row("affinity_info with MPIDR's bit 31", smccc(AFFINITY, 0x8000_0000, 0)),
    Row("affinity_info of a vCPU that is off", smccc(AFFINITY, 1, 0), x0=1),
    Row("affinity_info of no vCPU", smccc(AFFINITY, 5, 0), x0=1),
    *(Row(f"affinity_info at level {level}", smccc(AFFINITY, 1, level)) for level in (1, 2, 3)),
    Row("affinity_info at level 4", smccc(AFFINITY, 0, 4), x0=-2),
    Row("cpu_on of itself", smccc(CPU_ON, 0, "park"), x0=-4),
    Row("cpu_on of itself at an odd address", smccc(CPU_ON, 0, 1), x0=-9),
    Row("cpu_on of no vCPU", smccc(CPU_ON, 5, "park"), x0=-2),
    Row("cpu_on of no vCPU in Aff1", smccc(CPU_ON, 0x100, "park"), x0=-2),
    Row("cpu_on ignores Aff3", smccc(CPU_ON, 1 << 32, "park"), x0=-4),
    Row("cpu_on at an odd address", smccc(CPU_ON, 1, "park+1"), x0=-9),
    Row("cpu_on of 32 bits at an odd address", smccc(0x8400_0003, 1, "park+1"), x0=-9),
    Row("PSCI 0.1 cpu_on of itself", smccc(2, 0, "park"), x0=-2),
    Row("PSCI 0.1 cpu_on of no vCPU", smccc(2, 5, "park"), x0=-2),
    Row("cpu_on", smccc(CPU_ON, 0x8000_0001, "park")),
    Row("cpu_on of a vCPU that is on", smccc(CPU_ON, 1, "park"), x0=-4),
    Row("affinity_info of a vCPU that was started", smccc(AFFINITY, 1, 0)),
    Row(
        "cpu_off ends it",
        Call(
            {"x3": 1},
            "address x4, go\n str x3, [x4]\n mov x4, #0\n"
            "1: mov x0, #0\n mov x1, #0\n hypercall HYPERVISOR_sched_op\n"
            "mov x1, #1\n psci PSCI_AFFINITY_INFO_32\n cbz x0, 1b\n mov x1, #0\n mov x3, #0",
        ),
        x0=1,
        x1=0,
        x3=0,
    ),
)


def _not_decoded(why: str, word: int) -> str:
    """What Xen 4.17 says of an access without a syndrome whose instruction it cannot decode."""
    return f"{why}\nunhandled Arm instruction {word:#x}\nUnable to decode instruction"


EXCEPTIONS = (
    *(
        fault(f"HVC #{tag:#x}", instruction(f"hvc #{tag:#x}"), UNDEFINED, elr=4, log=f"Invalid HVC imm {tag:#x}")
        for tag in (1, 0xEA0, 0xEA2, 0x4A48, 0xFF00, 0xFFFF)
    ),
    fault("SMC #1", instruction("smc #1", x0=VERSION), UNDEFINED),
    fault("UDF", instruction(".word 0"), UNDEFINED),
    fault("BRK #5", instruction("brk #5"), 0xF200_0005),
    fault("SVC #7", instruction("svc #7"), 0x5600_0007, elr=4),
    *(
        fault(f"a load from {address:#x}", instruction("ldr x0, [x1]", x1=address), DATA_ABORT, far=address)
        for address in (UNMAPPED, UNMAPPED + 0x123_4568, 1 << 40, 1 << 52, NON_CANONICAL)
    ),
    fault("a store to nothing", instruction("str x0, [x1]", x1=UNMAPPED), DATA_ABORT, far=UNMAPPED),
    *(
        fault(
            f"a store to {address:#x}, beyond what a CPU has",
            instruction("str x0, [x1]", x1=address),
            code,
            far=address,
        )
        for address, code in ((1 << 40, DATA_ABORT | WNR), (1 << 52, DATA_ABORT | WNR))
    ),
    *(
        fault(f"{text} of nothing", instruction(text, x1=UNMAPPED), DATA_ABORT, far=UNMAPPED, log=log)
        for text, log in (
            (
                "ldr x0, [x1], #8",
                "opcode->ldr_str.rt = 0x0, opcode->ldr_str.size = 0x3, opcode->ldr_str.imm9 = 8",
            ),
            ("ldp x0, x2, [x1]", _not_decoded("Decoding instruction 0xa9400820 is not supported", 0xA940_0820)),
            ("ldxr x0, [x1]", _not_decoded("Decoding instruction 0xc85f7c20 is not supported", 0xC85F_7C20)),
            ("dc zva, x1", _not_decoded("Rn should not be equal to Rt except for r31", 0xD50B_7421)),
        )
    ),
    fault("a byte load from nothing", instruction("ldrb w0, [x1]", x1=UNMAPPED + 3), DATA_ABORT, far=UNMAPPED + 3),
    *(
        fault(f"a fetch from {at:#x}", instruction("br x1", x1=at), code, elr=at, far=at)
        for at, code in (
            (UNMAPPED, INSTRUCTION_ABORT),
            (1 << 40, INSTRUCTION_ABORT),
            (1 << 52, INSTRUCTION_ABORT),
            (UNMAPPED + 2, INSTRUCTION_ABORT),
        )
    ),
    Row("cache cleaning of nothing", instruction("dc cvac, x1", x1=UNMAPPED)),
    fault("MRS of an EL2 register", instruction("mrs x0, hcr_el2"), UNDEFINED),
    fault("MRS of an EL3 register", instruction("mrs x0, scr_el3"), UNDEFINED),
    fault("an implementation-defined register", instruction("mrs x0, S3_0_C15_C0_0"), UNDEFINED),
    fault("LSE on a CPU without it", instruction(".word 0xb8210000"), UNDEFINED),
    fault("TLBI ALLE1", instruction("tlbi alle1"), UNDEFINED),
    Row("TLBI VMALLE1IS", instruction("tlbi vmalle1is")),
    Row("DC CISW", instruction("dc cisw, x1")),
    Row("ACTLR_EL1 can be written", instruction("msr actlr_el1, x1")),
    Row("MDSCR_EL1 reads zero", instruction("mrs x0, mdscr_el1", x0=5)),
    Row("PMUSERENR_EL0 can be written", instruction("msr pmuserenr_el0, x1")),
    Row("DBGBVR0_EL1 can be read", instruction("mrs x0, S2_0_C0_C0_4", x0=5)),
    Row("OSLSR_EL1", instruction("mrs x0, oslsr_el1"), x0=8),
    Row("an unallocated identification register", instruction("mrs x0, S3_0_C0_C7_7", x0=5)),
    Row("AT S1E1R with the MMU off", instruction("mov x1, #0x40000000\n at s1e1r, x1\n isb\n mov x1, #0")),
)

COUNTERS = (
    Row("CNTFRQ_EL0", instruction("mrs x0, cntfrq_el0"), x0=62_500_000),
    Row("CNTV_CTL_EL0 at first", instruction("mrs x0, cntv_ctl_el0")),
    Row("CNTV_CVAL_EL0 at first", instruction("mrs x0, cntv_cval_el0")),
    Row(
        "CNTPCT_EL0 is CNTVCT_EL0 and a constant",
        instruction(
            "mrs x0, cntvct_el0\n mrs x1, cntpct_el0\n mrs x2, cntvct_el0\n"
            "cmp x1, x0\n cset x0, hs\n cmp x1, #0\n cset x1, ne\n mov x2, #0"
        ),
        x0=1,
        x1=1,
        x2=0,
    ),
    Row(
        "CNTVCT_EL0 does not go back",
        instruction("mrs x0, cntvct_el0\n isb\n mrs x1, cntvct_el0\n cmp x1, x0\n cset x0, hs\n mov x1, #0"),
        x0=1,
        x1=0,
    ),
    Row("CNTP_CTL_EL0", instruction("mov x1, #2\n msr cntp_ctl_el0, x1\n mrs x0, cntp_ctl_el0"), x0=2, x1=2),
    Row(
        "CNTP_CVAL_EL0",
        instruction("msr cntp_cval_el0, x1\n mrs x0, cntp_cval_el0", x1=0x1234_5678_9ABC),
        x0=0x1234_5678_9ABC,
    ),
    Row(
        "CNTP_TVAL_EL0 reads as 32 bits",
        instruction("msr cntp_tval_el0, x1\n mrs x0, cntp_tval_el0\n lsr x0, x0, #32", x1=100),
    ),
)

_IDENTIFICATION = {
    "midr_el1": 0x410F_D034,
    "revidr_el1": 0,
    "aidr_el1": 0,
    "mpidr_el1": 0x8000_0000,
    "id_pfr0_el1": 0x131,
    "id_pfr1_el1": 0x1001_1001,
    "id_dfr0_el1": 0x301_0006,
    "id_mmfr0_el1": 0x1010_1105,
    "id_isar0_el1": 0x210_1110,
    "mvfr0_el1": 0x1011_0222,
    "mvfr1_el1": 0x1211_1111,
    "mvfr2_el1": 0x43,
    "id_aa64mmfr0_el1": 0x1122,
    "id_aa64mmfr1_el1": 0,
    "id_aa64pfr0_el1": 0x0100_0222,
    "id_aa64pfr1_el1": 0,
    "id_aa64isar0_el1": 0x1_1120,
    "id_aa64isar1_el1": 0,
    "id_aa64dfr0_el1": 0x1030_5106,
    "id_aa64dfr1_el1": 0,
    "id_mmfr2_el1": 0x126_0000,
    "id_mmfr3_el1": 0x210_2211,
    "id_isar1_el1": 0x1311_2111,
    "id_isar2_el1": 0x2123_2042,
    "id_isar3_el1": 0x111_2131,
    "id_isar4_el1": 0x1_1142,
    "id_isar5_el1": 0x1_1121,
    "sctlr_el1": 0x00C5_0078,
    "dczid_el0": 4,
    **dict.fromkeys(("tcr_el1", "ttbr0_el1", "ttbr1_el1", "mair_el1", "amair_el1", "cpacr_el1"), 0),
    **dict.fromkeys(("contextidr_el1", "esr_el1", "afsr0_el1", "afsr1_el1", "tpidr_el0", "tpidrro_el0"), 0),
    **dict.fromkeys(("cntkctl_el1", "csselr_el1", "isr_el1", "par_el1"), 0),
}
"""As at the first instruction: a Cortex-A53 of revision 4, which is what QEMU gives the real Xen here."""

REGISTERS = (
    *(Row(name, instruction(f"mrs x0, {name}", x0=0x5555), x0=value) for name, value in _IDENTIFICATION.items()),
    Row(
        "id_mmfr1_el1, whose value could be taken for an address",
        instruction("mrs x0, id_mmfr1_el1\n lsr x0, x0, #28"),
        x0=4,
    ),
)

GROUPS = {
    "xen_version": XEN_VERSION,
    "console_io": CONSOLE_IO,
    "vm_assist": VM_ASSIST,
    "vcpu_op": VCPU_OP,
    "sched_op": SCHED_OP,
    "psci": PSCI,
    "exceptions": EXCEPTIONS,
    "counters": COUNTERS,
    "registers": REGISTERS,
}
