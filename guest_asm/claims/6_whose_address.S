/*
 * Claim 6: is the address one of the current vCPU's, or of the vCPU that it is registered for?
 *
 * Two vCPUs have different tables: at AREA_VA each has its own page, "caller" is vCPU 0's and "target" is
 * vCPU 1's.  vCPU 0 registers that address for vCPU 1, first while vCPU 1 is off, then while it runs and
 * has registered its own area, at an address that both tables map to the same page.  Which page is filled
 * in the hypercall, which one is written when vCPU 1 is switched, and what happens to its own area?
 */
#define NR_CPUS 2
#include "claim.h"
#include "process.S"

#define WAITS           2

    page    caller_page
    page    target_page
    page    own_page                    // what vCPU 1 registers itself

    .bss
    .balign 64
turn:                                   // which vCPU may go on
    .space  8

    .text
kernel_main:
    bl      boot_mmu
    address x0, caller_page
    bl      map_kernel_area
    address x0, target_page
    bl      make_process

    bl      fill_pages
    print   "claim 6: vCPU 1 is off: "
    bl      register_for_vcpu_1
    print   "claim 6: filled: "
    bl      report

    mov     x0, #1
    address x1, other_vcpu
    bl      cpu_on
    bl      let_vcpu_1_run              // it registers its own, and waits
    print   "claim 6: at switches, with an area of vCPU 1's own: "
    bl      report

    bl      fill_pages
    print   "claim 6: vCPU 1 is on: "
    bl      register_for_vcpu_1
    print   "claim 6: filled: "
    bl      report
    bl      fill_pages
    bl      let_vcpu_1_run              // it waits
    print   "claim 6: at switches: "
    bl      report
    b       power_off

register_for_vcpu_1:
    mov     x0, #AREA_VA
    address x1, caller_page
    mov     x2, #1
    b       register_area

/* Returns when vCPU 1 has had its turn. */
let_vcpu_1_run:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #1
    bl      pass_turn_to
1:  bl      wait
    address x0, turn
    ldar    x0, [x0]
    cbnz    x0, 1b
    ldp     x29, x30, [sp], #16
    ret

/* vCPU 1: registers its own area in its first turn, and waits WAITS times in each. */
other_vcpu:
    address x0, process_pg_dir
    bl      use_tables
    bl      spin_until_turn
    bl      fill_pages
    print   "claim 6: vCPU 1 itself: "
    address x0, own_page
    mov     x1, x0
    mov     x2, #1
    bl      register_area
1:  mov     x19, #WAITS
2:  bl      wait
    subs    x19, x19, #1
    b.ne    2b
    mov     x0, #0
    bl      pass_turn_to
    bl      spin_until_turn
    b       1b

/* A vCPU that sees its turn also sees everything that was written before. */
pass_turn_to:
    address x1, turn
    stlr    x0, [x1]
    ret

/*
 * vCPU 1, until it is its turn.  It spins and does not wait; otherwise it could be woken and switched in
 * while vCPU 0 checks the effect of the hypercall alone.
 */
spin_until_turn:
    address x1, turn
1:  ldar    x0, [x1]
    cbz     x0, 1b
    ret

fill_pages:
    stp     x29, x30, [sp, #-16]!
    address x0, caller_page
    bl      fill_page
    address x0, target_page
    bl      fill_page
    address x0, own_page
    bl      fill_page
    ldp     x29, x30, [sp], #16
    ret

/* Ends the line with how much of each page was overwritten since it was filled. */
report:
    stp     x29, x30, [sp, #-16]!
    address x0, caller_page
    bl      bytes_overwritten
    mov     x20, x0
    address x0, target_page
    bl      bytes_overwritten
    mov     x21, x0
    address x0, own_page
    bl      bytes_overwritten
    mov     x22, x0
    print   "caller's "
    print_unsigned x20
    print   ", target's "
    print_unsigned x21
    print   ", target's own area "
    print_unsigned x22
    print   " bytes\n"
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
