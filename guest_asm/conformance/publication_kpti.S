/*
 * Runstate areas under KPTI: in user mode only the trampoline is mapped in the kernel's half, so an area of the kernel
 * does not show what happens to the vCPU there.
 */
#define KPTI
#include "include/conformance.h"
#include "include/areas.S"

    user_code user_page
user_wfi:
    wfi
    svc     #0
    user_code_end

.macro publishes id:req, what:req
    bl      fill_pages
    bl      \what
    rule    "\id"
    say_overwritten "written"
    end_rule
.endm

    .text
wait_in_user_mode:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer
    address x0, user_wfi
    bl      call_user
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret

kernel_main:
    bl      boot_mmu
    address x0, user_page
    bl      user_init

    // The area is the kernel's: mapped in swapper_pg_dir, and not in the trampoline's directory.
    map     AREA_VA, first_page, KERNEL_DATA
    register AREA_VA
    publishes "PUB-020", wait
    publishes "PUB-021", wait_in_user_mode
    publishes "PUB-022", wait
    // It is unchanged: a reader in the kernel sees an old entry time, and no sign that it is old.
    address x19, first_page
    ldr     x20, [x19, #vcpu_runstate_info_state_entry_time]
    bl      wait_in_user_mode
    ldr     x0, [x19, #vcpu_runstate_info_state_entry_time]
    ldr     w1, [x19, #vcpu_runstate_info_state]
    rule    "PUB-023"
    sub     x2, x0, x20
    say_yes_no "later", x2
    say     "state", x1
    lsr     x0, x0, #63
    say_yes_no "flag", x0
    end_rule
    // An area across two pages, neither of which is mapped in user mode.
    map     NEXT_VA, second_page, KERNEL_DATA
    register AREA_VA + PAGE_SIZE - 8
    publishes "PUB-024", wait_in_user_mode

    // An area in the lower half is mapped in both modes, even if for the kernel only.
    map     LOWER_VA, first_page, KERNEL_DATA
    register LOWER_VA
    publishes "PUB-025", wait_in_user_mode
    // User mode may read and write the page, and reuses it: its data there is overwritten.
    register USER_DATA_VA
    address x0, user_data
    bl      fill_page
    bl      wait_in_user_mode
    address x0, user_data
    bl      bytes_overwritten
    report  "PUB-027", "written", x0
    b       power_off
    .ltorg

#include "lib/end.S"
