/*
 * The FIFO ABI of event channels, entered and left: control block, event array, priorities, what is refused, and what
 * happens to events that came earlier.  MMU on; the event interrupt is not enabled.
 */
#include "include/conformance.h"
#include "include/event_channels.S"
#include "include/fifo.S"

#define CLOSED_PORT     50
#define NO_PORT         100000
#define NO_GFN          0x10000000
#define TOO_FAR         (PAGE_SIZE - evtchn_fifo_control_block_size + 8)
#define MOST_PAGES      128

.macro report_result id:req
    report  "\id", "result", x0
.endm

    .text
kernel_main:
    bl      boot_mmu
    bl      map_shared_info
    mov     x22, #CLOSED_PORT
    open_ipi x19, 0
    open_ipi x20, 0
    clear_events
    bl      a_closed_port
    bl      refusals
    bl      the_choice
    bl      priorities
    bl      the_array
    bl      the_way_back
    b       power_off
    .ltorg

a_closed_port:
    str     x30, [sp, #-16]!
    set_port_bit 22, shared_info_evtchn_mask
    unmask_event 22
    port_bit x1, 22, shared_info_evtchn_mask
    rule    "EVT-066"
    say     "result", x0
    say_yes_no "masked", x1
    end_rule
    clear_port_bit 22, shared_info_evtchn_mask
    ldr     x30, [sp], #16
    ret
    .ltorg

refusals:
    str     x30, [sp, #-16]!
    init_control control, TOO_FAR
    report_result "EVT-067"
    clear_structure
    put64   evtchn_init_control_control_gfn, NO_GFN
    event   EVTCHNOP_init_control
    mov     x21, x0
    expand_array array
    rule    "EVT-068"
    say     "result", x21
    say     "array_result", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

/* With an event at an open port, and a bit that the guest has set for a closed one. */
the_choice:
    str     x30, [sp, #-16]!
    send_event 19
    set_port_bit 22, shared_info_evtchn_pending
    init_control control, (TOO_FAR - 8)
    address x10, structure
    ldrb    w1, [x10, #evtchn_init_control_link_bits]
    rule    "EVT-069"
    say     "result", x0
    say     "link_bits", x1
    end_rule
    init_control control
    report_result "EVT-070"
    send_event 20                       // the array has no page yet
    port_bit x1, 20, shared_info_evtchn_pending
    rule    "EVT-071"
    say     "result", x0
    say_yes_no "pending", x1
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

priorities:
    str     x30, [sp, #-16]!
    set_priority 20, EVTCHN_FIFO_PRIORITY_MIN
    report_result "EVT-072"
    set_priority 20, (EVTCHN_FIFO_PRIORITY_MIN + 1)
    report_result "EVT-073"
    set_priority 22, EVTCHN_FIFO_PRIORITY_MAX
    report_result "EVT-074"
    ldr     x21, =NO_PORT
    set_priority 21, EVTCHN_FIFO_PRIORITY_MAX
    report_result "EVT-075"
    set_priority 20, EVTCHN_FIFO_PRIORITY_DEFAULT
    ldr     x30, [sp], #16
    ret
    .ltorg

the_array:
    str     x30, [sp, #-16]!
    clear_structure
    put64   evtchn_expand_array_array_gfn, NO_GFN
    event   EVTCHNOP_expand_array
    report_result "EVT-076"
    clear_events
    expand_array array
    address x9, control
    ldr     w1, [x9, #(TOO_FAR - 8 + evtchn_fifo_control_block_ready)]
    ldr     w2, [x9, #(TOO_FAR - 8 + evtchn_fifo_control_block_head + 4 * EVTCHN_FIFO_PRIORITY_DEFAULT)]
    rule    "EVT-077"
    say     "result", x0
    say_hex "ready", x1
    say     "head", x2
    say_event_word "before", 19
    say_event_word "since", 20
    say_upcall
    end_rule
    rule    "EVT-078"
    say_event_word "closed", 22
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

the_way_back:
    str     x30, [sp, #-16]!
    reset_events
    mov     x21, x0
    expand_array array
    mov     x22, x0
    open_ipi x19, 0
    clear_events
    send_event 19
    port_bit x1, 19, shared_info_evtchn_pending
    rule    "EVT-079"
    say     "result", x21
    say     "array_result", x22
    say_yes_no "pending", x1
    end_rule
    clear_events
    clear_fifo
    init_control control
    report_result "EVT-080"
    mov     x20, #0
1:  expand_array array                  // the same page again and again
    cbnz    x0, 2f
    add     x20, x20, #1
    cmp     x20, #(MOST_PAGES + 1)
    b.lo    1b
2:  rule    "EVT-081"
    say     "added", x20
    say     "result", x0
    end_rule
    rule    "EVT-082"                   // the port had an event before the array had a page, before the reset
    say_event_word "word", 19
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
