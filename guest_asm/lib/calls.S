/*
 * A table of hypercalls and other instructions, executed one after another with the MMU off.
 *
 *     bl      calls_init
 *     b       run_table                           // rows.S: from `table` on
 *
 * A doubleword whose top byte is WORD_TAG is not used as it is: it counts from the place that bits 55 to 52 select,
 * so that one table works wherever the guest was loaded, in dom0 as in a domU.
 */
#ifndef GUEST_CALLS_S
#define GUEST_CALLS_S

#include "boot.S"

#define WORD_TAG        0x5a
#define WORD(kind, value) ((WORD_TAG<<56)+((kind)<<52)+(value)) /* no spaces: it goes into macros */
#define AT_IMAGE        0               /* an address */
#define AT_FRAME        1               /* a frame number */
#define AT_FRAME_HIGH   2               /* the same in the upper half, as in a grant entry */
#define AT_FRAME_OWN    3               /* the same, and this domain's number in bits 31 to 16 */
#define AT_OWN          4               /* this domain's number, as a dom0less guest or dom0 knows it */
#define AT_OTHER        5               /* a domain that is not there */
#define AT_OWN_HIGH     6               /* this domain's number in bits 63 to 48 */
#define AT_GICD         7
#define AT_GICR         8
#define AT_PAGE         9               /* RAM that nothing else is in */
#define AT_PAGE_FRAME   10
#define AT_GICD_FRAME   11
#define AT_EVENT        12              /* the event channel interrupt's number, and its bit */
#define AT_EVENT_BIT    13
#define AT_OTHER_UPPER  14              /* the domain that is not there, in the upper half */

#define XENFEAT_DOM0_BIT 11             /* XENFEAT_dom0, public/features.h */
#define DOM0_PAGE       0x45000000
#define DOMU_PAGE       0x41000000

#define BUFFER_FILL     0xeeeeeeeeeeeeeeee /* what buffer and array are full of before each call */

    .bss
    .balign 4096
buffer:                                 // each call's structure is at its start
    .space  4096
array:                                  // where arrays go; cleared like the buffer
    .space  4096
places:
    .space  16 * 8
loaded:                                 // x0 to x4 before a call, and x16
    .space  48
left:                                   // x0 to x4 after it, and DAIF
    .space  48

    .text
    .balign 2048
/*
 * Synchronous exceptions.  One from a call, which sets x28 to where it continues, is noted in x20 to x22.  An access
 * to the memory that a row names is skipped, and x26 counts it.
 */
calls_vectors:
    .space  0x200
    cbz     x28, 1f
    mrs     x20, esr_el1
    mrs     x21, elr_el1
    mrs     x22, far_el1
    msr     elr_el1, x28
    eret
1:  mrs     x9, elr_el1
    add     x9, x9, #4
    msr     elr_el1, x9
    add     x26, x26, #1
    eret
    .balign 2048

/* x0 = 1 in dom0, 0 in a domU. */
calls_dom0:
    stp     xzr, x30, [sp, #-16]!       // struct xen_feature_info: submap 0
    mov     x0, #XENVER_get_features
    mov     x1, sp
    hypercall HYPERVISOR_xen_version
    ldr     w0, [sp, #xen_feature_info_submap]
    ubfx    x0, x0, #XENFEAT_DOM0_BIT, #1
    ldp     xzr, x30, [sp], #16
    ret

calls_init:
    mov     x19, x30
    mov     x28, #0
    address x0, calls_vectors
    msr     vbar_el1, x0
    isb
    bl      fill_buffer
    bl      calls_dom0
    mov     x9, x0
    address x10, places
    address x11, image
    lsr     x12, x11, #12
    lsl     x13, x12, #32
    stp     x11, x12, [x10]
    eor     x14, x9, #1                 // dom0 is 0, the domU is 1
    add     x15, x13, x14, lsl #16
    stp     x13, x15, [x10, #16]
    mov     x15, #77
    cmp     x9, #0
    csinc   x15, x15, xzr, eq           // of dom0, d1: there is none
    stp     x14, x15, [x10, #32]
    lsl     x15, x15, #32
    str     x15, [x10, #(8 * AT_OTHER_UPPER)]
    lsl     x15, x14, #48
    ldr     x0, =BOARD_GICD_BASE
    ldr     x1, =GUEST_GICD_BASE
    csel    x0, x0, x1, ne
    stp     x15, x0, [x10, #48]
    ldr     x1, =BOARD_GICR_BASE
    ldr     x2, =GUEST_GICV3_GICR0_BASE
    csel    x1, x1, x2, ne
    ldr     x2, =DOM0_PAGE
    ldr     x3, =DOMU_PAGE
    csel    x2, x2, x3, ne
    stp     x1, x2, [x10, #64]
    lsr     x2, x2, #12
    lsr     x0, x0, #12
    stp     x2, x0, [x10, #80]
    mov     x0, #16
    mov     x1, #31
    csel    x0, x0, x1, ne
    mov     x1, #1
    lsl     x1, x1, x0
    stp     x0, x1, [x10, #96]
    ret     x19
    .ltorg

#include "rows.S"

/* x0 = the next word of the table, counted from its place. */
next_word:
    ldr     x0, [x19], #8
relocate:
    lsr     x1, x0, #56
    cmp     x1, #WORD_TAG
    b.ne    1f
    ubfx    x1, x0, #52, #4
    ubfx    x0, x0, #0, #52
    address x2, places
    ldr     x1, [x2, x1, lsl #3]
    add     x0, x0, x1
1:  ret

/* A row: copies the x21 words behind it to x20.  x26 counts those that could not be written. */
op_put:
    mov     x12, x30
    mov     x0, x20
    bl      relocate
    mov     x10, x0
    mov     x26, #0
1:  cbz     x21, 2f
    bl      next_word
    str     x0, [x10]                   // no write-back form: Xen logs the encoding of one that faults
    add     x10, x10, #8
    sub     x21, x21, #1
    b       1b
2:  ret     x12

fill_buffer:                            // and the array
    ldr     x1, =BUFFER_FILL
    address x0, buffer
    add     x2, x0, #8192
1:  stp     x1, x1, [x0], #16
    cmp     x0, x2
    b.ne    1b
    ret
    .ltorg

/*
 * Loads x0 to x4 and x16 from the table, and calls the routine at x9: call_xen, or any other code that ends in RET.
 * The registers afterwards are in `left`; x20 to x22 are ESR, ELR and FAR of an exception, or 0.
 */
make_call:
    stp     x29, x30, [sp, #-16]!
    mov     x15, x9
    address x10, loaded
    add     x11, x10, #48
1:  bl      next_word
    str     x0, [x10], #8
    cmp     x10, x11
    b.ne    1b
    mov     x20, #0
    mov     x21, #0
    mov     x22, #0
    msr     far_el1, xzr
    msr     daifset, #7
    address x9, loaded
    ldp     x4, x16, [x9, #32]
    ldp     x2, x3, [x9, #16]
    ldp     x0, x1, [x9]
    mov     x5, #0
    mov     x6, #0
    mov     x7, #0
    adr     x28, 2f
    blr     x15
2:  mov     x28, #0
    address x9, left
    stp     x0, x1, [x9]
    stp     x2, x3, [x9, #16]
    mrs     x5, daif
    stp     x4, x5, [x9, #32]
    msr     daifset, #7
    ldp     x29, x30, [sp], #16
    ret
call_xen:
    hvc     #XEN_HYPERCALL_TAG
    ret

#include "console.S"
#include "print.S"

#endif
