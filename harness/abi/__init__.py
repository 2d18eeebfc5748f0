"""Xen's public ABI for arm64 guests as plain data: numbers, result codes, structures, arguments.

``hypercalls`` has a module for each hypercall, ``smccc`` what is called by HVC #0. Every name is the one in Xen's
public headers (``xen/include/public``), so that a search finds both. The assembler's copy,
``guest_asm/lib/abi.h``, is written from here by ``python -m harness.abi``.
"""
