/*
 * The grant table itself: how many frames it has, where they are, which version; and what grant_table_op refuses.
 * MMU on.  This case maps no granted page.
 */
#include "include/conformance.h"
#include "include/grants.S"

#define NO_DOMAIN       0x7000
#define MAX_FRAMES      64

    .bss
    .balign 64
frames:
    .space  64

/* GNTTABOP_setup_table: the frame numbers go to `frames`, which are filled with 1 before. */
.macro setup domain:req, count:req, structures=1
    clear_structure
    address x9, frames
    mov     x10, #1
    stp     x10, x10, [x9]
    put64_reg gnttab_setup_table_frame_list, x9
    put16   gnttab_setup_table_dom, \domain
    put32   gnttab_setup_table_nr_frames, \count
    put16   gnttab_setup_table_status, 0x77
    grant   GNTTABOP_setup_table, \structures
.endm
.macro query domain:req, structures=1
    clear_structure
    put16   gnttab_query_size_dom, \domain
    put16   gnttab_query_size_status, 0x77
    grant   GNTTABOP_query_size, \structures
.endm
.macro report_status id:req, offset:req
    get16s  x1, \offset
    rule    "\id"
    say     "result", x0
    say     "status", x1
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    setup   DOMID_SELF, 1
    get16s  x1, gnttab_setup_table_status
    address x2, frames
    ldp     x3, x4, [x2]
    rule    "GNT-001"
    say     "result", x0
    say     "status", x1
    say     "first", x3                 // it is not mapped yet
    say     "second", x4
    end_rule
    bl      prepare_grants
    setup   DOMID_SELF, 1
    address x2, frames
    ldr     x19, [x2]
    frame_of x20, grant_table
    cmp     x19, x20
    cset    x0, eq
    report_yes_no "GNT-002", "where_it_was_put", x0
    setup   DOMID_SELF, (MAX_FRAMES + 1)
    report_status "GNT-003", gnttab_setup_table_status
    setup   DOMID_SELF, 1, 2
    report  "GNT-004", "result", x0
    setup   NO_DOMAIN, 1
    report_status "GNT-005", gnttab_setup_table_status
    clear_structure
    put16   gnttab_setup_table_dom, DOMID_SELF
    put32   gnttab_setup_table_nr_frames, 1
    put64   gnttab_setup_table_frame_list, NOWHERE
    grant   GNTTABOP_setup_table
    report_status "GNT-006", gnttab_setup_table_status
    bl      sizes
    bl      other_domains
    b       power_off
    .ltorg

sizes:
    str     x30, [sp, #-16]!
    query   DOMID_SELF
    get16s  x1, gnttab_query_size_status
    get32   x2, gnttab_query_size_nr_frames
    get32   x3, gnttab_query_size_max_nr_frames
    rule    "GNT-007"
    say     "result", x0
    say     "status", x1
    say     "frames", x2
    say     "most", x3
    end_rule
    setup   DOMID_SELF, 2
    query   DOMID_SELF
    get32   x2, gnttab_query_size_nr_frames
    report  "GNT-008", "frames", x2
    query   DOMID_SELF, 2
    report  "GNT-009", "result", x0
    query   NO_DOMAIN
    report_status "GNT-010", gnttab_query_size_status
    ldr     x30, [sp], #16
    ret
    .ltorg

other_domains:
    str     x30, [sp, #-16]!
    query   0
    report_status "GNT-011", gnttab_query_size_status
    setup   0, 1
    report_status "GNT-012", gnttab_setup_table_status
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
