/*
 * xen_version, the commands that return numbers: the version, the features, the page size; and commands that do not
 * exist.
 */
#include "include/conformance.h"
#include "include/argument.S"

/* Reports one or two bits of the feature word in w20. */
.macro feature id:req, key:req, bit:req, key2, bit2
    rule    "\id"
    ubfx    x0, x20, #\bit, #1
    say_yes_no "\key", x0
    .ifnb \key2
    ubfx    x0, x20, #\bit2, #1
    say_yes_no "\key2", x0
    .endif
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    map_argument_alone

    // The version itself, and arguments that do not affect it.
    lay     0
    ask     HYPERVISOR_xen_version, XENVER_version
    mov     x19, x0
    written x20
    rule    "VER-001"
    say_hex "version", x19
    say     "written", x20
    end_rule
    ask     HYPERVISOR_xen_version, XENVER_version, UNMAPPED_VA
    cmp     x0, x19
    cset    x0, eq
    report_yes_no "VER-002", "same_version", x0
    ask     HYPERVISOR_xen_version, 0x100000000 + XENVER_version
    cmp     x0, x19
    cset    x0, eq
    report_yes_no "VER-003", "same_version", x0
    ask     HYPERVISOR_xen_version, 15
    report  "VER-004", "result", x0
    ask     HYPERVISOR_xen_version, -1, UNMAPPED_VA
    report  "VER-005", "result", x0

    // Submap 0 of the features, and others.
    lay     0x5a5a5a5a00000000
    ask     HYPERVISOR_xen_version, XENVER_get_features
    mov     x19, x0
    written x21
    address x20, argument
    ldr     w20, [x20, #xen_feature_info_submap]
    rule    "VER-006"
    say     "result", x19
    say     "written", x21
    end_rule
    feature "VER-007", "writable_page_tables", XENFEAT_writable_page_tables, "auto_translated", XENFEAT_auto_translated_physmap
    feature "VER-008", "dom0", XENFEAT_dom0
    feature "VER-009", "smccc", XENFEAT_ARM_SMCCC_supported, "memory_op_vnode", XENFEAT_memory_op_vnode_supported
    feature "VER-010", "direct_mapped", XENFEAT_direct_mapped, "not_direct_mapped", XENFEAT_not_direct_mapped
    feature "VER-011", "runstate_phys_area", XENFEAT_runstate_phys_area, "vcpu_time_phys_area", XENFEAT_vcpu_time_phys_area
    lay     1
    ask     HYPERVISOR_xen_version, XENVER_get_features
    mov     x19, x0
    written x20
    rule    "VER-012"
    say     "result", x19
    say     "written", x20
    end_rule
    // Xen uses only the index, but the whole structure must be readable.
    ask     HYPERVISOR_xen_version, XENVER_get_features, (ARGUMENT_END - 4)
    report  "VER-013", "result", x0

    // The page size takes no argument.
    ask     HYPERVISOR_xen_version, XENVER_pagesize, 0
    report  "VER-014", "bytes", x0
    ask     HYPERVISOR_xen_version, XENVER_pagesize, UNMAPPED_VA
    report  "VER-015", "result", x0
    b       power_off
    .ltorg

#include "lib/end.S"
