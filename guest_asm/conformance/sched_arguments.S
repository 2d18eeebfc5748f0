/*
 * sched_op's commands and their arguments: which exist, which cannot be read, who may call; and the watchdogs.
 * MMU on throughout.  Nothing here waits, and no domain is shut down before the end.
 */
#include "include/conformance.h"
#include "include/structure.S"

#define NO_DOMAIN       0x7000
#define NO_PCPU         1000
#define HOUR            3600            /* s */

.macro sched command:req
    operation HYPERVISOR_sched_op, \command
.endm
/* sched_op(command, an address that is not mapped). */
.macro sched_nowhere id:req, command:req
    operation_at HYPERVISOR_sched_op, \command, NOWHERE
    report  "\id", "result", x0
.endm
/* SCHEDOP_watchdog {id, timeout}, struct sched_watchdog. */
.macro watchdog id:req, timeout:req
    put32   0, \id
    put32   4, \timeout
    sched   SCHEDOP_watchdog
.endm
/* SCHEDOP_pin_override {pcpu}, struct sched_pin_override. */
.macro pin pcpu:req
    put32   0, \pcpu
    sched   SCHEDOP_pin_override
.endm

    .text
kernel_main:
    bl      boot_mmu
    sched_nowhere "SCH-001", SCHEDOP_yield
    sched_nowhere "SCH-002", 0x100000000 + SCHEDOP_yield
    sched_nowhere "SCH-003", 8
    sched_nowhere "SCH-004", SCHEDOP_shutdown
    sched_nowhere "SCH-005", SCHEDOP_poll
    sched_nowhere "SCH-006", SCHEDOP_remote_shutdown
    sched_nowhere "SCH-007", SCHEDOP_shutdown_code
    sched_nowhere "SCH-008", SCHEDOP_watchdog
    sched_nowhere "SCH-009", SCHEDOP_pin_override

    clear_structure
    put32   0, NO_DOMAIN                // struct sched_remote_shutdown: domain_id, reason
    sched   SCHEDOP_remote_shutdown
    report  "SCH-010", "result", x0
    bl      watchdogs
    bl      pins
    b       power_off
    .ltorg

watchdogs:
    str     x30, [sp, #-16]!
    watchdog 0, HOUR
    mov     x19, x0
    watchdog 0, HOUR
    rule    "SCH-011"                   // the IDs of the first two
    say     "first", x19
    say     "second", x0
    end_rule
    watchdog 0, HOUR
    report  "SCH-012", "result", x0
    watchdog 1, HOUR                    // again, before it fires
    report  "SCH-013", "result", x0
    watchdog 1, 0
    mov     x19, x0
    watchdog 1, HOUR
    rule    "SCH-014"
    say     "stop_result", x19
    say     "again_result", x0
    end_rule
    watchdog 3, HOUR
    report  "SCH-015", "result", x0
    watchdog 0, HOUR
    report  "SCH-016", "first", x0      // the free one
    watchdog 1, 0
    watchdog 2, 0
    ldr     x30, [sp], #16
    ret
    .ltorg

pins:
    str     x30, [sp, #-16]!
    pin     0
    report  "SCH-017", "result", x0
    pin     0
    report  "SCH-018", "result", x0
    pin     NO_PCPU
    report  "SCH-019", "result", x0
    pin     -1
    mov     x19, x0
    pin     -1
    rule    "SCH-020"
    say     "result", x19
    say     "again_result", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
