"""ELF64 as data: the records and numbers that the reader and the writer share (System V ABI, chapters 4 and 5)."""

import struct

MAGIC = b"\x7fELF"
CLASS_64, LITTLE_ENDIAN, VERSION = 2, 1, 1
EXECUTABLE, SHARED, AARCH64 = 2, 3, 183
TYPES = {0: "of no type", 1: "relocatable", 4: "a core dump"}
MACHINES = {
    3: "i386",
    8: "MIPS",
    20: "PowerPC",
    21: "PowerPC64",
    22: "S/390",
    40: "Arm (32-bit)",
    62: "x86-64",
    243: "RISC-V",
}

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
PROGRAM = struct.Struct("<IIQQQQQQ")
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")

LOAD = 1
SEGMENT_EXECUTE, SEGMENT_WRITE, SEGMENT_READ = 1, 2, 4
PROGBITS, SYMTAB, STRTAB, NOBITS = 1, 2, 3, 8
SECTION_WRITE, SECTION_ALLOC, SECTION_EXECUTE = 1, 2, 4
UNDEFINED, ABSOLUTE = 0, 0xFFF1

BINDINGS = {"local": 0, "global": 1, "weak": 2}
SYMBOL_TYPES = {"notype": 0, "object": 1, "function": 2, "func": 2, "section": 3, "file": 4}
BINDING_NAMES = {number: name for name, number in BINDINGS.items()}
TYPE_NAMES = {0: "notype", 1: "object", 2: "function", 3: "section", 4: "file"}
