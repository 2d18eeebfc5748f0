"""Firmware calls that Xen answers: the SMC calling convention and PSCI."""
