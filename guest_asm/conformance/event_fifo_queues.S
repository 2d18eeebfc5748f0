/*
 * The queues of the FIFO ABI: what an event writes to its port's word, to that of the port before it and to the
 * control block, and what it does not change.  MMU on; the event interrupt is not enabled.
 */
#include "include/conformance.h"
#include "include/event_channels.S"
#include "include/fifo.S"

#define HIGH            3               /* another priority */
#define DEFAULT         EVTCHN_FIFO_PRIORITY_DEFAULT

/* Says the words of the ports in x19 and x20, the head of the default priority, ready and upcall. */
.macro report_queue id:req
    rule    "\id"
    say_event_word "first", 19
    say_event_word "second", 20
    say_head "head", DEFAULT
    say_ready
    say_upcall
    end_rule
.endm
.macro clear_upcall
    address x9, shared
    strb    wzr, [x9, #vcpu_info_evtchn_upcall_pending]
.endm
.macro set_ready value:req
    address x9, control
    mov     w10, #\value
    str     w10, [x9, #evtchn_fifo_control_block_ready]
.endm

    .text
kernel_main:
    bl      boot_mmu
    bl      map_shared_info
    open_ipi x19, 0
    open_ipi x20, 0
    init_control control
    expand_array array
    clear_fifo
    bl      appended
    bl      taken_off
    bl      masked
    bl      other_priorities
    bl      closed
    bl      polled
    bl      other_vcpu
    b       power_off
    .ltorg

appended:
    str     x30, [sp, #-16]!
    send_event 19
    report_queue "EVT-083"
    clear_upcall
    set_ready 0
    send_event 20
    report_queue "EVT-084"
    set_word 20, LINKED                 // the guest has handled it, but not yet removed it from the queue
    send_event 20
    report_queue "EVT-085"
    send_event 20
    report_queue "EVT-086"
    clear_fifo
    send_event 19
    set_word 19, (PENDING + LINKED + BUSY)
    send_event 20
    report_queue "EVT-087"
    ldr     x30, [sp], #16
    ret
    .ltorg

taken_off:
    str     x30, [sp, #-16]!
    clear_fifo
    send_event 20                       // it was the last of its queue, which is empty now
    report_queue "EVT-088"
    clear_fifo
    set_ready 0x80
    send_event 19
    report_queue "EVT-089"
    clear_fifo
    ldr     x30, [sp], #16
    ret
    .ltorg

masked:
    str     x30, [sp, #-16]!
    set_word 19, MASKED
    send_event 19
    report_queue "EVT-090"
    unmask_event 19
    report_queue "EVT-091"
    clear_fifo
    set_word 19, MASKED
    unmask_event 19
    report_queue "EVT-092"
    set_word 19, PENDING                // never masked, and in no queue
    unmask_event 19
    report_queue "EVT-093"
    clear_fifo
    ldr     x30, [sp], #16
    ret
    .ltorg

other_priorities:
    str     x30, [sp, #-16]!
    set_priority 19, HIGH
    send_event 19
    rule    "EVT-094"
    say_event_word "word", 19
    say_head "default", DEFAULT
    say_head "other", HIGH
    say_ready
    end_rule
    set_priority 19, DEFAULT
    send_event 19
    rule    "EVT-095"
    say_event_word "word", 19
    say_head "default", DEFAULT
    say_ready
    end_rule
    clear_fifo
    send_event 19                       // now the last of the default priority
    set_word 19, 0
    set_priority 19, HIGH
    send_event 19
    send_event 20
    report_queue "EVT-096"
    clear_fifo
    ldr     x30, [sp], #16
    ret
    .ltorg

/* The port in x19 has another priority. */
closed:
    str     x30, [sp, #-16]!
    send_event 19
    close_port 19
    rule    "EVT-097"
    say_event_word "word", 19
    end_rule
    open_ipi x21, 0
    sub     x0, x21, x19
    report  "EVT-098", "ports_on", x0
    close_port 21
    clear_fifo
    open_ipi x21, 0
    sub     x22, x21, x19
    send_event 21
    rule    "EVT-099"
    say     "ports_on", x22
    say_head "default", DEFAULT
    say_head "other", HIGH
    end_rule
    clear_fifo
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Without a timeout: if there is no event, this never returns. */
polled:
    str     x30, [sp, #-16]!
    set_word 20, (PENDING + MASKED)
    clear_structure
    address x1, polled_port
    str     w20, [x1]
    put64_reg sched_poll_ports, x1
    put32   sched_poll_nr_ports, 1
    operation HYPERVISOR_sched_op, SCHEDOP_poll
    report  "EVT-100", "result", x0
    clear_fifo
    ldr     x30, [sp], #16
    ret
    .ltorg

other_vcpu:
    str     x30, [sp, #-16]!
    bl      second_vcpu
    cbz     x0, 1f
    open_ipi x21, 1
    send_event 21
    rule    "EVT-101"
    say     "result", x0
    say_event_word "word", 21
    say_ready
    end_rule
    clear_fifo
    init_control control, BLOCK, 1
    send_event 20
    clear_upcall
    send_event 21
    rule    "EVT-102"
    say_event_word "first", 20
    say_event_word "other", 21
    say_head "head", DEFAULT, BLOCK
    say_ready "ready", BLOCK
    say_upcall
    end_rule
    clear_fifo
    bl      moved
1:  ldr     x30, [sp], #16
    ret
    .ltorg

/* A channel from the domain to itself: a send to x22 arrives at x21, which is the last of vCPU 0's queue. */
moved:
    str     x30, [sp, #-16]!
    clear_structure
    put16   evtchn_alloc_unbound_dom, DOMID_SELF
    put16   evtchn_alloc_unbound_remote_dom, DOMID_SELF
    event   EVTCHNOP_alloc_unbound
    get32   x21, evtchn_alloc_unbound_port
    clear_structure
    put16   evtchn_bind_interdomain_remote_dom, DOMID_SELF
    put32_reg evtchn_bind_interdomain_remote_port, w21
    event   EVTCHNOP_bind_interdomain
    get32   x22, evtchn_bind_interdomain_local_port
    clear_fifo
    send_event 22
    set_word 21, 0
    clear_structure
    put32_reg evtchn_bind_vcpu_port, w21
    put32   evtchn_bind_vcpu_vcpu, 1
    event   EVTCHNOP_bind_vcpu
    send_event 22
    send_event 20
    rule    "EVT-103"
    say_event_word "moved", 21
    say_head "head", DEFAULT
    say_head "other_head", DEFAULT, BLOCK
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

    .bss
    .balign 8
polled_port:
    .space  8

#include "lib/end.S"
