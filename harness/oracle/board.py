"""The machine on which Xen boots: QEMU's virt board, with a device tree that describes Xen's domains.

Xen reads its command line and its boot modules from ``/chosen`` (Xen, docs/misc/arm/device-tree/booting.txt). The
tree is QEMU's own with these nodes added, so a dom0 and a domU are started in the same way.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import fdt

from harness.errors import InputError, ToolMissing
from harness.processes.start import run

QEMU = "qemu-system-aarch64"
BOARD = "virt,virtualization=on,gic-version=3"
CPU = "cortex-a53"

GUEST_ADDRESS = 0x4900_0000
ALSO_ADDRESS = 0x4A00_0000
WATCH_ADDRESS = 0x48F0_0000
WATCH_MEMORY = 32 << 20
MODULE_ALIGNMENT = 2 << 20
WATCH = Path(__file__).with_name("dom0_watch.bin")
"""The dom0 that waits for the domU to end; its source beside this file explains how."""

XEN_OPTIONS = "console=dtuart loglvl=all guest_loglvl=all bootscrub=0 conswitch=`"
"""Log everything; do not scrub memory (a boot takes 0.2 s instead of 3); take no console input as a command to Xen."""

SMALL_RAM = 512 << 20
LARGE_RAM = 2 << 30


@dataclass(frozen=True)
class Module:
    """A boot module: its bytes, and the machine address at which they are loaded.

    ``kind`` is "kernel" or "ramdisk"; a kernel's ``bootargs`` are its domain's command line.
    """

    image: bytes
    address: int
    bootargs: bytes = b""
    kind: str = "kernel"

    def node(self) -> fdt.Node:
        """Make the module's device-tree node."""
        node = fdt.Node(f"module@{self.address:x}")
        node.append(fdt.PropStrings("compatible", f"multiboot,{self.kind}", "multiboot,module"))
        node.append(fdt.PropWords("reg", 0, self.address, 0, len(self.image)))
        if self.bootargs:
            node.append(fdt.PropBytes("bootargs", data=self.bootargs + b"\0"))
        return node


@dataclass(frozen=True)
class BootPlan:
    """What to boot: the guest, whether as dom0 or as a domU, its vCPUs, memory in bytes, command line and RAM disk.

    ``also`` is the image of a domU with one vCPU and as much memory, which runs beside a guest that is dom0.
    """

    image: bytes
    domu: bool
    vcpus: int
    memory: int
    cmdline: bytes
    initrd: bytes = b""
    also: bytes = b""

    @property
    def guest(self) -> list[Module]:
        """The guest's modules: the kernel, and the RAM disk in the next whole 2 MiB, if there is one."""
        kernel = Module(self.image, GUEST_ADDRESS, self.cmdline)
        behind = GUEST_ADDRESS + -(-len(self.image) // MODULE_ALIGNMENT) * MODULE_ALIGNMENT
        return [kernel, Module(self.initrd, behind, kind="ramdisk")] if self.initrd else [kernel]

    @property
    def dom0(self) -> list[Module]:
        """Dom0's modules: the guest's, or the program that watches the domU."""
        return [Module(WATCH.read_bytes(), WATCH_ADDRESS)] if self.domu else self.guest

    @property
    def domain_1(self) -> tuple[list[Module], int] | None:
        """The modules of the domU and its vCPUs, if there is one."""
        if self.domu:
            return self.guest, self.vcpus
        last = self.guest[-1]
        behind = last.address + -(-len(last.image) // MODULE_ALIGNMENT) * MODULE_ALIGNMENT
        return ([Module(self.also, max(behind, ALSO_ADDRESS))], 1) if self.also else None

    @property
    def modules(self) -> list[Module]:
        """All modules."""
        return [*self.dom0, *self.domain_1[0]] if self.domain_1 else self.dom0

    @property
    def xen_options(self) -> str:
        """Xen's command line."""
        memory, vcpus = (WATCH_MEMORY, 1) if self.domu else (self.memory, self.vcpus)
        return f"{XEN_OPTIONS} dom0_mem={memory >> 10}K dom0_max_vcpus={vcpus}"

    @property
    def machine_memory(self) -> int:
        """The board's RAM in bytes, enough for Xen and the domains."""
        # Dom0's memory is mapped 1:1, so Xen must find it in few contiguous pieces: give it much room, unless one
        # aligned piece is enough.
        modules = sum(len(module.image) for module in self.modules) >> 20 << 20
        if self.domain_1:
            return SMALL_RAM + self.memory + modules
        fits_in_one_piece = self.memory <= SMALL_RAM // 4 and self.memory.bit_count() == 1
        return (SMALL_RAM if fits_in_one_piece else LARGE_RAM + 2 * self.memory) + modules


def qemu() -> str:
    """Return the path of QEMU. Raises ToolMissing."""
    path = shutil.which(QEMU)
    if path is None:
        raise ToolMissing(f"needs {QEMU} (Debian package qemu-system-arm)")
    return path


def command(plan: BootPlan, hypervisor: Path, directory: Path) -> list[str]:
    """Write the device tree and the modules to ``directory``; return the command that boots them from there.

    File names are relative, because a comma in a path would end QEMU's option. The run is deterministic, because there
    is one CPU and the clock counts its instructions.
    """
    board = [qemu(), "-machine", BOARD, "-accel", "tcg", "-cpu", CPU, "-smp", "1"]
    board += ["-m", f"{plan.machine_memory >> 20}M", "-display", "none", "-nodefaults"]
    tree = directory / "tree.dtb"
    tree.write_bytes(_with_domains(_board_tree(board, directory), plan))
    board += ["-icount", "shift=0,sleep=off", "-no-reboot", "-serial", "stdio"]
    board += ["-kernel", str(hypervisor.resolve()), "-dtb", tree.name]
    for module in plan.modules:
        file = directory / f"{module.address:x}.bin"
        file.write_bytes(module.image)
        board += ["-device", f"loader,file={file.name},addr={module.address:#x},force-raw=on"]
    return board


def _board_tree(board: Sequence[str], directory: Path) -> bytes:
    """Ask QEMU for the device tree of its board."""
    file = directory / "board.dtb"
    dump = [board[0], "-machine", f"{BOARD},dumpdtb={file.name}", *board[3:]]
    answer = run(dump, cwd=directory)
    if not file.exists():
        raise InputError(f"{QEMU} has no usable board {BOARD}: {answer.stderr.strip()}")
    return file.read_bytes()


def _with_domains(board_tree: bytes, plan: BootPlan) -> bytes:
    tree = fdt.parse_dtb(board_tree)
    chosen = tree.get_node("/chosen")
    for random in ("rng-seed", "kaslr-seed"):  # QEMU makes new ones for each run, and dom0 would see them
        if chosen.exist_property(random):
            chosen.remove_property(random)
    chosen.append(fdt.PropWords("#address-cells", 2))
    chosen.append(fdt.PropWords("#size-cells", 2))
    chosen.append(fdt.PropStrings("xen,xen-bootargs", plan.xen_options))
    for module in plan.dom0:
        chosen.append(module.node())
    if plan.domain_1:
        modules, vcpus = plan.domain_1
        domain = fdt.Node("domU1")
        domain.append(fdt.PropStrings("compatible", "xen,domain"))
        domain.append(fdt.PropWords("#address-cells", 2))
        domain.append(fdt.PropWords("#size-cells", 2))
        domain.append(fdt.PropWords("memory", 0, plan.memory >> 10))  # in KiB
        domain.append(fdt.PropWords("cpus", vcpus))
        for module in modules:
            domain.append(module.node())
        chosen.append(domain)
    blob: bytes = tree.to_dtb(version=17)
    return blob
