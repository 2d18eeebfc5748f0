"""The few machine instructions that run natively on the host, called by the emulator's code: see ``x86_64.S``.

They are kept as bytes, so that no compiler is needed, for each host architecture that has a source here. On other
hosts, or if the host refuses executable memory, the harness works without them: slower, with the same results.
"""

import ctypes
import mmap
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

_LITTLE_ENDIAN_UNIX = sys.byteorder == "little" and sys.platform in ("linux", "freebsd")
"""Hosts that use the calling conventions of the sources, and allow memory that is writable and executable."""


@dataclass(frozen=True, slots=True)
class MachineCode:
    """The bytes of a source, and the offsets of its second and third function; the first one is at offset 0."""

    code: bytes
    read_counter: int
    check_return: int


MACHINE_CODE: Mapping[str, MachineCode] = MappingProxyType(
    {
        "x86_64": MachineCode(
            bytes.fromhex(
                "488b41208338007c1d89d24889d048c1e802480301483b4108770c4889014889"
                "711048895118c3ff6128cccccccccccc4c8b411841807840007478488b410839"
                "c67570488b024883f80e756748b80300000003000000483b42087557448b4a10"
                "418d41ff83f801774a498b4030f6000c7509498b40384484087438488b01492b"
                "4010492b401848c1f80249030048ffc0493b4008731d490340484b2b44c84848"
                "8b5110498b484048d3e8488902b801000000c3488b4120488b09ffe0cccccccc"
                "488b018b00251f001000740883e80483f8017701c3488b4108b9e0039fd6ffe0"
            ),
            0x30,
            0xC0,
        ),
        "aarch64": MachineCode(
            bytes.fromhex(
                "641040f9850040b90501f837e203022a641440a98408428b9f0005eb88000054"
                "640000f9610801a9c0035fd6641440f980001fd61f2003d51f2003d51f2003d5"
                "640c40f98a2040f96a0500b4650840b9bf00016b01050054450040f9bf3800f1"
                "a104005445184129bf0c007141040054df0c007101040054491040b925050051"
                "bf04007188030054851840f9a50040b9bf041e72a1000054851c40f9a50040b9"
                "bf00096a80020054650040f9861c41a9a50006cba50007cb861c40a9c508858b"
                "a5040091bf0007eb62010054862440f9a500068b86200191c67869f8a50006cb"
                "a524ca9a660840f9c50000f920008052c0035fd6641040f9630040f980001fd6"
                "640040f9840040b9e50380520502a0728400056a80000054841000519f040071"
                "48000054c0035fd6640440f9037c8052e3d3ba7280001fd6"
            ),
            0x40,
            0x100,
        ),
    }
)
"""By the host's architecture, as ``platform.machine`` names it."""


@dataclass(frozen=True, slots=True)
class NativeFunctions:
    """The addresses of the functions in this process."""

    count_block: int
    read_counter: int
    check_return: int
    pages: mmap.mmap
    """The memory that contains them; it must live as long as they may be called."""


@cache
def native_functions() -> NativeFunctions | None:
    """Copy the functions for this host into executable memory, once per process; None if that cannot be done."""
    found = MACHINE_CODE.get(platform.machine())
    if found is None or not _LITTLE_ENDIAN_UNIX:
        return None
    try:
        pages = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    except OSError:  # this host allows no memory that is both writable and executable
        return None
    pages.write(found.code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(pages))
    return NativeFunctions(address, address + found.read_counter, address + found.check_return, pages)
