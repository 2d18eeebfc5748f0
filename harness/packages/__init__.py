"""Files from Debian's packages: pinned by their hashes, and fetched into the user's cache.

``deb`` reads a package, ``download`` finds and downloads one, ``pinned`` keeps a file of it in the cache. ``linux``
says which kernels there are, and makes a file system for them, an archive that ``cpio`` writes. The system's own
package state is not touched, and nothing is installed.
"""
