/*
 * wfi_user: the defect of kpti.S, with one vCPU and deterministic.
 *
 * A vCPU that waits is switched out just like one that is preempted.  So one vCPU waits WAITS times with
 * WFI in user mode, behind the KPTI trampoline, and as many times in kernel mode; each time the virtual
 * timer wakes it.  Before and after each wait the kernel reads its runstate area.  (Armv8 lets EL0 execute
 * WFI if SCTLR_EL1.nTWI is set; under Xen it traps to EL2.  Interrupts stay masked all the time: a pending
 * interrupt ends a WFI even if it is masked.)
 */
#define KPTI
#include "lib/kernel.h"

#define WAITS           4
#define WAIT_MS         1

    .bss
    .balign 64
    .global runstate_area
runstate_area:
    .space  vcpu_runstate_info_size
copy:
    .space  vcpu_runstate_info_size

    user_code user_page
/* EL0, in the page at USER_TEXT_VA; the upper half has nothing but the trampoline. */
user_wait:
    wfi
    svc     #0
    user_code_end

    .text
kernel_main:
    bl      boot_mmu
    address x0, user_page
    bl      user_init
    address x0, runstate_area
    bl      runstate_register
    bl      runstate_enable_update_flag

    address x0, wait_in_user_mode
    bl      wait_repeatedly
    print   "wfi_user: user mode: "
    bl      report
    address x0, wait_in_kernel_mode
    bl      wait_repeatedly
    print   "wfi_user: kernel mode: "
    bl      report
    b       power_off

wait_in_user_mode:
    address x0, user_wait
    b       call_user
wait_in_kernel_mode:
    wfi
    ret

/* x20 of WAITS waits lasted until their time; in x21 of them Xen wrote to the area. */
report:
    stp     x29, x30, [sp, #-16]!
    print_unsigned x20
    print   " waits, area updated in "
    print_unsigned x21
    print   "\n"
    ldp     x29, x30, [sp], #16
    ret

/* WAITS calls of the function at x0, which waits for the timer once; results in x20 and x21. */
wait_repeatedly:
    stp     x29, x30, [sp, #-16]!
    mov     x19, x0
    mov     x20, #0
    mov     x21, #0
    mov     x22, #WAITS
1:  bl      read_entry_time
    mov     x23, x0                     // x23: when the vCPU's state last changed, by the area
    mov     x0, #WAIT_MS
    bl      arm_timer
    mov     x24, x0                     // x24: when the timer fires
    blr     x19
    read_counter x0
    cmp     x0, x24
    cinc    x20, x20, hs
    bl      read_entry_time
    cmp     x0, x23
    cinc    x21, x21, ne
    sub     x22, x22, #1
    cbnz    x22, 1b
    ldp     x29, x30, [sp], #16
    ret

/* x0 = state_entry_time of one consistent copy of the area. */
read_entry_time:
    stp     x29, x30, [sp, #-16]!
    address x0, runstate_area
    address x1, copy
    bl      runstate_read
    address x0, copy
    ldr     x0, [x0, #vcpu_runstate_info_state_entry_time]
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
