/*
 * Runstate areas of another vCPU: registered for it in each of its possible states, and by it.  Claim 6: in whose
 * tables is the address looked up?  During the call in the caller's, at a switch in those of the switched vCPU.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define NAP_MS          3

    page    other_pg_dir                // vCPU 1's lower half for a while: second_page is at LOWER_VA
    page    other_level2
    page    other_level3
    .bss
    .balign 8
second_result:
    .space  8

/* Starts vCPU 1, which calls \what and switches itself off when that returns. */
.macro second_does what:req
    mov     x0, #1
    address x1, \what
    bl      cpu_on
.endm
/* Registers the area at \va for vCPU 1; x0 = the result. */
.macro register_for_second va:req
    ldr     x0, =\va
    mov     x1, #1
    bl      register_area
.endm
/* Reports the result and the state that an area for vCPU 1 is filled with now. */
.macro state_rule id:req
    bl      fill_pages
    register_for_second AREA_VA
    rule    "\id"
    say     "result", x0
    address x0, first_page
    ldr     w1, [x0, #vcpu_runstate_info_state]
    say     "state", x1
    end_rule
.endm

    .text
/* The functions that vCPU 1 may call. */
nothing:
    ret
nap:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #NAP_MS
    bl      arm_timer
    wfi
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret
nap_under_other_tables:
    address x0, other_pg_dir
    mov     x9, x30
    bl      virt_to_phys
    msr     ttbr0_el1, x0
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    mov     x30, x9
    b       nap
register_its_own:
    ldr     x0, =AREA_VA
    mov     x1, #1
    b       register_and_say
register_for_first:
    ldr     x0, =NEXT_VA
    mov     x1, #0
register_and_say:
    stp     x29, x30, [sp, #-16]!
    bl      register_area
    address x1, second_result
    str     x0, [x1]
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* Waits until vCPU 1 must be off, whatever it does. */
let_it_end:
    stp     x19, x30, [sp, #-16]!
    mov     x19, #(NAP_MS + 1)
1:  bl      wait
    subs    x19, x19, #1
    b.ne    1b
    ldp     x19, x30, [sp], #16
    ret

kernel_main:
    bl      boot_mmu
    bl      second_vcpu
    cbz     x0, power_off
    map     AREA_VA, first_page, KERNEL_DATA
    map     NEXT_VA, second_page, KERNEL_DATA
    map     LOWER_VA, first_page, KERNEL_DATA + DESC_NG

    // vCPU 1 was never up.
    bl      fill_pages
    register_for_second AREA_VA
    rule    "RST-140"
    say     "result", x0
    say_overwritten "filled"
    end_rule
    address x19, first_page
    ldr     x20, [x19, #vcpu_runstate_info_state_entry_time]
    ldr     x21, [x19, #vcpu_runstate_info_time + RUNSTATE_offline * 8]
    bl      wait
    state_rule "RST-141"
    rule    "RST-142"
    ldr     x0, [x19, #vcpu_runstate_info_state_entry_time]
    ldr     x1, [x19, #vcpu_runstate_info_time + RUNSTATE_offline * 8]
    sub     x0, x0, x20
    sub     x1, x1, x21
    say_yes_no "entry_time_moved", x0
    say_yes_no "offline_grew", x1
    end_rule
    bl      fill_pages
    register_for_second AREA_VA + 4
    rule    "RST-143"
    say     "result", x0
    say_overwritten "filled"
    end_rule

    // It starts with the area that it has, waits for the CPU, then for the timer, then is off.
    register_for_second AREA_VA
    bl      fill_pages
    second_does nap
    rule    "RST-144"
    bl      wait
    say_overwritten "written"
    end_rule
    bl      let_it_end
    second_does nap
    state_rule "RST-145"
    bl      wait
    state_rule "RST-146"
    bl      let_it_end
    state_rule "RST-147"

    // It registers an area, goes off, and is started again.
    second_does register_its_own
    bl      let_it_end
    bl      fill_pages
    second_does nothing
    bl      wait
    rule    "RST-148"
    address x0, second_result
    ldr     x1, [x0]
    say     "result", x1
    say_overwritten "written"
    end_rule

    // The caller has first_page at the address, vCPU 1 has second_page.
    add_table other_pg_dir, 0, other_level2
    add_table other_level2, LOWER_VA >> 21, other_level3
    address x0, second_page
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA + DESC_NG
    orr     x0, x0, x1
    address x1, other_level3
    str     x0, [x1, #(((LOWER_VA >> 12) & 511) * 8)]
    dsb     ishst
    bl      fill_pages
    register_for_second LOWER_VA
    rule    "RST-149"
    say_overwritten "filled_by_mine"
    bl      fill_pages
    second_does nap_under_other_tables
    bl      let_it_end
    address x0, second_page
    bl      bytes_overwritten
    say     "written_by_its", x0
    end_rule

    // vCPU 0 has an area; vCPU 1 registers another one for it; both share one; vCPU 1's is unregistered.
    register AREA_VA
    second_does register_for_first
    bl      let_it_end
    bl      fill_pages
    bl      wait
    rule    "RST-150"
    address x0, second_result
    ldr     x1, [x0]
    say     "result", x1
    address x0, first_page
    bl      bytes_overwritten
    say     "former", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "new", x0
    end_rule
    register_for_second 0
    register AREA_VA
    second_does register_its_own
    bl      let_it_end
    bl      fill_pages
    bl      wait
    rule    "RST-151"
    say_overwritten "by_mine"
    unregister
    bl      fill_pages
    second_does nothing
    bl      wait
    say_overwritten "by_its"
    end_rule
    register_for_second 0
    rule    "RST-152"
    say     "result", x0
    bl      fill_pages
    second_does nothing
    bl      wait
    say_overwritten "written"
    end_rule
    b       power_off
    .ltorg

#include "lib/end.S"
