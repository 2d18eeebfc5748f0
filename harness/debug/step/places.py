"""The virtual addresses of the guest's symbols and source lines, under tables that change.

A guest's code may be mapped at several addresses, at other addresses later, and not at all for a while (KPTI). A name
therefore means an address in the image. Its virtual addresses are looked up in the vCPU's tables, and remembered for
times at which other tables are live.
"""

from collections.abc import Collection, Iterable

from harness.abi.words import MASK64
from harness.api import Machine
from harness.debug.address_space import half_of
from harness.debug.step.errors import CommandError
from harness.machine.mmu.descriptors import SCTLR_M
from harness.machine.mmu.faults import Access
from harness.xen.domains.domain import Vcpu

_UPPER_HALF = 1 << 55


class Places:
    """The virtual addresses of the main guest's image in all address spaces seen so far."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.domain = machine.domain
        self._seen: dict[tuple[int, int, int], bool] = {}
        """(va - ipa, first ipa, end) of each range seen so far, and whether code can be executed there."""

    def learn(self, vcpus: Iterable[Vcpu]) -> bool:
        """Read the live tables of these vCPUs; True if they contain a mapping that was not known."""
        known = len(self._seen)
        domain, guest = self._machine.domain, self._machine.guest
        first = guest.base + domain.load_shift & MASK64
        end = first + guest.image_size
        for vcpu in vcpus:
            if vcpu.domain is not domain or self.untranslated(vcpu):
                continue
            for upper in (True, False):
                for region in half_of(vcpu, upper=upper).regions:
                    if region.ipa < end and first < region.ipa + region.size:
                        executable = bool((region.el1 | region.el0) & Access.EXECUTE)
                        self._seen[region.va - region.ipa, region.ipa, region.ipa + region.size] = executable
        return len(self._seen) > known

    def untranslated(self, vcpu: Vcpu) -> bool:
        """Whether the virtual addresses of ``vcpu`` are guest-physical ones: its MMU is off, or it has no CPU yet."""
        return not vcpu.has_cpu or not vcpu.cpu.read_sysreg("SCTLR_EL1") & SCTLR_M

    def code_vas(self, ipa: int) -> list[int]:
        """Every known virtual address at which code at ``ipa`` may be executed, ``ipa`` itself (MMU off) first."""
        found = [
            ipa,
            *(ipa + shift & MASK64 for (shift, low, end), code in self._seen.items() if code and low <= ipa < end),
        ]
        link = ipa - self._machine.domain.load_shift & MASK64
        if link & _UPPER_HALF:  # a kernel is linked at the address where it will run, so it need not be mapped yet
            found.append(link)
        return list(dict.fromkeys(found))

    def va(self, vcpu: Vcpu, ipa: int) -> int:
        """The virtual address of ``ipa`` for ``vcpu``: by its live tables, or else by earlier ones, or else ``ipa``."""
        self.learn([vcpu])
        if self.untranslated(vcpu):
            return ipa
        for upper in (True, False):
            for region in half_of(vcpu, upper=upper).regions:
                if region.ipa <= ipa < region.ipa + region.size:
                    return region.va + ipa - region.ipa
        # Of several earlier mappings take the highest: a kernel runs in the upper half.
        shifts = [shift for shift, low, end in self._seen if low <= ipa < end]
        return ipa + max(shifts, default=0) & MASK64

    @property
    def names(self) -> Collection[str]:
        """The names of all symbols."""
        return self._machine.guest.symbols.keys()

    def symbol(self, name: str) -> int | None:
        """The IPA of a symbol; None if there is no such symbol."""
        if name not in self._machine.guest.symbols:
            return None
        return self._machine.symbol(name) & MASK64

    def line(self, file: str, line: int) -> tuple[str, list[int]]:
        """The source line that is found, and the IPAs at which its code begins.

        If the line has no code, it is the next line that has. ``file`` is the end of a path; if several files match,
        the one in the topmost folder is meant. Raises CommandError if no file matches, or no code follows.
        """
        entries = self._machine.guest.lines.entries
        names = sorted({entry[2].file for entry in entries})
        files = [name for name in names if name == file or name.endswith(f"/{file}")]
        if not files:
            raise CommandError(f"{file} is not a source of this guest" + ("" if entries else ", which has none"))
        files.sort(key=lambda name: name.count("/"))
        if len(files) > 1 and files[0].count("/") == files[1].count("/"):
            raise CommandError(f"{file} is ambiguous: write {' or '.join(files)}")
        lines = sorted({entry[2].line for entry in entries if entry[2].file == files[0] and entry[2].line >= line})
        if not lines:
            raise CommandError(f"{file} has no code at line {line} or after it")
        found, previous = [], None
        for start, _, source in entries:
            if (source.file, source.line) == (files[0], lines[0]) and previous != source[:2]:
                found.append(start + self._machine.domain.load_shift & MASK64)
            previous = source[:2]
        return f"{files[0]}:{lines[0]}", found
