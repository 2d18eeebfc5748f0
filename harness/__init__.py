"""Run real AArch64 guest code on a hypervisor that behaves, to the last result code, like Xen on Arm."""
