/*
 * Pages that the domain grants to itself and maps elsewhere: what the grant table's entries say meanwhile, what
 * cannot be mapped, and lists that fail in part.  MMU on.  An unmapped place is a hole, which is not accessed.
 */
#include "include/conformance.h"
#include "include/grants.S"

#define PATTERN         0x0123456789abcdef
#define NO_REFERENCE    0x100000
#define NO_DOMAIN       0x7000
#define NO_HANDLE       1234
#define NO_FRAME        0x7ffff

    page    place
    page    other_place
    page    edge
    page    beyond

/* GNTTABOP_map_grant_ref: the entry at `at` bytes of the structure. */
.macro put_map reference:req, flags:req, label:req, at=0
    address x0, \label
    bl      virt_to_phys
    put64_reg (\at + gnttab_map_grant_ref_host_addr), x0
    put32   (\at + gnttab_map_grant_ref_flags), \flags
    put32   (\at + gnttab_map_grant_ref_ref), \reference
    put16_reg (\at + gnttab_map_grant_ref_dom), w27
    put16   (\at + gnttab_map_grant_ref_status), 0x77
.endm
.macro map reference:req, flags:req, label:req
    clear_structure
    put_map \reference, \flags, \label
    grant   GNTTABOP_map_grant_ref
.endm
.macro say_mapped id:req
    get16s  x1, gnttab_map_grant_ref_status
    rule    "\id"
    say     "result", x0
    say     "status", x1
.endm
.macro report_map id:req, reference:req, flags:req
    map     \reference, \flags, place
    say_mapped "\id"
    end_rule
.endm
.macro unmap label:req, handle:req
    clear_structure
    address x0, \label
    bl      virt_to_phys
    put64_reg gnttab_unmap_grant_ref_host_addr, x0
    put32_reg gnttab_unmap_grant_ref_handle, \handle
    put16   gnttab_unmap_grant_ref_status, 0x77
    grant   GNTTABOP_unmap_grant_ref
.endm
.macro report_unmap id:req, label:req, handle:req
    unmap   \label, \handle
    get16s  x1, gnttab_unmap_grant_ref_status
    rule    "\id"
    say     "result", x0
    say     "status", x1
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    bl      prepare_grants
    bl      what_cannot_be_mapped
    bl      map_and_look
    bl      unmap_and_look
    bl      lists
    b       power_off
    .ltorg

what_cannot_be_mapped:
    str     x30, [sp, #-16]!
    report_map "GNT-032", 8, GNTMAP_host_map        // nothing is granted
    report_map "GNT-033", NO_REFERENCE, GNTMAP_host_map
    grant_entry 8, GTF_permit_access, lent
    report_map "GNT-034", 8, 0
    report_map "GNT-035", 8, (GNTMAP_host_map + GNTMAP_contains_pte)
    mov     w20, w27
    mov     w27, #NO_DOMAIN
    report_map "GNT-036", 8, GNTMAP_host_map
    mov     w27, #DOMID_SELF
    report_map "GNT-037", 8, GNTMAP_host_map
    mov     w27, w20
    add     w20, w27, #3                // another domain
    grant_entry 9, GTF_permit_access, lent, w20
    report_map "GNT-038", 9, GNTMAP_host_map
    grant_entry 9, (GTF_permit_access + GTF_sub_page), lent
    report_map "GNT-039", 9, GNTMAP_host_map
    ldr     w20, =NO_FRAME
    grant_entry_of_frame 9, GTF_permit_access, w20
    report_map "GNT-040", 9, GNTMAP_host_map
    grant_entry 9, (GTF_permit_access + GTF_readonly), lent
    report_map "GNT-041", 9, GNTMAP_host_map
    ldr     x30, [sp], #16
    ret
    .ltorg

map_and_look:
    str     x30, [sp, #-16]!
    map     8, GNTMAP_host_map, place
    get32   x23, gnttab_map_grant_ref_handle        // x23: the handle of place
    say_mapped "GNT-042"
    end_rule
    grant_flags x0, 8
    report_hex "GNT-043", "flags", x0
    ldr     x1, =PATTERN
    address x0, place
    str     x1, [x0, #8]
    address x0, lent
    ldr     x2, [x0, #8]
    cmp     x1, x2
    cset    x0, eq
    report_yes_no "GNT-044", "same_page", x0
    map     9, (GNTMAP_host_map + GNTMAP_readonly), other_place
    grant_flags x2, 9
    say_mapped "GNT-045"
    say_hex "flags", x2
    end_rule
    clear_structure
    put32   gnttab_swap_grant_ref_ref_a, 8
    put32   gnttab_swap_grant_ref_ref_b, 10
    grant   GNTTABOP_swap_grant_ref
    get16s  x1, gnttab_swap_grant_ref_status
    report  "GNT-046", "status", x1
    ldr     x30, [sp], #16
    ret
    .ltorg

unmap_and_look:
    str     x30, [sp, #-16]!
    mov     w24, #NO_HANDLE
    report_unmap "GNT-047", place, w24
    clear_structure                     // no address
    put32_reg gnttab_unmap_grant_ref_handle, w23
    put16   gnttab_unmap_grant_ref_status, 0x77
    grant   GNTTABOP_unmap_grant_ref
    get16s  x1, gnttab_unmap_grant_ref_status
    grant_flags x2, 8
    rule    "GNT-049"
    say     "status", x1
    say_hex "flags", x2
    end_rule
    unmap   place, w23
    get16s  x1, gnttab_unmap_grant_ref_status
    grant_flags x2, 8
    rule    "GNT-050"
    say     "status", x1
    say_hex "flags", x2
    end_rule
    report_unmap "GNT-051", place, w23
    map     8, GNTMAP_host_map, place
    get32   x23, gnttab_map_grant_ref_handle
    report_unmap "GNT-048", beyond, w23
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Two structures; then two of which the second is on a page that is not mapped. */
lists:
    str     x30, [sp, #-16]!
    clear_structure
    put_map NO_REFERENCE, GNTMAP_host_map, place
    put_map 8, GNTMAP_host_map, place, gnttab_map_grant_ref_size
    grant   GNTTABOP_map_grant_ref, 2
    get16s  x1, gnttab_map_grant_ref_status
    get16s  x2, (gnttab_map_grant_ref_size + gnttab_map_grant_ref_status)
    rule    "GNT-052"
    say     "result", x0
    say     "first", x1
    say     "second", x2
    end_rule
    address x0, beyond
    bl      unmap_page
    address x19, edge
    add     x19, x19, #(PAGE_SIZE - gnttab_map_grant_ref_size)
    mov     x20, #0x77
    strh    w20, [x19, #gnttab_map_grant_ref_status]
    mov     x0, #GNTTABOP_map_grant_ref
    mov     x1, x19
    mov     x2, #2
    hypercall HYPERVISOR_grant_table_op
    ldrsh   x1, [x19, #gnttab_map_grant_ref_status]
    rule    "GNT-053"
    say     "result", x0
    say     "first", x1
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
