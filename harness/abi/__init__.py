"""Xen's public ABI for arm64 guests as plain data: numbers, result codes, structures, arguments.

``hypercalls`` has a module for each hypercall, ``smccc`` the functions that are called by HVC #0. The names are those
of Xen's public headers (``xen/include/public``), so that a search finds both. ``python -m harness.abi`` writes the
assembler's copy, ``guest_asm/lib/abi.h``, from this room.
"""
