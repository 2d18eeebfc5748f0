/*
 * Runstate areas as tables: what is done to an area, step by step, and what happens to the memory behind it.  A case
 * includes this first, and then consists of rows:
 *
 *     table_rule "RST-201"
 *     try "offset_8"; seen AT(1,8); no_area
 *     table_end
 * #include "lib/end.S"
 *
 * `try` begins a word of the rule's answer: pages 0 to 3 of the canvas are mapped again, one by one from WINDOW_VA on,
 * and filled with CANVAS_FILL.  Each step adds what it observes: the result of a call, the bytes that changed as
 * page:first-last, or what an area says, but never a time.  area_rows.S has the steps as
 * macros.
 */
#ifndef CONFORMANCE_AREA_STEPS_S
#define CONFORMANCE_AREA_STEPS_S

#define NR_CPUS 2
#define KPTI
#include "conformance.h"
#include "lib/rows.S"
#include "words.S"

#define PAGES           4
#define CANVAS_FILL     0xeeeeeeeeeeeeeeee
#define WAIT_MS         1

    .bss
    .balign PAGE_SIZE
canvas:
    .space  PAGES * PAGE_SIZE
low_level3:                             // maps the lowest 2 MiB, which contain VA 0
    .space  PAGE_SIZE
before:                                 // the area as op_changes saw it last
    .space  vcpu_runstate_info_size
after:
    .space  vcpu_runstate_info_size
second_mode:                            // what vCPU 1 does: op_second
    .space  8
pointer:
    .space  16

    user_code user_page
user_wait:
    wfi
    svc     #0
    user_code_end

/* Appends a number to what was said last.  Spoils x0, x1 and x30. */
.macro line_digits reg:req
    mov     x1, \reg
    address x0, words_nothing
    bl      line_signed
.endm

    .text
kernel_main:
    bl      boot_mmu
    address x0, user_page
    bl      user_init
    address x0, low_level3
    bl      virt_to_phys
    add     x0, x0, #DESC_TABLE
    address x1, user_level2
    str     x0, [x1]
    dsb     ishst
    isb
    b       run_table

op_end:
    bl      end_words
    b       power_off

op_rule:
    mov     x28, x30
    bl      end_words
    mov     x0, x20
    bl      words_of_rule
    ret     x28

/* x20: the word's name. */
op_try:
    mov     x28, x30
    mov     x23, #0
1:  address x0, canvas
    add     x0, x0, x23, lsl #12
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA
    orr     x1, x0, x1
    ldr     x0, =WINDOW_VA
    add     x0, x0, x23, lsl #12
    bl      map_page
    add     x23, x23, #1
    cmp     x23, #PAGES
    b.lo    1b
    bl      op_fill
    mov     x0, x20
    bl      begin_word
    ret     x28

/* The text at x20 from the image's start. */
op_say:
    mov     x28, x30
    address x0, image
    add     x0, x0, x20
    bl      add_text
    ret     x28

/* Fills every page of the canvas with CANVAS_FILL again. */
op_fill:
    address x0, canvas
    ldr     x1, =CANVAS_FILL
    mov     x2, #(PAGES * PAGE_SIZE)
1:  str     x1, [x0], #8
    subs    x2, x2, #8
    b.ne    1b
    ret

/* Maps the page at x20 to page x21 of the canvas, with the descriptor bits x22. */
op_map:
    mov     x28, x30
    address x0, canvas
    add     x0, x0, x21, lsl #12
    bl      virt_to_phys
    orr     x1, x0, x22
    mov     x0, x20
    bl      map_page
    ret     x28

/* Maps the page at x20 by the descriptor x21. */
op_describe:
    mov     x28, x30
    mov     x0, x20
    mov     x1, x21
    bl      map_page
    ret     x28

op_unmap:
    mov     x28, x30
    mov     x0, x20
    bl      unmap_page
    ret     x28

/* vcpu_op command x20 for vCPU x21 with a pointer to x22. */
op_vcpu_op:
    mov     x28, x30
    address x2, pointer
    str     x22, [x2]
    mov     x0, x20
    mov     x1, x21
    hypercall HYPERVISOR_vcpu_op
    bl      add_signed
    ret     x28

/* The same with x22 itself as the pointer. */
op_vcpu_op_at:
    mov     x28, x30
    mov     x0, x20
    mov     x1, x21
    mov     x2, x22
    hypercall HYPERVISOR_vcpu_op
    bl      add_signed
    ret     x28

/* Registers the area at x20 for this vCPU x21 times; says how many registrations succeeded. */
op_repeat:
    mov     x28, x30
    mov     x23, #0
    address x2, pointer
    str     x20, [x2]
1:  address x2, pointer
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, #0
    hypercall HYPERVISOR_vcpu_op
    cmp     x0, #0
    cinc    x23, x23, eq
    subs    x21, x21, #1
    b.ne    1b
    mov     x0, x23
    bl      add_signed
    ret     x28

/* vm_assist command x20 for the update flag. */
op_assist:
    mov     x28, x30
    mov     x0, x20
    mov     x1, #VMASST_TYPE_runstate_update_flag
    hypercall HYPERVISOR_vm_assist
    bl      add_signed
    ret     x28

/* Leaves the physical CPU and comes back: by WFI, by SCHEDOP_block, by WFI in user mode. */
op_wfi:
    mov     x28, x30
    mov     x0, #WAIT_MS
    bl      arm_timer
    wfi
disarm:
    msr     daifset, #15                // SCHEDOP_block has unmasked interrupts
    msr     cntv_ctl_el0, xzr
    isb
    ret     x28
op_block:
    mov     x28, x30
    mov     x0, #WAIT_MS
    bl      arm_timer
    mov     x0, #SCHEDOP_block
    hypercall HYPERVISOR_sched_op
    b       disarm
op_user_wfi:
    mov     x28, x30
    mov     x0, #WAIT_MS
    bl      arm_timer
    address x0, user_wait
    bl      call_user
    b       disarm
/* SCHEDOP_poll of no port until a time in the past. */
op_poll:
    mov     x28, x30
    sub     sp, sp, #32
    stp     xzr, xzr, [sp]
    mov     x0, #1
    str     x0, [sp, #16]
    mov     x0, #SCHEDOP_poll
    mov     x1, sp
    hypercall HYPERVISOR_sched_op
    add     sp, sp, #32
    bl      add_signed
    ret     x28
/* SCHEDOP_poll of no port until 1 ms after the entry time in the area at x20. */
op_poll_until:
    mov     x28, x30
    ldr     x0, [x20, #8]
    ldr     x1, =1000000
    add     x0, x0, x1
    sub     sp, sp, #32
    stp     xzr, xzr, [sp]
    str     x0, [sp, #16]
    mov     x0, #SCHEDOP_poll
    mov     x1, sp
    hypercall HYPERVISOR_sched_op
    add     sp, sp, #32
    bl      add_signed
    ret     x28
op_yield:
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    ret

/* Runs for x20 ms without waiting: another vCPU that wants the physical CPU preempts it meanwhile. */
op_spin:
    mov     x28, x30
    mov     x0, x20
    bl      ms_to_ticks
    read_counter x1
    add     x0, x0, x1
1:  mov     x2, #10000
2:  subs    x2, x2, #1
    b.ne    2b
    read_counter x1
    cmp     x1, x0
    b.lo    1b
    ret     x28

/*
 * Says for each page of the canvas the first and the last byte that changed, or with x20 = 7 their doublewords: if an
 * area crosses a page boundary, these may be any bytes of a time, and so happen to equal CANVAS_FILL.
 */
op_show:
    mov     x28, x30
    mov     x23, #0
1:  address x24, canvas
    add     x24, x24, x23, lsl #12
    ldr     x2, =CANVAS_FILL
    mov     x3, #0                      // the first byte that changed
    mov     x4, #PAGE_SIZE              // behind the last one
2:  ldrb    w5, [x24, x3]
    cmp     w5, w2, uxtb
    b.ne    3f
    add     x3, x3, #1
    cmp     x3, #PAGE_SIZE
    b.lo    2b
    b       5f
3:  sub     x4, x4, #1
    ldrb    w5, [x24, x4]
    cmp     w5, w2, uxtb
    b.eq    3b
    bic     x21, x3, x20
    orr     x22, x4, x20
    mov     x0, x23
    bl      add_signed
    line_call line_signed, ":", x21
    line_call line_signed, "-", x22
5:  add     x23, x23, #1
    cmp     x23, #PAGES
    b.lo    1b
    ret     x28

/* Says what the area at x20 contains: its state, its flag, and its padding. */
op_state:
    mov     x28, x30
    ldr     w21, [x20]
    ldr     w22, [x20, #4]
    ldrb    w23, [x20, #15]
    address x0, text_state
    bl      add_text
    line_digits x21
    cbz     x22, 1f
    line_call line_hex, "+padding:0x", x22
1:  tbz     x23, #7, 2f
    line_call line_text, "+flag"
2:  ret     x28

/* Copies the area at x20 to x21. */
copy_area:
    ldr     x0, [x20]
    str     x0, [x21]
    ldr     x0, [x20, #8]
    str     x0, [x21, #8]
    ldr     x0, [x20, #16]
    str     x0, [x21, #16]
    ldr     x0, [x20, #24]
    str     x0, [x21, #24]
    ldr     x0, [x20, #32]
    str     x0, [x21, #32]
    ldr     x0, [x20, #40]
    str     x0, [x21, #40]
    ret

/* Remembers the area at x20, for op_changes. */
op_remember:
    mov     x28, x30
    address x21, before
    bl      copy_area
    ret     x28

/* x2 = the sum of the times of the copy at x0, less its entry time without the flag. */
balance:
    ldp     x2, x3, [x0, #16]
    add     x2, x2, x3
    ldp     x3, x4, [x0, #32]
    add     x2, x2, x3
    add     x2, x2, x4
    ldr     x3, [x0, #8]
    and     x3, x3, #0x7fffffffffffffff
    sub     x2, x2, x3
    ret

/* Says which fields of the area at x20 have grown: entry time, running, runnable, blocked, offline.  "changed:0:013"
 * means state 0 and fields 0, 1 and 3; "-" stands before one that has become smaller, and "+unbalanced" behind them
 * if the sum of the times did not grow as the entry time. */
op_changes:
    mov     x28, x30
    address x21, after
    bl      copy_area
    address x0, text_changed
    bl      add_text
    address x23, after
    address x24, before
    ldr     w21, [x23]
    line_digits x21
    line_call line_text, ":"
    mov     x22, #8
1:  ldr     x21, [x23, x22]
    ldr     x25, [x24, x22]
    cmp     x21, x25
    b.eq    3f
    b.hi    2f
    line_call line_text, "-"
2:  sub     x21, x22, #8
    lsr     x21, x21, #3
    line_digits x21
3:  add     x22, x22, #8
    cmp     x22, #48
    b.lo    1b
    mov     x0, x23
    bl      balance
    mov     x25, x2
    mov     x0, x24
    bl      balance
    cmp     x25, x2
    cset    x21, eq
    cbnz    x21, 4f
    line_call line_text, "+unbalanced"
4:
    mov     x20, x23
    mov     x21, x24
    bl      copy_area
    ret     x28

/* vCPU 1: x20 = 0 starts it, 1 has it wait again and again, 2 has it run without end, 3 switches it off, 4 has it
 * register the area at x21 for vCPU 0, and 5 for itself, and then wait again and again. */
op_second:
    mov     x28, x30
    cbz     x20, 1f
    address x0, pointer
    str     x21, [x0, #8]
    address x0, second_mode
    str     x20, [x0]
    ret     x28
1:  address x0, second_mode
    mov     x1, #1
    str     x1, [x0]
    mov     x0, #1
    address x1, second
    bl      cpu_on
    bl      add_signed
    ret     x28

second:
    mov     x19, x30
1:  address x0, second_mode
    ldr     x0, [x0]
    cmp     x0, #2
    b.eq    1b
    cmp     x0, #3
    b.eq    cpu_off
    b.hi    3f
2:  mov     x0, #WAIT_MS
    bl      arm_timer
    wfi
    msr     cntv_ctl_el0, xzr
    isb
    b       1b
3:  sub     x1, x0, #4
    address x2, pointer
    add     x2, x2, #8
    mov     x0, #VCPUOP_register_runstate_memory_area
    hypercall HYPERVISOR_vcpu_op
    mov     x20, x0
    address x0, second_mode
    mov     x1, #1
    str     x1, [x0]
    address x0, text_second
    bl      add_text
    line_digits x20
    b       2b
    .ltorg

    .section .rodata
text_state:
    .asciz  "state:"
text_changed:
    .asciz  "changed:"
text_second:
    .asciz  "vcpu1:"
    .text

#include "area_rows.S"

#endif
