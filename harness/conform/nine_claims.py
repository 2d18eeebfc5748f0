"""The nine claims that the 2020 patch series and its review make about the runstate area.

For claims 7 and 8, a file beside the kernel gives the order of two CPUs' steps.
"""

from collections.abc import Mapping

from harness.conform.claims import Claim, ClaimVerdict, VerdictRule

_RELEASES = ("xen-4.14", "xen-4.17", "xen-4.20")


def _expect(
    *, releases: ClaimVerdict, vmap: ClaimVerdict, vmap_wmb: ClaimVerdict, phys: ClaimVerdict
) -> Mapping[str, ClaimVerdict]:
    return {**dict.fromkeys(_RELEASES, releases), "vmap": vmap, "vmap-wmb": vmap_wmb, "phys": phys}


def _holds(words: str, *patterns: str) -> VerdictRule:
    return VerdictRule(ClaimVerdict.HOLDS, words, patterns)


def _does_not_hold(words: str, *patterns: str) -> VerdictRule:
    return VerdictRule(ClaimVerdict.DOES_NOT_HOLD, words, patterns)


def _does_not_apply(words: str, *patterns: str) -> VerdictRule:
    return VerdictRule(ClaimVerdict.DOES_NOT_APPLY, words, patterns)


_YES, _NO, _NOT_APPLICABLE = ClaimVerdict.HOLDS, ClaimVerdict.DOES_NOT_HOLD, ClaimVerdict.DOES_NOT_APPLY

CLAIMS = {
    claim.number: claim
    for claim in (
        Claim(
            1,
            "Where user space reuses the area's address, Xen writes over user memory",
            "1_user_reuse",
            (
                _holds("the process lost memory", r"^user memory overwritten: [1-9]"),
                _does_not_hold("the kernel's page is updated", r"^user memory overwritten: 0", r"meanwhile: yes$"),
            ),
            _expect(releases=_YES, vmap=_NO, vmap_wmb=_NO, phys=_NO),
        ),
        Claim(
            2,
            "Between break and make of the guest's entry, updates are lost",
            "2_break_before_make",
            (
                _holds("lost", r"between break and make: (\d+), area updated in (?!\1$)", r"valid entry: (\d+),.* \1$"),
                _does_not_hold("none is lost", r"between break and make: (\d+), area updated in \1$"),
            ),
            _expect(releases=_YES, vmap=_NO, vmap_wmb=_NO, phys=_NO),
        ),
        Claim(
            3,
            "So stolen time is wrong and memory is corrupted, at random",
            "3_stolen_time",
            (
                _holds("both", r"^error of the stolen time: -?[1-9]", r"^memory of B overwritten: [1-9]"),
                _holds("the time only", r"^error of the stolen time: -?[1-9]"),
                _holds("the memory only", r"^memory of B overwritten: [1-9]"),
                _does_not_hold("neither", r"^error of the stolen time: 0 ", r"^memory of B overwritten: 0 "),
            ),
            _expect(releases=_YES, vmap=_NO, vmap_wmb=_NO, phys=_NO),
            vcpus=2,
        ),
        Claim(
            4,
            "A stable ABI is broken: addresses that were accepted are refused",
            "4_abi_break",
            (
                _holds(
                    "-EINVAL where 0 was", r"^refused only for the address: [1-9]", r"^not mapped: ", r"^read-only: "
                ),
                _does_not_hold("all are accepted", r"^refused only for the address: 0$"),
            ),
            _expect(releases=_NO, vmap=_YES, vmap_wmb=_YES, phys=_NO),
        ),
        Claim(
            5,
            "After a remap Xen writes to the old page, until the guest registers again",
            "5_remap",
            (
                _does_not_apply(
                    "the guest registered memory and not an address",
                    r"^register by physical address: 0$",
                ),
                _holds(
                    "writes follow the page",
                    r"^after the remap: .* [1-9]\d*, of the new one 0 bytes",
                    r"^after registering again: .* 0, of the new one [1-9]",
                ),
                _does_not_hold("writes follow the address", r"^after the remap: .* 0, of the new one [1-9]"),
            ),
            _expect(releases=_NO, vmap=_YES, vmap_wmb=_YES, phys=_NOT_APPLICABLE),
        ),
        Claim(
            6,
            "It is unclear whose address it is, the current vCPU's or the target's",
            "6_whose_address",
            (
                _does_not_hold(
                    "it means the same to both",
                    r"^vCPU 1 is on: register by physical address: 0$",
                    r"^at switches: caller's [1-9]\d*, target's 0,",
                ),
                _holds(
                    "the caller's in the hypercall, the target's at switches",
                    r"^filled: caller's [1-9]\d*, target's 0,",
                    r"^at switches: caller's 0, target's [1-9]",
                ),
                _holds(
                    "neither's: refused, and the target has lost the area of its own",
                    r"^vCPU 1 is on: .*: -22$",
                    r"^at switches: caller's 0, target's 0, target's own area 0 ",
                ),
            ),
            _expect(releases=_YES, vmap=_YES, vmap_wmb=_YES, phys=_NO),
            vcpus=2,
        ),
        Claim(
            7,
            "Without a barrier, new data is seen without the flag (order of steps from a file)",
            "7_missing_barrier",
            (
                _holds("torn snapshots pass the reader's checks", r"^torn snapshots taken for good: [1-9]"),
                _does_not_hold(
                    "the flag is seen before the data",
                    r"^torn snapshots taken for good: 0$",
                    r"^times that the flag was seen set: [1-9]",
                ),
                _does_not_apply("no update was met half-way: run it with its order", r"^torn snapshots .*: 0$"),
            ),
            _expect(releases=_NO, vmap=_YES, vmap_wmb=_NO, phys=_NO),
            vcpus=2,
            pcpus=2,
            ordered=True,
        ),
        Claim(
            8,
            "The flag can be left in Xen's own copy, and accounting stands still (order of steps from a file)",
            "8_own_copy",
            (
                _does_not_apply("no update was met half-way: run it with its order", r"during an update: no$"),
                _holds("frozen", r"^assist off: flag left in the area: yes$", r"^its times grow in three waits: no$"),
                _does_not_hold(
                    "the flag is in the area only",
                    r"^assist off: flag left in the area: no$",
                    r"^its times grow in three waits: yes$",
                ),
            ),
            _expect(releases=_NO, vmap=_YES, vmap_wmb=_YES, phys=_NO),
            vcpus=2,
            pcpus=2,
            ordered=True,
        ),
        Claim(
            9,
            "An area across pages is mapped as one, wherever in memory its pages are",
            "9_page_crossing",
            (
                _does_not_apply("such an area is refused", r"^register by .*: -\d+$"),
                _holds(
                    "one mapping, written whole even when the guest has unmapped a page",
                    r"^second page mapped: .* 24, of the second 24 bytes",
                    r"^second page not mapped: .* 24, of the second 24 bytes",
                ),
                _does_not_hold(
                    "walked page by page: half an update when the guest has unmapped one",
                    r"^second page mapped: .* 24, of the second 24 bytes",
                    r"^second page not mapped: .* 24, of the second 0 bytes",
                ),
            ),
            _expect(releases=_NO, vmap=_YES, vmap_wmb=_YES, phys=_NOT_APPLICABLE),
        ),
    )
}
"""The claims by number."""
