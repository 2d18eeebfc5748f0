/*
 * Exceptions: every one saves all registers in a frame on the kernel stack, calls a handler with the
 * frame's address in x0, and returns to the ELR in the frame.
 *
 * A guest installs its own handlers with set_handler.  The default is dump_frame: registers on the
 * console, and the domain ends as crashed.
 */
#ifndef GUEST_VECTORS_S
#define GUEST_VECTORS_S

#include "print.S"
#include "shutdown.S"

/* The frame. x0 to x30 are at 0, 8, ... 240. */
#define FRAME_LR        240
#define FRAME_SP_EL0    248
#define FRAME_ELR       256
#define FRAME_SPSR      264
#define FRAME_ESR       272
#define FRAME_FAR       280
#define FRAME_SIZE      288

/* Exception classes, ESR_EL1 bits 31:26 (Arm ARM, "ISS encoding"). */
#define ESR_EC_SHIFT    26
#define ESR_EC_UNKNOWN  0x00
#define ESR_EC_SVC64    0x15
#define ESR_EC_BRK64    0x3c

/* Places in the vector table, in the architecture's order, 0x80 bytes apart. */
#define VECTOR_EL1_SYNC 4
#define VECTOR_EL1_IRQ  5
#define VECTOR_EL0_SYNC 8
#define VECTOR_EL0_IRQ  9

/* Handler `function` (x0 = the frame; may change it; returns) for a vector.  MMU on; spoils x0 and x1. */
.macro set_handler vector:req, function:req
    address x0, handlers
    address x1, \function
    str     x1, [x0, #(\vector * 8)]
.endm

    .data
    .balign 8
handlers:                               // 0: dump_frame
    .space  16 * 8
dumping:                                // a dump has begun
    .quad   0

/*
 * The CPU jumps here: kernel tables live (with KPTI the trampoline has switched to them), SP is SP_EL1,
 * everything else as it was.  From EL0 under KPTI, x30 is in TPIDRRO_EL0: the trampoline needed it.
 */
.macro vector number:req
    .balign 128
#ifdef KPTI
    .if     \number >= VECTOR_EL0_SYNC
    mrs     x30, tpidrro_el0
    .endif
#endif
    sub     sp, sp, #FRAME_SIZE
    stp     x0, x1, [sp]
    mov     x0, #\number
    b       save_frame
.endm

    .text
    .balign 2048
vectors:
    vector  0                           // 0 to 3: from EL1 on SP_EL0, which this kernel never runs on
    vector  1
    vector  2
    vector  3
    vector  4                           // 4 to 7: from EL1: synchronous, IRQ, FIQ, SError
    vector  5
    vector  6
    vector  7
    vector  8                           // 8 to 11: from EL0
    vector  9
    vector  10
    vector  11
    vector  12                          // 12 to 15: from EL0 in AArch32
    vector  13
    vector  14
    vector  15
    .balign 128

/* A vector jumps here: x0 = its number; the frame is on the stack, with the old x0 and x1 already in it. */
save_frame:
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x19, [sp, #144]
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
    mrs     x1, sp_el0
    stp     x30, x1, [sp, #FRAME_LR]
    mrs     x1, elr_el1
    mrs     x2, spsr_el1
    stp     x1, x2, [sp, #FRAME_ELR]
    mrs     x1, esr_el1
    mrs     x2, far_el1
    stp     x1, x2, [sp, #FRAME_ESR]

    address x1, handlers
    ldr     x2, [x1, x0, lsl #3]
    mov     x1, x0                      // dump_frame prints the number
    mov     x0, sp
    cbz     x2, dump_frame
    blr     x2

/*
 * SP = a frame: restores it and returns to its ELR.  Interrupts are masked since the exception; an
 * interrupt here would overwrite ELR_EL1 and SPSR_EL1.
 */
return_from_exception:
    ldp     x0, x1, [sp, #FRAME_ELR]
    msr     elr_el1, x0
    msr     spsr_el1, x1
    ldr     x0, [sp, #FRAME_SP_EL0]
    msr     sp_el0, x0
    tst     x1, #0xf                    // SPSR.M: 0 is EL0. The flags hold until the branch below.
    ldp     x0, x1, [sp]
    ldp     x2, x3, [sp, #16]
    ldp     x4, x5, [sp, #32]
    ldp     x6, x7, [sp, #48]
    ldp     x8, x9, [sp, #64]
    ldp     x10, x11, [sp, #80]
    ldp     x12, x13, [sp, #96]
    ldp     x14, x15, [sp, #112]
    ldp     x16, x17, [sp, #128]
    ldp     x18, x19, [sp, #144]
    ldp     x20, x21, [sp, #160]
    ldp     x22, x23, [sp, #176]
    ldp     x24, x25, [sp, #192]
    ldp     x26, x27, [sp, #208]
    ldp     x28, x29, [sp, #224]
    ldr     x30, [sp, #FRAME_LR]
    add     sp, sp, #FRAME_SIZE
#ifdef KPTI
    b.eq    kpti_exit                   // to EL0 there is another way out: kpti.S
#endif
    eret

#include "dump.S"

#endif
