/*
 * Two vCPUs that take turns, so that exactly one of them does something at any time and each switch is the same number
 * of traps everywhere.  Include it after gic_sweep.S.
 *
 *     bl      turns_begin                         vCPU 0: starts vCPU 1 at second_begins, and goes on at its own turn
 *     bl      hand_over                           gives the turn away, and returns when it is this vCPU's again
 *
 * A vCPU without the turn polls an event channel.  Interrupts are masked in PSTATE, so they do not end a poll; but an
 * injection does, and who polls then waits for the CPU until the other one polls, too.  Both spend x0 to x16.
 */
#ifndef CONFORMANCE_TURNS_S
#define CONFORMANCE_TURNS_S

    .bss
    .balign 8
turn_ports:                             // by vCPU: the port that wakes it
    .space  8
port_arguments:                         // by vCPU, 16 bytes: of event_channel_op
    .space  32
poll_arguments:                         // by vCPU, 32 bytes: struct sched_poll
    .space  64

    .text
turns_begin:
    stp     x29, x30, [sp, #-16]!
    bl      open_turn_port
    mov     x0, #1
    address x1, second
    bl      cpu_on
    bl      await_turn
    ldp     x29, x30, [sp], #16
    ret
second:
    bl      open_turn_port
    b       second_begins

hand_over:
    stp     x29, x30, [sp, #-16]!
    mrs     x11, tpidr_el1              // this vCPU's number
    eor     x0, x11, #1
    address x1, turn_ports
    ldr     w0, [x1, x0, lsl #2]
    mov     x1, #EVTCHNOP_send
    bl      turn_port_op
    bl      await_turn
    ldp     x29, x30, [sp], #16
    ret

await_turn:
    stp     x29, x30, [sp, #-16]!
    mrs     x11, tpidr_el1
    address x0, turn_ports
    add     x0, x0, x11, lsl #2
    address x1, poll_arguments
    add     x1, x1, x11, lsl #5
    mov     x2, #1
    stp     x0, x2, [x1]                // one port; no end but an event
    str     xzr, [x1, #16]
    mov     x0, #SCHEDOP_poll
    hypercall HYPERVISOR_sched_op
    mrs     x11, tpidr_el1              // closed, a port is not pending any more
    address x0, turn_ports
    ldr     w0, [x0, x11, lsl #2]
    mov     x1, #EVTCHNOP_close
    bl      turn_port_op
    bl      open_turn_port
    ldp     x29, x30, [sp], #16
    ret

open_turn_port:
    stp     x29, x30, [sp, #-16]!
    mrs     x0, tpidr_el1
    mov     x1, #EVTCHNOP_bind_ipi
    bl      turn_port_op
    mrs     x11, tpidr_el1
    address x0, port_arguments
    add     x0, x0, x11, lsl #4
    ldr     w0, [x0, #4]
    address x1, turn_ports
    str     w0, [x1, x11, lsl #2]
    ldp     x29, x30, [sp], #16
    ret

/* event_channel_op x1 on x0: a port, or the vCPU of a new one. */
turn_port_op:
    mrs     x11, tpidr_el1
    address x2, port_arguments
    add     x2, x2, x11, lsl #4
    stp     w0, wzr, [x2]
    mov     x0, x1
    mov     x1, x2
    hypercall HYPERVISOR_event_channel_op
    ret

#endif
