"""Firmware calls that Xen answers: PSCI and other calls by the SMC calling convention."""
