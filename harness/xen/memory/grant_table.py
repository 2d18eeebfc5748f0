"""A domain's grant table, version 1: what it lets others use, and what it uses of theirs.

The entries are in frames that Xen and the guest share (``xen/common/grant_table.c``). Beside them Xen keeps which
entries are in use, by whom and how often, and a handle for each mapping. A page that is granted is held for as long
as it is mapped.
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
"""From so many uses of one kind on an entry takes no more."""

_UNUSABLE = GrantMap.GNTMAP_device_map | GrantMap.GNTMAP_application_map | GrantMap.GNTMAP_contains_pte


class GrantTable:
    """The grant table of ``owner``. It keeps nothing itself: it may be made wherever it is needed."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Domain) -> None:
        self._owner = owner

    @property
    def state(self) -> GrantTableState:
        """What a snapshot keeps: it is part of the domain's."""
        return self._owner.state.grants

    # -- The frames ---------------------------------------------------------------------------------------------

    def grow(self, count: int) -> None:
        """Have at least ``count`` frames, up to MAX_FRAMES."""
        while len(self.state.frames) < count:
            self.state.frames.append(self._owner.p2m.share_xen_page())

    def frame(self, index: int) -> int | None:
        """The mfn of a frame, which is made if there may be so many; else None."""
        if index >= MAX_FRAMES:
            return None
        self.grow(index + 1)
        return self.state.frames[index]

    def gfn(self, index: int) -> int | None:
        """Where the guest has a frame, as far as Xen knows."""
        if self._owner.release.strict_physmap:
            return self._owner.p2m.state.owned.xen_pages[self.state.frames[index]]
        return self.state.placed.get(index)

    @property
    def entries(self) -> int:
        """How many references there are."""
        return len(self.state.frames) * ENTRIES_PER_FRAME

    def entry_maddr(self, reference: int) -> int:
        """Where the entry of a reference is in machine memory."""
        frame, index = divmod(reference, ENTRIES_PER_FRAME)
        return (self.state.frames[frame] << PAGE_SHIFT) + index * GRANT_ENTRY_V1.size

    def swap(self, one: int, other: int) -> int:
        """Exchange two entries of which none is in use (GNTTABOP_swap_grant_ref)."""
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
        """Let domain ``user`` use an entry once more, and hold its page; or the error, which is negative."""
        if reference >= self.entries:
            return GrantStatus.GNTST_bad_gntref
        active = self.state.active.get(reference)
        if active is not None and (
            active.domain != user or (active.readers if readonly else active.writers) >= MOST_PINS
        ):
            return GrantStatus.GNTST_general_error
        if active is None or (not readonly and not active.writers):
            failed = self._set_status(reference, user, readonly=readonly, mapping=mapping, pinned=active is not None)
            if failed:
                return failed
        if active is None:
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

    def release(self, reference: int, *, readonly: bool) -> None:
        """End one use of an entry. The page's reference is the caller's to drop."""
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
        """Tell the guest that an entry is in use, if it allows that (``_set_status_v1``)."""
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
        """Tell the guest of the end of a use, if it was the last of its kind (``reduce_status_for_pin``)."""
        active = self.state.active.get(reference)
        clear = 0 if active is not None and active.pinned else int(GrantFlag.GTF_reading)
        if not readonly and (active is None or not active.writers):
            clear |= GrantFlag.GTF_writing
        self._owner.memory.write_u64(self.entry_maddr(reference), self._entry_word(reference) & ~clear)

    # -- What it uses of others ---------------------------------------------------------------------------------

    def map(self, vcpu: int, host_address: int, flags: int, reference: int, number: int) -> tuple[int, int, int]:
        """Map an entry of domain ``number``: (status, handle, machine address), the last two only if that is okay."""
        if not flags & (GrantMap.GNTMAP_host_map | GrantMap.GNTMAP_device_map):
            return GrantStatus.GNTST_bad_gntref, 0, 0
        if flags & _UNUSABLE:
            return GrantStatus.GNTST_general_error, 0, 0
        lender = self._owner.all_domains.get(number)
        if lender is None:
            return GrantStatus.GNTST_bad_domain, 0, 0
        if not may_share(self._owner, self._owner, lender):
            return GrantStatus.GNTST_permission_denied, 0, 0
        handle = self._take_handle(vcpu)
        if handle is None:
            strict = self._owner.release.strict_physmap
            return GrantStatus.GNTST_no_space if strict else GrantStatus.GNTST_no_device_space, 0, 0
        status, mfn = self._map(handle, host_address, flags, reference, lender)
        if status:
            self.state.free_handles[vcpu].append(handle)
        return status, handle, mfn << PAGE_SHIFT

    def _map(self, handle: int, host_address: int, flags: int, reference: int, lender: Domain) -> tuple[int, int]:
        readonly = bool(flags & GrantMap.GNTMAP_readonly)
        active = GrantTable(lender).acquire(reference, self._owner.number, readonly=readonly, mapping=True)
        if isinstance(active, int):
            return active, 0
        gfn = host_address >> PAGE_SHIFT
        kind = P2mType.GRANT_MAP_RO if readonly else P2mType.GRANT_MAP_RW
        other_bits = flags & ~(GrantMap.GNTMAP_readonly | GrantMap.GNTMAP_host_map)
        if other_bits or self._owner.p2m.set_entry(gfn, active.mfn, kind):
            GrantTable(lender).release(reference, readonly=readonly)
            self._owner.frames.put(active.mfn)
            return GrantStatus.GNTST_general_error, 0
        self.state.maptrack[handle] = GrantMapping(lender.number, reference, flags, gfn, active.mfn)
        return GrantStatus.GNTST_okay, active.mfn

    def unmap(self, vcpu: int, host_address: int, handle: int, new_address: int = 0) -> int:
        """End a mapping; the status. With ``host_address`` 0 nothing is unmapped, and that is okay."""
        mapping = self.state.maptrack.get(handle)
        if mapping is None:
            return GrantStatus.GNTST_bad_handle
        if not host_address:
            return GrantStatus.GNTST_okay
        p2m = self._owner.p2m
        gfn = host_address >> PAGE_SHIFT
        strict = self._owner.release.strict_physmap
        if new_address or p2m.remove(gfn, mapping.mfn if strict else None):
            return GrantStatus.GNTST_general_error
        self._forget(handle, mapping)
        self.state.free_handles.setdefault(vcpu, []).append(handle)
        return GrantStatus.GNTST_okay

    def _forget(self, handle: int, mapping: GrantMapping) -> None:
        """End the use of a mapping's entry. A page that is still mapped, for Xen believes the guest, stays held."""
        del self.state.maptrack[handle]
        lender = self._owner.all_domains.get(mapping.domain)
        if lender is not None and mapping.reference in GrantTable(lender).state.active:  # not destroyed
            GrantTable(lender).release(mapping.reference, readonly=bool(mapping.flags & GrantMap.GNTMAP_readonly))
        entry = self._owner.p2m.lookup(mapping.gfn)
        if entry is not None and entry.mfn == mapping.mfn and not self._is_mapped(mapping):
            self._owner.p2m.keep(mapping.gfn, mapping.mfn)
        else:
            self._owner.frames.put(mapping.mfn)

    def _is_mapped(self, mapping: GrantMapping) -> bool:
        """Whether another handle stands for the same page in the same place."""
        return any((each.gfn, each.mfn) == (mapping.gfn, mapping.mfn) for each in self.state.maptrack.values())

    def maps(self, mfn: int) -> bool:
        """Whether any handle is for this page."""
        return any(mapping.mfn == mfn for mapping in self.state.maptrack.values())

    def _take_handle(self, vcpu: int) -> int | None:
        """A free handle (``get_maptrack_handle``): each vCPU has a list of its own, and always keeps one in it."""
        free = self.state.free_handles.setdefault(vcpu, [])
        if len(free) > 1:
            return free.pop(0)
        if self.state.handles < MAX_MAPTRACK_FRAMES * HANDLES_PER_FRAME:
            first = self.state.handles
            self.state.handles += HANDLES_PER_FRAME
            free[:0] = range(first + 1, self.state.handles)
            return first
        return next((other.pop(0) for other in self.state.free_handles.values() if len(other) > 1), None)

    def destroy(self) -> None:
        """End all mappings, at the domain's end (``gnttab_release_mappings``)."""
        for handle, mapping in list(self.state.maptrack.items()):
            self._forget(handle, mapping)
        self._owner.state.grants = GrantTableState()


def may_share(current: Domain, one: Domain, other: Domain) -> bool:
    """Whether two domains may share memory at ``current``'s wish: Xen/Arm's default, XSM SILO, wants dom0 in it."""
    return one is other or any(domain.privileged for domain in (current, one, other))
