"""A cache of the cases' assembled images, in ``harness/cases`` under XDG_CACHE_HOME or ~/.cache.

The key of an image is a hash of everything that it can depend on: its source, every file named in an include, and the
assembler. An image that is missing or damaged is assembled again. Without a usable cache directory, all are assembled.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import harness.guest
from harness import temporary
from harness.errors import InputError
from harness.files.directories import cache_directory
from harness.guest import Guest, LineTable, Segment, library_path, load
from harness.guest.asm.encoder import library
from harness.guest.image import make_guest

_INCLUDE = re.compile(r'^\s*(?:#\s*include|\.include|\.incbin)\s+["<]([^">\n]+)[">]', re.MULTILINE)
_HASH_SIZE = hashlib.sha256().digest_size


def load_case(source: Path) -> Guest:
    """The guest of a case, as a flat image without symbols. Raises InputError as ``harness.guest.load`` does."""
    place = _place(source)
    image = None if place is None else _kept(place)
    if image is None:
        image = load(source).flat()
        if place is not None:
            _keep(place, image)
    return make_guest(source.stem, (Segment(0, image, len(image)),), 0, symbols={}, lines=LineTable())


def _place(source: Path) -> Path | None:
    """The cached file of a source's image; None without a cache directory."""
    try:
        return cache_directory() / "cases" / f"{source.stem}-{_key(source)}"
    except InputError:
        return None


def _key(source: Path) -> str:
    """A hash of all contents, in the order in which they are named. It contains no path, so checkouts share images."""
    hashed = hashlib.sha256(_assembler().encode())
    for content in _sources(source):
        hashed.update(b"absent" if content is None else hashlib.sha256(content).digest())
    return hashed.hexdigest()[:32]


def _sources(source: Path) -> Iterator[bytes | None]:
    """The contents of a source and of every place in which one of its includes may be found; None for a missing file.

    Missing files count, too: if one appears, another file may be included. Conditions are not evaluated, so includes
    that have no effect count as well.
    """
    lib = library_path()
    seen = {source}
    to_do = [source]
    while to_do:
        path = to_do.pop()
        content = _content(path)
        yield content
        for name in _includes(content or b""):
            for place in (path.parent / name, lib / name):
                if place not in seen:
                    seen.add(place)
                    to_do.append(place)


@cache
def _includes(content: bytes) -> tuple[str, ...]:
    return tuple(_INCLUDE.findall(content.decode(errors="replace")))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


@cache
def _assembler() -> str:
    """A hash of the assembler. It is computed once, because the assembler does not change during a run."""
    hashed = hashlib.sha256()
    for path in sorted(Path(harness.guest.__file__).parent.rglob("*.py")):
        hashed.update(path.read_bytes())
    hashed.update(Path(library()).read_bytes())
    return hashed.hexdigest()


def _kept(place: Path) -> bytes | None:
    try:
        content = place.read_bytes()
    except OSError:
        return None
    digest, image = content[:_HASH_SIZE], content[_HASH_SIZE:]
    return image if hashlib.sha256(image).digest() == digest else None


def _keep(place: Path, image: bytes) -> None:
    """Put an image into the cache, completely or not at all, and remove older images of the same case."""
    with (
        contextlib.suppress(OSError, InputError),
        temporary.folder("case", place.parent.with_name("temporary")) as directory,
    ):
        partial = directory / place.name
        partial.write_bytes(hashlib.sha256(image).digest() + image)
        place.parent.mkdir(parents=True, exist_ok=True)
        former = [path for path in place.parent.glob(f"{place.name[:-32]}*") if len(path.name) == len(place.name)]
        # A rename within one file system: another process finds the whole image, or none.
        partial.replace(place)
        for path in former:
            if path != place:
                path.unlink(missing_ok=True)
