/*
 * Event channels with the FIFO ABI: a control block, the first page of the event array, and their contents.
 * Include it after event_channels.S.
 *
 *     init_control control                        x0 = the result; control block of vCPU 0 at the start of the page
 *     init_control control, BLOCK, 1              or of vCPU 1, at that offset in the page
 *     expand_array array                          x0 = the result; the page becomes the array's next one
 *     set_priority 19, 3                          of the port in x19; x0 = the result
 *     set_word 19, PENDING                        the guest itself writes the word of the port in x19
 *     clear_fifo                                  clears everything pending or linked: words, control blocks, upcall
 *     say_event_word "first", 19                  " first=0xa0000000": the word of the port in x19
 *     say_head "head", 7                          " head=2": vCPU 0's head of a priority
 *     say_ready                                   " ready=0x80"
 *     say_upcall                                  " upcall=1"
 *
 * The control blocks are in the page `control`, vCPU 0's at its start, vCPU 1's at BLOCK.  All spoil x0 to x2, x9, x10.
 */
#ifndef CONFORMANCE_FIFO_S
#define CONFORMANCE_FIFO_S

#define BLOCK           128
#define BUSY            0x10000000
#define LINKED          0x20000000
#define MASKED          0x40000000
#define PENDING         0x80000000
#define WORDS           128             /* as many as the cases look at */

    page    control
    page    array

.macro put_gfn offset:req, page:req
    address x0, \page
    bl      virt_to_phys
    lsr     x0, x0, #12
    put64_reg \offset, x0
.endm
.macro init_control page:req, offset=0, vcpu=0
    clear_structure
    put_gfn evtchn_init_control_control_gfn, \page
    put32   evtchn_init_control_offset, \offset
    put32   evtchn_init_control_vcpu, \vcpu
    event   EVTCHNOP_init_control
.endm
.macro expand_array page:req
    clear_structure
    put_gfn evtchn_expand_array_array_gfn, \page
    event   EVTCHNOP_expand_array
.endm
.macro set_priority reg:req, priority:req
    clear_structure
    put32_reg evtchn_set_priority_port, w\reg
    put32   evtchn_set_priority_priority, \priority
    event   EVTCHNOP_set_priority
.endm
.macro unmask_event reg:req
    put32_reg 0, w\reg
    event   EVTCHNOP_unmask
.endm
.macro reset_events
    clear_structure
    put16   0, DOMID_SELF
    event   EVTCHNOP_reset
.endm
.macro set_word reg:req, value:req
    address x9, array
    ldr     x10, =\value
    str     w10, [x9, x\reg, lsl #2]
.endm
.macro clear_fifo
    bl      zero_fifo
.endm

.macro say_event_word key:req, reg:req
    address x9, array
    ldr     w0, [x9, x\reg, lsl #2]
    say_hex "\key", x0
.endm
.macro say_head key:req, priority:req, block=0
    address x9, control
    ldr     w0, [x9, #(\block + evtchn_fifo_control_block_head + 4 * \priority)]
    say     "\key", x0
.endm
.macro say_ready key=ready, block=0
    address x9, control
    ldr     w0, [x9, #(\block + evtchn_fifo_control_block_ready)]
    say_hex "\key", x0
.endm
.macro say_upcall
    address x9, shared
    ldrb    w0, [x9, #vcpu_info_evtchn_upcall_pending]
    say     "upcall", x0
.endm

    .text
zero_fifo:
    address x9, shared
    strb    wzr, [x9, #vcpu_info_evtchn_upcall_pending]
    address x9, control
    add     x10, x9, #(2 * BLOCK)
1:  stp     xzr, xzr, [x9], #16
    cmp     x9, x10
    b.lo    1b
    address x9, array
    add     x10, x9, #(4 * WORDS)
2:  stp     xzr, xzr, [x9], #16
    cmp     x9, x10
    b.lo    2b
    ret

#endif
