"""A vCPU's number as affinity fields: 4 bits of Aff0, then Aff1 (Xen, ``vcpuid_to_vaffinity``)."""

AFF0_BITS = 4
AFF1_SHIFT = 8


def vcpu_affinity(vcpu: int) -> int:
    """Aff1 and Aff0 of vCPU number ``vcpu``, in the format of MPIDR_EL1, GICD_IROUTER and a device tree's ``reg``."""
    return vcpu & ((1 << AFF0_BITS) - 1) | vcpu >> AFF0_BITS << AFF1_SHIFT
