/*
 * A table case about two domains: the image is dom0 and, beside it, domain 1.  Dom0 carries out the table; domain 1
 * makes the calls that dom0 asks it for.
 *
 * Domain 1 looks for them in a page of its own, MAILBOX, which dom0 maps at AT_MAILBOX first of all (meet_the_other).
 * Both run with the MMU off, so a pointer in a call of domain 1 is an address in its memory, such as THERE(0x100),
 * and dom0 sees the same word at THERE_AT(0x100).  Each waits for the other by yielding: the order of their calls is
 * the table's, whatever the scheduler does.
 *
 *     #include "include/table.S"
 *     #include "include/two_domains.S"
 *             meet_the_other
 *             table_rule "GNT-301"
 *             put THERE_AT(0x100), 0x100000000, 0; there HYPERVISOR_event_channel_op, "alloc", 6, THERE(0x100)
 */
#define MAILBOX         0x41000000      /* in domain 1, whose RAM begins at 0x40000000; no image reaches so far */
#define MAILBOX_GFN     (MAILBOX>>12)
#define AT_MAILBOX      (FREE+0x100)    /* in dom0: pages, counted from the image */
#define CALL            0x800           /* where the call is in the page: x0 to x4, x16, and behind them its state */
#define CALL_STATE      (CALL+48)
#define ASKED           0x5ca1ab1e      /* no value that fresh memory has */
#define ANSWERED        1
#define THERE(offset)   (MAILBOX+(offset))
#define THERE_AT(offset) BYTE_AT(AT_MAILBOX, offset)

/* A call that domain 1 makes; then words at `looks`, which is an address of dom0's. */
.macro there number:req, name:req, a0=0, a1=0, a2=0, a3=0, a4=0, shows=0, hidden=0, looks=BUFFER
    row_head op_call, "\name", 0, (\shows)+((\hidden)<<32)
    .quad   call_there, \a0, \a1, \a2, \a3, \a4, \number, \looks
.endm
/* A call that may let domain 1 wait; nobody waits for it. */
.macro ask_there number:req, name:req, a0=0, a1=0, a2=0, a3=0, a4=0
    row_head op_call, "\name"
    .quad   ask_for_call, \a0, \a1, \a2, \a3, \a4, \number, BUFFER
.endm
/* 1 if domain 1 has made that call, after it had the CPU many times. */
.macro is_it_made name:req
    run "\name", call_is_made
.endm
/* What that call answered, once it is made. */
.macro wait_there name:req
    row_head op_call, "\name"
    .quad   wait_for_call, 0, 0, 0, 0, 0, 0, BUFFER
.endm
/* Domain 1 goes its own way here; dom0 maps its mailbox. */
.macro meet_the_other
    .quad   op_part, 0, 0, 0
    with    (1<<48)+(1<<32)+(XENMAPSPACE_gmfn_foreign<<16)+DOMID_SELF, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
    with_array MAILBOX_GFN, GFN(AT_MAILBOX)
    .quad   op_silent, 0, 0, 0
    .quad   XENMEM_add_to_physmap_batch, BUFFER, 0, 0, 0, HYPERVISOR_memory_op
.endm

    .text
op_part:
    mov     x28, x30
    bl      calls_dom0
    cbz     x0, answer
    mov     x30, x28
    mov     x28, #0
    ret

op_silent:
    mov     x25, x30
    adr     x9, call_xen
    bl      make_call
    bl      fill_buffer
    ret     x25

/* In dom0: has domain 1 make the call that is in x0 to x4 and x16; x0 = its result, all else as it was. */
call_there:
    mov     x11, x30
    bl      ask_for_call
    mov     x30, x11
wait_for_call:
    ldr     x9, =AT_MAILBOX*4096+CALL
    address x10, image
    add     x9, x9, x10
1:  mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    ldr     w10, [x9, #(CALL_STATE - CALL)]
    cmp     w10, #ANSWERED
    b.ne    1b
    dmb     ish
    ldp     x2, x3, [x9, #16]
    ldp     x4, x16, [x9, #32]
    ldp     x0, x1, [x9]
    ret

ask_for_call:
    ldr     x9, =AT_MAILBOX*4096+CALL
    address x10, image
    add     x9, x9, x10
    stp     x0, x1, [x9]
    stp     x2, x3, [x9, #16]
    stp     x4, x16, [x9, #32]
    mov     w10, #(ASKED & 0xffff)
    movk    w10, #(ASKED >> 16), lsl #16
    dmb     ish
    str     w10, [x9, #(CALL_STATE - CALL)]
    mov     x0, #0
    ret

call_is_made:
    ldr     x9, =AT_MAILBOX*4096+CALL
    address x10, image
    add     x9, x9, x10
    mov     x10, #100
1:  mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    subs    x10, x10, #1
    b.ne    1b
    ldr     w10, [x9, #(CALL_STATE - CALL)]
    cmp     w10, #ANSWERED
    cset    x0, eq
    mov     x1, #0
    ret

/* In domain 1, for ever. */
answer:
    ldr     x19, =MAILBOX+CALL
    mov     w20, #(ASKED & 0xffff)
    movk    w20, #(ASKED >> 16), lsl #16
1:  mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    ldr     w10, [x19, #(CALL_STATE - CALL)]
    cmp     w10, w20
    b.ne    1b
    dmb     ish
    ldp     x4, x16, [x19, #32]
    ldp     x2, x3, [x19, #16]
    ldp     x0, x1, [x19]
    hvc     #XEN_HYPERCALL_TAG
    str     x0, [x19]
    dmb     ish
    mov     w10, #ANSWERED
    str     w10, [x19, #(CALL_STATE - CALL)]
    b       1b
    .ltorg

    .data
