"""A domain's grant table, version 1: the pages that it lets others use, and its mappings of their pages.

The entries are in frames that Xen and the guest share (``xen/common/grant_table.c``). In addition Xen records which
entries are in use, by which domain and how often, and a handle for each mapping. Xen holds a reference to a granted
page as long as it is mapped.
"""

from harness.abi.hypercalls.grant_table_op import GRANT_ENTRY_V1, GTF_TYPE_MASK, GrantFlag, GrantMap, GrantStatus
from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE
from harness.xen.domains.domain import Domain
from harness.xen.memory.grant_state import Active, GrantMapping, GrantTableState
from harness.xen.memory.p2m import FOREIGN, P2mType

MAX_FRAMES = 64
"""gnttab_max_frames."""
ENTRIES_PER_FRAME = PAGE_SIZE // GRANT_ENTRY_V1.size
MAX_MAPTRACK_FRAMES = 1024
HANDLES_PER_FRAME = 256
MOST_PINS = 0x80
"""Maximum uses of one kind per entry: Xen packs the counters into bytes, and refuses once the top bit is set."""

_UNUSABLE = GrantMap.GNTMAP_device_map | GrantMap.GNTMAP_application_map | GrantMap.GNTMAP_contains_pte


class GrantTable:
    """The grant table of ``owner``. It has no state of its own, so it may be created wherever it is needed."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Domain) -> None:
        self._owner = owner

    @property
    def state(self) -> GrantTableState:
        """The table's state, which is part of the domain's and so of snapshots."""
        return self._owner.state.grants

    # -- The frames ---------------------------------------------------------------------------------------------

    def grow(self, count: int) -> None:
        """Grow the table to at least ``count`` frames; the caller checks that this is at most MAX_FRAMES."""
        while len(self.state.frames) < count:
            self.state.frames.append(self._owner.p2m.share_xen_page())

    def frame(self, index: int) -> int | None:
        """The mfn of a frame, which is allocated if need be; None if the table may not have that many."""
        if index >= MAX_FRAMES:
            return None
        self.grow(index + 1)
        return self.state.frames[index]

    def gfn(self, index: int) -> int | None:
        """The gfn where the guest has mapped a frame, as far as Xen knows; None for nowhere."""
        # 4.14 keeps its own record, which the guest can make stale; later releases ask the page itself.
        if self._owner.release.strict_physmap:
            return self._owner.p2m.state.owned.xen_pages[self.state.frames[index]]
        return self.state.placed.get(index)

    @property
    def entries(self) -> int:
        """How many entries the table has."""
        return len(self.state.frames) * ENTRIES_PER_FRAME

    def entry_maddr(self, reference: int) -> int:
        """The machine address of a reference's entry."""
        frame, index = divmod(reference, ENTRIES_PER_FRAME)
        return (self.state.frames[frame] << PAGE_SHIFT) + index * GRANT_ENTRY_V1.size

    def swap(self, one: int, other: int) -> int:
        """Exchange two entries, neither of which may be in use (GNTTABOP_swap_grant_ref); the status."""
        if max(one, other) >= self.entries:
            return GrantStatus.GNTST_bad_gntref
        if one == other:
            return GrantStatus.GNTST_okay
        if any(self._pinned(reference) for reference in (one, other)):
            return GrantStatus.GNTST_eagain
        memory = self._owner.memory
        first, second = self.entry_maddr(one), self.entry_maddr(other)
        held = memory.read_u64(first)
        memory.write_u64(first, memory.read_u64(second))
        memory.write_u64(second, held)
        return GrantStatus.GNTST_okay

    # -- What others use of it ----------------------------------------------------------------------------------

    def _pinned(self, reference: int) -> bool:
        active = self.state.active.get(reference)
        return active is not None and active.pinned

    def acquire(self, reference: int, user: int, *, readonly: bool, mapping: bool) -> Active | int:
        """Let domain ``user`` use an entry once more, and take a reference to its page; or a negative status.

        ``mapping`` tells a mapping from a copy, which may also use entries for a part of a page.
        """
        if reference >= self.entries:
            return GrantStatus.GNTST_bad_gntref
        active = self.state.active.get(reference)
        if active is not None and (active.domain != user or self._is_full(active, readonly)):
            return GrantStatus.GNTST_general_error
        # The guest's flags change only with the first use, and with the first use for writing: others need no check,
        # because GTF_reading and GTF_writing forbid the guest to revoke the entry meanwhile.
        if active is None or (not readonly and not active.writers):
            failed = self._set_status(reference, user, readonly=readonly, mapping=mapping, pinned=active is not None)
            if failed:
                return failed
        if active is None:
            # The gfn is looked up once, at the first use. A domain may grant only memory of its own.
            page = self._owner.p2m.page(self._entry_word(reference) >> 32)
            if page is None or page.kind in FOREIGN:
                self._reduce_status(reference, readonly=readonly)
                return GrantStatus.GNTST_bad_page
            active = self.state.active[reference] = Active(user, page.mfn)
        if readonly:
            active.readers += 1
        else:
            active.writers += 1
        self._owner.frames.get(active.mfn)
        return active

    def _is_full(self, active: Active, readonly: bool) -> bool:
        if self._owner.release.pins_by_kind:
            return (active.readers if readonly else active.writers) >= MOST_PINS
        return max(active.readers, active.writers) >= MOST_PINS

    def release(self, reference: int, *, readonly: bool) -> None:
        """End one use of an entry. The caller must drop the reference to the page."""
        active = self.state.active[reference]
        if readonly:
            active.readers -= 1
        else:
            active.writers -= 1
        self._reduce_status(reference, readonly=readonly)
        if not active.pinned:
            del self.state.active[reference]

    def _entry_word(self, reference: int) -> int:
        return self._owner.memory.read_u64(self.entry_maddr(reference))

    def _set_status(self, reference: int, user: int, *, readonly: bool, mapping: bool, pinned: bool) -> int:
        """Mark an entry as in use for the guest to see, if the entry permits the use (``_set_status_v1``)."""
        # A version 1 entry is one doubleword: flags (16 bits), domain (16), frame (32).
        word = self._entry_word(reference)
        flags, domain = word & 0xFFFF, word >> 16 & 0xFFFF
        mask = GTF_TYPE_MASK | (GrantFlag.GTF_sub_page if mapping else 0)
        if not pinned and (flags & mask != GrantFlag.GTF_permit_access or domain != user):
            return GrantStatus.GNTST_general_error
        if not readonly and flags & GrantFlag.GTF_readonly:
            return GrantStatus.GNTST_general_error
        word |= GrantFlag.GTF_reading | (0 if readonly else GrantFlag.GTF_writing)
        self._owner.memory.write_u64(self.entry_maddr(reference), word)
        return 0

    def _reduce_status(self, reference: int, *, readonly: bool) -> None:
        """Clear the in-use flags that the guest sees, after the last use of its kind (``reduce_status_for_pin``)."""
        active = self.state.active.get(reference)
        clear = 0 if active is not None and active.pinned else int(GrantFlag.GTF_reading)
        if not readonly and (active is None or not active.writers):
            clear |= GrantFlag.GTF_writing
        self._owner.memory.write_u64(self.entry_maddr(reference), self._entry_word(reference) & ~clear)

    # -- What it uses of others ---------------------------------------------------------------------------------

    def map(self, vcpu: int, host_address: int, flags: int, reference: int, number: int) -> tuple[int, int] | int:
        """Map an entry of domain ``number``; the handle and the machine address, or a negative status."""
        if not flags & (GrantMap.GNTMAP_host_map | GrantMap.GNTMAP_device_map):
            return GrantStatus.GNTST_bad_gntref
        if flags & _UNUSABLE:
            return GrantStatus.GNTST_general_error
        lender = self._owner.all_domains.get(number)
        if lender is None:
            return GrantStatus.GNTST_bad_domain
        if not may_share(self._owner, self._owner, lender):
            return GrantStatus.GNTST_permission_denied
        # Xen takes the handle before it looks at the entry, so running out of handles hides other errors.
        handle = self._take_handle(vcpu)
        if handle is None:
            strict = self._owner.release.strict_physmap
            return GrantStatus.GNTST_no_space if strict else GrantStatus.GNTST_no_device_space
        mapped = self._map(host_address, flags, reference, lender)
        if isinstance(mapped, int):
            self.state.free_handles[vcpu].append(handle)  # at the end: the next map gets another handle
            return mapped
        self.state.maptrack[handle] = mapped
        return handle, mapped.mfn << PAGE_SHIFT

    def _map(self, host_address: int, flags: int, reference: int, lender: Domain) -> GrantMapping | int:
        readonly = bool(flags & GrantMap.GNTMAP_readonly)
        active = GrantTable(lender).acquire(reference, self._owner.number, readonly=readonly, mapping=True)
        if isinstance(active, int):
            return active
        gfn = host_address >> PAGE_SHIFT
        kind = P2mType.GRANT_MAP_RO if readonly else P2mType.GRANT_MAP_RW
        # Arm's ``create_grant_host_mapping`` accepts no flags but these two.
        other_bits = flags & ~(GrantMap.GNTMAP_readonly | GrantMap.GNTMAP_host_map)
        if other_bits or self._owner.p2m.set_entry(gfn, active.mfn, kind):
            GrantTable(lender).release(reference, readonly=readonly)
            self._owner.frames.put(active.mfn)
            return GrantStatus.GNTST_general_error
        return GrantMapping(lender.number, reference, flags, gfn, active.mfn)

    def unmap(self, vcpu: int, host_address: int, handle: int, new_address: int = 0) -> int:
        """End a mapping; the status. With ``host_address`` 0 nothing is unmapped, and the status is okay."""
        mapping = self.state.maptrack.get(handle)
        if mapping is None:
            return GrantStatus.GNTST_bad_handle
        if not host_address:
            return GrantStatus.GNTST_okay
        p2m = self._owner.p2m
        gfn = host_address >> PAGE_SHIFT
        strict = self._owner.release.strict_physmap
        # Arm cannot replace a mapping (``replace_grant_host_mapping`` fails if a new address is given). Since 4.17
        # the gfn must map the handle's page; 4.14 unmaps whatever is there.
        if new_address or p2m.remove(gfn, mapping.mfn if strict else None):
            return GrantStatus.GNTST_general_error
        self._forget(handle, mapping)
        self.state.free_handles.setdefault(vcpu, []).append(handle)
        return GrantStatus.GNTST_okay

    def _forget(self, handle: int, mapping: GrantMapping) -> None:
        """End the use of a mapping's entry. A page that is still mapped stays held."""
        del self.state.maptrack[handle]
        lender = self._owner.all_domains.get(mapping.domain)
        if lender is not None and mapping.reference in GrantTable(lender).state.active:  # the lender still exists
            GrantTable(lender).release(mapping.reference, readonly=bool(mapping.flags & GrantMap.GNTMAP_readonly))
        # On 4.14 a guest can unmap a handle at a wrong address, and keep the page mapped. Freeing the page then would
        # let the guest touch another domain's memory, so the reference passes to the map.
        entry = self._owner.p2m.lookup(mapping.gfn)
        if entry is not None and entry.mfn == mapping.mfn and not self._is_mapped(mapping):
            self._owner.p2m.keep(mapping.gfn, mapping.mfn)
        else:
            self._owner.frames.put(mapping.mfn)

    def _is_mapped(self, mapping: GrantMapping) -> bool:
        """Whether another handle refers to the same page at the same gfn."""
        return any((each.gfn, each.mfn) == (mapping.gfn, mapping.mfn) for each in self.state.maptrack.values())

    def maps(self, mfn: int) -> bool:
        """Whether any handle refers to this page."""
        return any(mapping.mfn == mfn for mapping in self.state.maptrack.values())

    def _take_handle(self, vcpu: int) -> int | None:
        """A free handle, or None (``get_maptrack_handle``). Each vCPU has its own list of them."""
        free = self.state.free_handles.setdefault(vcpu, [])
        # Xen's lists are singly linked, and freed handles are appended: so the last one always stays, as the tail.
        if len(free) > 1:
            return free.pop(0)
        if self.state.handles < MAX_MAPTRACK_FRAMES * HANDLES_PER_FRAME:
            first = self.state.handles
            self.state.handles += HANDLES_PER_FRAME
            free[:0] = range(first + 1, self.state.handles)
            return first
        # No new frame of handles is allowed: steal one from another vCPU (``steal_maptrack_handle``).
        return next((other.pop(0) for other in self.state.free_handles.values() if len(other) > 1), None)

    def destroy(self) -> None:
        """End all mappings when the domain is destroyed (``gnttab_release_mappings``)."""
        for handle, mapping in list(self.state.maptrack.items()):
            self._forget(handle, mapping)
        self._owner.state.grants = GrantTableState()


def may_share(current: Domain, one: Domain, other: Domain) -> bool:
    """Whether two domains may share memory if ``current`` asks for it: under XSM SILO, the default, only with dom0."""
    return one is other or any(domain.privileged for domain in (current, one, other))
