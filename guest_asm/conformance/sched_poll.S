/*
 * SCHEDOP_poll: a wait for ports or for a time of Xen's clock, which changes nothing else in the guest.
 * MMU on.  A runstate area tells the time: the entry time of the vCPU, which was switched in a moment ago.
 */
#include "include/conformance.h"
#include "include/event_channels.S"
#include "include/stopwatch.S"

#define MOST_PORTS      128
#define WAIT_NS         (WAIT_MS * 1000000)
#define CLOSED_PORT     60
#define NO_PORT         9999999

    .bss
    .balign 64
area:
    .space  64
    .balign 8
ports:
    .space  (MOST_PORTS + 1) * 4
sending:                                // vCPU 1's port
    .space  8
polling:                                // vCPU 0 is about to poll
    .space  8

    .text
/*
 * x0 = the result of polling x0 ports of the list at `ports` until WAIT_MS from now, x1 = whether it took long.
 * Interrupts are masked, unless x1 is 0.
 */
poll:
    str     x30, [sp, #-32]!
    stp     x0, x1, [sp, #16]
    address x0, polling
    str     xzr, [x0]
    bl      wait
    ldp     x0, x1, [sp, #16]
    put32_reg sched_poll_nr_ports, w0
    address x0, ports
    put64_reg sched_poll_ports, x0
    address x0, area
    ldr     x0, [x0, #vcpu_runstate_info_state_entry_time]
    ldr     x2, =WAIT_NS
    add     x0, x0, x2
    put64_reg sched_poll_timeout, x0
    cbnz    x1, 1f
    msr     daifclr, #2
1:  mov     x0, #1
    address x2, polling
    str     x0, [x2]
    start_watch
    operation HYPERVISOR_sched_op, SCHEDOP_poll
    waited  x1
    ldr     x30, [sp], #32
    ret
    .ltorg

.macro set_ports first:req, second=wzr
    address x9, ports
    stp     \first, \second, [x9]
.endm
.macro report_poll id:req, count:req
    mov     x0, #\count
    mov     x1, #1
    bl      poll
    report_wait "\id"
.endm
.macro report_wait id:req
    rule    "\id"
    say     "result", x0
    say_yes_no "waited", x1
    end_rule
.endm

kernel_main:
    bl      boot_mmu
    address x0, area
    mov     x1, #0
    bl      register_area
    bl      map_shared_info
    report_poll "SCH-031", 0
    clear_structure
    put64   sched_poll_timeout, 1       // 1 ns after Xen's start
    start_watch
    operation HYPERVISOR_sched_op, SCHEDOP_poll
    waited  x1
    report_wait "SCH-032"
    report_poll "SCH-033", MOST_PORTS + 1
    ldr     w19, =CLOSED_PORT
    set_ports w19
    report_poll "SCH-034", 1
    ldr     w19, =NO_PORT
    set_ports w19
    report_poll "SCH-035", 1
    clear_structure
    put64   sched_poll_ports, NOWHERE
    put32   sched_poll_nr_ports, 1
    operation HYPERVISOR_sched_op, SCHEDOP_poll
    report  "SCH-036", "result", x0
    bl      poll_open_ports
    bl      poll_and_interrupts
    bl      second_vcpu
    cbz     x0, power_off
    mov     x0, #1
    address x1, send
    bl      cpu_on
    set_ports w19
    report_poll "SCH-043", 1
    b       power_off
    .ltorg

/* x19 = a port, which is not pending when this returns. */
poll_open_ports:
    str     x30, [sp, #-16]!
    open_ipi x19, 0
    address x0, sending
    str     x19, [x0]
    clear_events
    set_ports w19
    report_poll "SCH-037", 1
    set_port_bit 19, shared_info_evtchn_pending
    mov     x0, #1
    mov     x1, #1
    bl      poll
    port_bit x2, 19, shared_info_evtchn_pending
    rule    "SCH-038"
    say     "result", x0
    say_yes_no "waited", x1
    say_yes_no "still_pending", x2
    end_rule
    set_port_bit 19, shared_info_evtchn_mask
    report_poll "SCH-039", 1
    ldr     w20, =NO_PORT
    set_ports w19, w20
    report_poll "SCH-040", 2
    clear_events
    ldr     x30, [sp], #16
    ret
    .ltorg

/* With evtchn_upcall_pending set, and no port pending. */
poll_and_interrupts:
    str     x30, [sp, #-16]!
    address x20, shared
    mov     w21, #1
    strb    w21, [x20, #vcpu_info_evtchn_upcall_pending]
    mov     x0, #0
    mov     x1, #0
    bl      poll
    mrs     x2, daif
    msr     daifset, #2
    rule    "SCH-041"
    say     "result", x0
    say_yes_no "waited", x1
    end_rule
    strb    w21, [x20, #vcpu_info_evtchn_upcall_pending]
    mov     x0, #0
    mov     x1, #1
    bl      poll
    mrs     x2, daif
    rule    "SCH-042"
    say     "result", x0
    say_yes_no "waited", x1
    say_hex "daif", x2
    end_rule
    clear_events
    ldr     x30, [sp], #16
    ret
    .ltorg

/* vCPU 1: lets vCPU 0 go first, which began to wait for its timer a little earlier. */
send:
    stp     x29, x30, [sp, #-16]!
1:  bl      wait
    address x0, polling
    ldr     x0, [x0]
    cbz     x0, 1b
    address x0, sending
    ldr     x0, [x0]
    str     x0, [sp, #-16]!
    mov     x0, #EVTCHNOP_send
    mov     x1, sp
    hypercall HYPERVISOR_event_channel_op
    add     sp, sp, #16
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
