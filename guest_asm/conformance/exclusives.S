/*
 * The exclusive monitor: what may stand between a load-exclusive and its store-exclusive.  Each step is made between the
 * two; then the store's status is said, and what the memory holds.
 *
 * MMU on.  A step is a function: x0 = the datum, which the load has read, and x0 must stay; x9 to x15 are free.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/interrupts.S"

#define BEFORE          0x1111111111111111
#define AFTER           0x2222222222222222
#define GIC_VA          (WINDOW_VA + 0xff000)
#define OTHER_VALUE     0x3333333333333333

    .text
    .balign 8
other_value:
    .quad   OTHER_VALUE

    .bss
    .balign PAGE_SIZE
data:                                   // the datum is at its beginning
    .space  PAGE_SIZE
another:
    .space  PAGE_SIZE

/* `load` and `store` are instructions: the load of [x0], the store of x2 with its status in w1. */
.macro step name:req, load:req, store:req, text:req
    .pushsection .rodata
.Lstep\@:
    .asciz  "\name"
    .popsection
    .pushsection .text
.Lload\@:
    \load
    ret
.Lstore\@:
    \store
    ret
.Lcode\@:
    stp     x29, x30, [sp, #-16]!
    \text
    ldp     x29, x30, [sp], #16
    ret
    .popsection
    .quad   .Lstep\@, .Lload\@, .Lstore\@, .Lcode\@
.endm
.macro between name:req, text:req
    step "\name", "ldxr x3, [x0]", "stxr w1, x2, [x0]", "\text"
.endm

    .section .rodata
name_step:
    .asciz  "ABT-015"

    .data
    .balign 8
steps:
        between "nothing", "nop"
        step "acquire_release", "ldaxr x3, [x0]", "stlxr w1, x2, [x0]", "nop"
        step "word", "ldxr w3, [x0]", "stxr w1, w2, [x0]", "nop"
        step "byte", "ldxrb w3, [x0]", "stxrb w1, w2, [x0]", "nop"
        step "pair", "ldxp x3, x4, [x0]", "stxp w1, x2, x2, [x0]", "nop"
        step "pair_of_words", "ldxp w3, w4, [x0]", "stxp w1, w2, w2, [x0]", "nop"
        step "no_load", "nop", "stxr w1, x2, [x0]", "clrex"
        step "twice", "ldxr x3, [x0]", "stxr w1, x2, [x0]; stxr w1, x2, [x0]", "nop"
        between "clrex", "clrex"
        between "barriers", "dsb sy; isb; dmb sy"
        between "hints", "yield; sev; wfe"
        between "load", "ldr x9, [x0]"
        between "load_acquire", "ldar x9, [x0]"
        between "prefetch", "prfm pstl1keep, [x0]"
        between "load_exclusive_of_another", "address x9, another; ldxr x10, [x9]"
        between "store_exclusive_to_another", "address x9, another; stxr w10, x2, [x9]"
        between "store_to_another", "address x9, another; str x2, [x9]"
        between "store_of_another_value", "ldr x9, other_value; str x9, [x0]"
        between "store_of_the_same_value", "str x3, [x0]"
        between "mrs", "mrs x9, sctlr_el1"
        between "msr", "mrs x9, tpidr_el0; msr tpidr_el0, x9"
        between "tlbi", "tlbi vmalle1; dsb ish; isb"
        between "ic", "ic iallu; dsb ish; isb"
        between "dc_civac", "dc civac, x0"
        between "at", "at s1e1r, x0"
        between "counter", "mrs x9, cntvct_el0"
        between "sctlr", "mrs x9, sctlr_el1; msr sctlr_el1, x9; isb"
        between "ttbr0", "mrs x9, ttbr0_el1; msr ttbr0_el1, x9; isb"
        between "eret", "adr x9, 8f; msr elr_el1, x9; mov x9, #0x3c5; msr spsr_el1, x9; eret; 8: nop"
        between "svc", "adr x15, 8f; svc #0; 8: nop"
        between "brk", "adr x15, 8f; brk #0; 8: nop"
        between "undefined", "adr x15, 8f; .word 0; 8: nop"
        between "abort", "adr x15, 8f; mov x9, #0; ldr x9, [x9]; 8: nop"
        between "hypercall", "bl call_version"
        between "hvc_unknown", "adr x15, 8f; hvc #1; 8: nop"
        between "smc", "bl call_smc"
        between "trapped_mrs", "mrs x9, id_aa64mmfr0_el1"
        between "trapped_icc", "mrs x9, S3_0_C12_C12_6"
        between "trapped_timer", "mrs x9, cntp_ctl_el0"
        between "mmio", "bl read_gic"
        between "yield_to_xen", "bl call_yield"
        between "console", "bl call_console"
        between "wait", "bl wait_keeping"
        between "interrupt", "bl take_interrupt"
    .quad   0

    .text
kernel_main:
    bl      turn_on_interrupts
    bl      boot_mmu
    bl      take_interrupts
    set_handler VECTOR_EL1_SYNC, go_on_at_x15
    bl      map_gic
    ldr     x0, =name_step
    bl      words_of_rule
    address x19, steps
1:  ldr     x0, [x19]
    cbz     x0, 2f
    bl      begin_word
    bl      make_step
    add     x19, x19, #32
    b       1b
2:  bl      end_words
    b       power_off
    .ltorg

/* Row x19: says the status and, if the datum is not what its other value would be, what it is. */
make_step:
    stp     x20, x30, [sp, #-16]!
    address x20, image
    address x0, data
    ldr     x3, =BEFORE
    stp     x3, x3, [x0]
    ldr     x2, =AFTER
    mov     w1, #-1
    ldr     x9, [x19, #8]
    add     x9, x20, x9
    clrex
    blr     x9
    ldr     x9, [x19, #24]
    add     x9, x20, x9
    blr     x9
    address x0, data
    ldr     x2, =AFTER
    ldr     x9, [x19, #16]
    add     x9, x20, x9
    blr     x9
    sxtw    x20, w1
    mov     x0, x20
    bl      add_signed
    address x0, data
    ldr     x1, [x0]
    address x0, words_datum
    bl      line_hex
    ldp     x20, x30, [sp], #16
    ret
    .ltorg

/* Synchronous exceptions: x0 = the frame. */
go_on_at_x15:
    ldr     x1, [x0, #(15 * 8)]
    str     x1, [x0, #FRAME_ELR]
    b       return_from_exception

/* The distributor's page at the window's last page. */
map_gic:
    stp     x19, x30, [sp, #-16]!
    bl      is_dom0
    cmp     x0, #0
    ldr     x1, =BOARD_GICD_BASE
    ldr     x2, =GUEST_GICD_BASE
    csel    x1, x1, x2, ne
    ldr     x2, =KERNEL_DATA
    add     x1, x1, x2
    ldr     x0, =GIC_VA
    bl      map_page
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* What the steps call keeps x0 and x3. */
.macro keep
    stp     x0, x30, [sp, #-32]!
    str     x3, [sp, #16]
.endm
.macro give_back
    ldr     x3, [sp, #16]
    ldp     x0, x30, [sp], #32
    ret
.endm
call_version:
    keep
    mov     x0, #XENVER_pagesize
    mov     x1, #0
    hypercall HYPERVISOR_xen_version
    give_back
call_yield:
    keep
    mov     x0, #SCHEDOP_yield
    mov     x1, #0
    hypercall HYPERVISOR_sched_op
    give_back
call_console:
    keep
    mov     x0, #CONSOLEIO_write
    mov     x1, #0
    address x2, data
    hypercall HYPERVISOR_console_io
    give_back
call_smc:
    keep
    mov     w0, #0x80000000             // SMCCC_VERSION
    smc     #0
    give_back
read_gic:
    keep
    ldr     x1, =GIC_VA
    ldr     w1, [x1]
    give_back
wait_keeping:
    keep
    bl      wait
    give_back
take_interrupt:
    keep
    mov     x0, #0
    bl      arm_timer
    let_interrupts_in
    msr     cntv_ctl_el0, xzr
    give_back
    .ltorg

    .section .rodata
words_datum:
    .asciz  "/0x"

#include "lib/end.S"
