"""What a trace says about its machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TraceHeader:
    """The guest's file name, the model as given on the command line, and the machine."""

    guest: str
    model: str
    vcpus: int = 1
    pcpus: int = 1
    debug_build: bool = False
    dom0: bool = False

    def __str__(self) -> str:
        """One readable line."""
        build = ", debug build" if self.debug_build else ""
        vcpus, pcpus = (f"{n} {name}{'s' * (n != 1)}" for n, name in ((self.vcpus, "vCPU"), (self.pcpus, "pCPU")))
        return f"{self.guest} as d{0 if self.dom0 else 1}, {vcpus} on {pcpus}, {self.model}{build}"
