/*
 * Registering the vcpu_info of a vCPU that is up: by another vCPU, and by itself.
 */
#include "include/conformance.h"
#include "include/shared_page.S"
#include "include/register_info.S"

#define INFO_OFFSET     64
#define NAP_MS          3

    .bss
    .balign 8
second_result:
    .space  8

    .text
/* vCPU 1 waits, then asks for a vcpu_info of its own. */
nap_then_register:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #NAP_MS
    bl      arm_timer
    wfi
    msr     cntv_ctl_el0, xzr
    register_info 2 * INFO_OFFSET, 1
    address x1, second_result
    str     x0, [x1]
    ldp     x29, x30, [sp], #16
    ret

kernel_main:
    bl      boot_mmu
    bl      second_vcpu
    cbz     x0, power_off
    bl      map_shared_info
    mov     x0, #1
    address x1, nap_then_register
    bl      cpu_on
    bl      wait
    register_info INFO_OFFSET, 1
    report  "VCI-030", "result", x0
    bl      wait
    bl      wait
    bl      wait
    address x0, second_result
    ldr     x0, [x0]
    report  "VCI-031", "result", x0
    // Where events for it show now.
    address x19, info_page
    stp     xzr, xzr, [x19, #INFO_OFFSET]
    stp     xzr, xzr, [x19, #(2 * INFO_OFFSET)]
    mov     x0, #1
    bl      bind_ipi
    mov     x1, x0
    mov     x0, #EVTCHNOP_send
    bl      port_op
    ldrb    w0, [x19, #INFO_OFFSET]
    ldrb    w1, [x19, #(2 * INFO_OFFSET)]
    rule    "VCI-032"
    say     "by_other", x0
    say     "by_itself", x1
    end_rule
    b       power_off
    .ltorg

#include "lib/end.S"
