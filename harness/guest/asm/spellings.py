"""Data about spellings: operands that are names, aliases, hints, and the extensions that Keystone lacks."""

REGISTER_ALIASES = {"fp": "x29", "lr": "x30", "ip0": "x16", "ip1": "x17"}

NAMED_OPERANDS: dict[str, tuple[int, ...]] = {
    "msr": (0,), "mrs": (1,), "dc": (0,), "ic": (0,), "at": (0,), "tlbi": (0,),
    "dsb": (0,), "dmb": (0,), "isb": (0,), "prfm": (0,), "prfum": (0,), "sys": (1, 2), "sysl": (2, 3),
    "csel": (3,), "csinc": (3,), "csinv": (3,), "csneg": (3,), "fcsel": (3,),
    "cset": (1,), "csetm": (1,), "cinc": (2,), "cinv": (2,), "cneg": (2,),
    "ccmp": (3,), "ccmn": (3,), "fccmp": (3,), "fccmpe": (3,),
}  # fmt: skip
"""Operands that are names of the instruction set, never symbols: system registers, conditions, barriers."""


def _hint(number: int) -> int:
    return 0xD503201F | number << 5


HINTS: dict[str, dict[str, int]] = {
    "csdb": {"": _hint(20)}, "dgh": {"": _hint(6)}, "esb": {"": _hint(16)},
    "ssbb": {"": 0xD503309F}, "pssbb": {"": 0xD503349F},
    "xpaclri": {"": _hint(7)},
    "pacia1716": {"": _hint(8)}, "pacib1716": {"": _hint(10)},
    "autia1716": {"": _hint(12)}, "autib1716": {"": _hint(14)},
    "paciaz": {"": _hint(24)}, "paciasp": {"": _hint(25)}, "pacibz": {"": _hint(26)}, "pacibsp": {"": _hint(27)},
    "autiaz": {"": _hint(28)}, "autiasp": {"": _hint(29)}, "autibz": {"": _hint(30)}, "autibsp": {"": _hint(31)},
    "bti": {"": _hint(32), "c": _hint(34), "j": _hint(36), "jc": _hint(38)},
}  # fmt: skip
"""Hint and barrier encodings (Arm ARM C6.2.142, C6.2.120) that older cores execute as NOP or DSB."""

EXTENSIONS: dict[str, str] = {
    "LSE atomics, Armv8.1": r"(?:casp?|swp|(?:ld|st)(?:add|clr|eor|set|smax|smin|umax|umin))(?:a|l|al)?[bh]?",
    "pointer authentication, Armv8.3": r"pac\w+|aut\w+|xpac\w|bra[ab]z?|blra[ab]z?|reta[ab]|ereta[ab]|ldra[ab]",
    "cryptography": r"aes\w+|sha\d+\w*|pmull2?|sm[34]\w+|eor3|bcax|rax1|xar",
    "memory tagging, Armv8.5": r"irg|addg|subg|gmi|st2?g|stz2?g|stz?gm|ldgm?|stgp",
    "SVE": r"ptrue|while\w+|cnt[bhwdp]|inc[bhwdp]|ld1[bhwd]|st1[bhwd]|rdvl|addvl",
    "RCpc, Armv8.3": r"ldapr[bh]?|ldapur\w*|stlur\w*",
    "Armv8.1 to 8.9": r"cfinv|rmif|setf(?:8|16)|sb|axflag|xaflag|wfet|wfit|ld64b|st64bv?0?|fjcvtzs"
    r"|sqrdml[as]h|[su]dot",
}
"""Extensions that Keystone does not encode, and the mnemonics that belong to them."""
