"""HVC #0xFF00 to #0xFFFF on a debug build of Xen: a guest's way to write to Xen's log (``do_debug_trap`` in traps.c).

No register changes, and the guest goes on after the HVC.
"""

from harness.xen.domains.domain import Vcpu

DEBUG_TRAPS = range(0xFF00, 0x1_0000)

_REGISTERS = range(0xFFE0, 0xFFF0)
_REACHED, _CHARACTER, _DUMP = 0xFFFD, 0xFFFE, 0xFFFF


def debug_trap(vcpu: Vcpu, immediate: int) -> str | None:
    """Answer a debug trap; return the text of Xen's panic (up to 4.14, for an unknown trap), else None."""
    domain, cpu = vcpu.domain, vcpu.cpu
    who, log = f"DOM{domain.number}", domain.host.log
    if immediate in _REGISTERS:
        number = immediate - _REGISTERS.start
        log(f"{who}: R{number} = 0x{cpu.x[number]:016x} at {cpu.pc:#x}")
    elif immediate == _REACHED:
        log(f"{who}: Reached {cpu.pc:x}")
    elif immediate == _CHARACTER:
        log(chr(cpu.x[0] & 0xFF))
    elif immediate == _DUMP:
        log(f"{who}: DEBUG")
        for line in _dump(vcpu):
            log(line)
    else:
        low = immediate & 0xFF
        complaint = f"{who}: Unhandled debug trap {low and hex(low)}"
        if domain.release.debug_trap_panics:
            log("Panic on CPU 0:")
            log(complaint)
            return complaint
        log(complaint)
    return None


def _dump(vcpu: Vcpu) -> list[str]:
    """The guest's registers as Xen prints them; of EL1's system registers only those of the last exception."""
    cpu = vcpu.cpu
    read = cpu.read_sysreg
    mode = "handler" if cpu.pstate & 1 else "thread"
    release = vcpu.domain.release
    version = "{}.{}".format(*release.version) + release.extraversion
    old = release.debug_trap_panics  # up to 4.14, with another width here and there
    lines = [
        f"----[ Xen-{version}  arm64  debug=y {' ' * old} Not tainted ]----",
        "CPU:    0",
        f"PC:     {cpu.pc:016x}",
        f"LR:     {cpu.x[30]:016x}",
        f"SP_EL0: {read('SP_EL0'):016x}",
        f"SP_EL1: {cpu.sp if cpu.pstate & 1 else read('SP_EL1'):016x}",
        f"CPSR:   {cpu.pstate:0{8 if old else 16}x} MODE:64-bit EL1{mode[0]} (Guest Kernel, {mode})",
    ]
    names = [f"X{number}" for number in range(29)] + ["FP"]
    values = [f"{name:>3}: {cpu.x[number]:016x}" for number, name in enumerate(names)]
    lines += ["    " + " ".join(values[first : first + 3]) for first in range(0, 30, 3)]
    lines.append("")
    lines += [
        f"{name:>10}: {read(name):0{width}x}" for name, width in (("ELR_EL1", 16), ("ESR_EL1", 8), ("FAR_EL1", 16))
    ]
    return lines
