/*
 * Runstate areas by the memory behind them: Xen's own pages, the guest's own tables, and pages that the guest gives
 * back and gets again.
 */
#include "include/conformance.h"
#include "include/areas.S"
#include "include/shared_page.S"

#define REST            2048            /* in shared_info behind all that Xen uses */
#define PAST_40_BITS    (1 << 41)

    page    unused_table                // a table that leads to nothing in use

    .bss
    .balign 8
reservation:
    .space  xen_memory_reservation_size
reserved_frame:
    .space  8

/* memory_op \op of the page first_page: decrease_reservation gives it back, populate_physmap gets a page again. */
.macro reserve op:req
    mov     x3, #\op
    bl      reserve_first_page
.endm

    .text
/* Says how many bytes of the page at x19 a switch writes. */
.macro say_of_page key:req
    mov     x0, x19
    bl      fill_page
    bl      wait
    mov     x0, x19
    bl      bytes_overwritten
    say     "\key", x0
.endm

reserve_first_page:
    stp     x3, x30, [sp, #-16]!
    address x0, first_page
    bl      virt_to_phys
    lsr     x0, x0, #12
    address x2, reserved_frame
    str     x0, [x2]
    address x1, reservation
    stp     x2, xzr, [x1]
    mov     x0, #1
    str     x0, [x1, #xen_memory_reservation_nr_extents]
    str     wzr, [x1, #xen_memory_reservation_extent_order]
    mov     w0, #DOMID_SELF
    strh    w0, [x1, #xen_memory_reservation_domid]
    ldr     x0, [sp]
    hypercall HYPERVISOR_memory_op
    ldp     x3, x30, [sp], #16
    ret

kernel_main:
    bl      boot_mmu
    // shared_info, behind the part that Xen uses.
    bl      map_shared_info
    add     x19, x0, #REST
    register SHARED_VA + REST
    rule    "RST-160"
    say     "result", x0
    ldr     x0, [x19, #vcpu_runstate_info_state_entry_time]
    say_yes_no "filled", x0
    str     xzr, [x19, #vcpu_runstate_info_state_entry_time]
    bl      wait
    ldr     x0, [x19, #vcpu_runstate_info_state_entry_time]
    say_yes_no "written", x0
    end_rule
    unregister

    // An IPA beyond the domain's address size.
    describe AREA_VA, PAST_40_BITS + KERNEL_DATA
    area    "RST-161", AREA_VA

    // A page that is one of the guest's own tables.
    add_table swapper_pg_dir, 300, unused_table
    map     AREA_VA, unused_table, KERNEL_DATA
    register AREA_VA
    ldr     x19, =AREA_VA
    rule    "RST-162"
    say     "result", x0
    say_of_page "written"
    end_rule
    unregister

    // first_page is given back and populated again: before it is an area, and while it is one.
    map     AREA_VA, first_page, KERNEL_DATA
    reserve XENMEM_decrease_reservation
    register AREA_VA
    mov     x20, x0
    bl      wait
    reserve XENMEM_populate_physmap
    rule    "RST-163"
    say     "result", x20
    say     "pages", x0
    say_of_page "written"
    end_rule
    unregister
    register AREA_VA
    reserve XENMEM_decrease_reservation
    bl      wait
    reserve XENMEM_populate_physmap
    rule    "RST-164"
    say     "pages", x0
    cbz     x0, 1f
    say_of_page "written"
1:  end_rule
    b       power_off
    .ltorg

#include "lib/end.S"
