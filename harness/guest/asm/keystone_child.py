"""The child process that holds Keystone: texts of instructions on stdin, their words on stdout.

Keystone can exit or crash on bad input, so it runs in a process of its own. That process is started without
site-packages (``python -I -S``) and calls the library through ctypes, so it is ready in 10 ms.
Input: a mode line (``batch`` or ``single``), then one instruction per line. Output: in batch mode, all words in hex on
one line if all assemble, else ``!``; in single mode, a line each: eight hex digits, or ``!`` and the error.
"""

import ctypes
import sys

ARM64, LITTLE_ENDIAN = 2, 0  # KS_ARCH_ARM64, KS_MODE_LITTLE_ENDIAN of keystone.h
WORD = 4


class Keystone:
    """The few functions of keystone.h that are needed."""

    def __init__(self, library: str) -> None:
        self._lib = ctypes.CDLL(library)
        self._lib.ks_strerror.restype = ctypes.c_char_p
        self._lib.ks_free.argtypes = [ctypes.c_void_p]
        self._handle = ctypes.c_void_p()
        status = self._lib.ks_open(ARM64, LITTLE_ENDIAN, ctypes.byref(self._handle))
        if status:
            raise OSError(f"ks_open failed: {status}")

    def assemble(self, text: bytes) -> bytes | str:
        """Return the bytes, or Keystone's error message."""
        code, size, count = ctypes.c_void_p(), ctypes.c_size_t(), ctypes.c_size_t()
        failed = self._lib.ks_asm(
            self._handle, text, ctypes.c_uint64(0), ctypes.byref(code), ctypes.byref(size), ctypes.byref(count)
        )
        if failed:
            number = self._lib.ks_errno(self._handle)
            return f"{number} {self._lib.ks_strerror(number).decode()}"
        assert code.value is not None or not size.value
        data = ctypes.string_at(code.value, size.value) if code.value and size.value else b""
        self._lib.ks_free(code)
        return data


def main() -> None:
    """Answer one request."""
    keystone = Keystone(sys.argv[1])
    print("ready", flush=True)
    mode, *texts = sys.stdin.buffer.read().split(b"\n")
    if mode == b"batch":
        data = keystone.assemble(b"\n".join(texts))
        if isinstance(data, bytes) and len(data) == WORD * len(texts):
            print(data.hex())
        else:
            print("!")
        return
    for text in texts:
        data = keystone.assemble(text)
        if isinstance(data, bytes):
            print(data.hex() if len(data) == WORD else "! nothing was assembled", flush=True)
        else:
            print("!", data, flush=True)


if __name__ == "__main__":
    main()
