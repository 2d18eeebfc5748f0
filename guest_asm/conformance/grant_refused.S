/*
 * grant_table_op: versions, commands that are not for Arm, counts and pointers, and exchanging entries.
 * MMU on.  This case maps no granted page.
 */
#include "include/conformance.h"
#include "include/grants.S"

#define NO_DOMAIN       0x7000
#define NO_REFERENCE    0x40000000

.macro report_grant id:req, command:req, count=1
    grant   \command, \count
    report  "\id", "result", x0
.endm
.macro report_status id:req, offset:req
    get16s  x1, \offset
    rule    "\id"
    say     "result", x0
    say     "status", x1
    end_rule
.endm
.macro report_set_version id:req, version:req
    put32   0, \version
    grant   GNTTABOP_set_version
    get32   x1, 0
    rule    "\id"
    say     "result", x0
    say     "version", x1
    end_rule
.endm
.macro swap one:req, other:req
    clear_structure
    put32   gnttab_swap_grant_ref_ref_a, \one
    put32   gnttab_swap_grant_ref_ref_b, \other
    put16   gnttab_swap_grant_ref_status, 0x77
    grant   GNTTABOP_swap_grant_ref
.endm
.macro report_flush id:req, offset:req, length:req, operation:req, address=0
    clear_structure
    put64   gnttab_cache_flush_a, \address
    put16   gnttab_cache_flush_offset, \offset
    put16   gnttab_cache_flush_length, \length
    put32   gnttab_cache_flush_op, \operation
    report_grant "\id", GNTTABOP_cache_flush
.endm

    .text
kernel_main:
    bl      boot_mmu
    bl      prepare_grants
    put16   gnttab_get_version_dom, DOMID_SELF
    grant   GNTTABOP_get_version
    get32   x1, gnttab_get_version_version
    rule    "GNT-013"
    say     "result", x0
    say     "version", x1
    end_rule
    put16   gnttab_get_version_dom, NO_DOMAIN
    report_grant "GNT-014", GNTTABOP_get_version
    report_set_version "GNT-015", 1
    report_set_version "GNT-016", 2
    report_set_version "GNT-017", 3
    clear_structure
    put16   gnttab_get_status_frames_dom, DOMID_SELF
    put32   gnttab_get_status_frames_nr_frames, 1
    grant   GNTTABOP_get_status_frames
    report_status "GNT-018", gnttab_get_status_frames_status
    clear_structure
    frame_of x0, lent
    put64_reg gnttab_transfer_mfn, x0
    put16_reg gnttab_transfer_domid, w27
    grant   GNTTABOP_transfer
    report_status "GNT-019", gnttab_transfer_status
    clear_structure
    report_grant "GNT-020", GNTTABOP_dump_table
    report_grant "GNT-021", 99
    report_grant "GNT-022", (0x1000 + GNTTABOP_query_size)
    report_grant "GNT-023", GNTTABOP_swap_grant_ref, 0x80000000
    operation_at HYPERVISOR_grant_table_op, GNTTABOP_map_grant_ref, NOWHERE, 1
    report  "GNT-024", "result", x0
    operation_at HYPERVISOR_grant_table_op, (0x100000000 + GNTTABOP_map_grant_ref), NOWHERE, 0x100000000
    report  "GNT-025", "result", x0
    bl      swaps
    bl      flushes
    b       power_off
    .ltorg

swaps:
    str     x30, [sp, #-16]!
    grant_entry 30, GTF_permit_access, lent
    swap    30, 31
    mov     x3, x0
    get16s  x4, gnttab_swap_grant_ref_status
    grant_flags x1, 30
    grant_flags x2, 31
    rule    "GNT-026"
    say     "result", x3
    say     "status", x4
    say     "from", x1
    say     "to", x2
    end_rule
    swap    30, NO_REFERENCE
    report_status "GNT-027", gnttab_swap_grant_ref_status
    ldr     x30, [sp], #16
    ret
    .ltorg

flushes:
    str     x30, [sp, #-16]!
    report_flush "GNT-028", 4000, 200, GNTTAB_CACHE_CLEAN
    report_flush "GNT-029", 0, 8, 4
    report_flush "GNT-030", 0, 0, GNTTAB_CACHE_CLEAN
    report_flush "GNT-031", 0, 8, GNTTAB_CACHE_CLEAN, 0x100000000000
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
