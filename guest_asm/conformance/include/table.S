/*
 * A case that is a table: rules, each with a sequence of calls and what each of them left.  The case includes this
 * first, and then consists of rows:
 *
 *     table_rule "MEM-120"
 *     with DOMID_SELF; memory_op "pages_now", XENMEM_current_reservation, BUFFER
 *     insn "CTLR", "ldr w0, [x1]", x1=GICD(0)
 *     peek "it_is_gone", PAGE_AT(ZONE)
 *     table_end
 * #include "lib/end.S"
 *
 * `with` and `with_array` put words into the buffer and the array for the call behind them; the rest of both is filled
 * with BUFFER_FILL.  Each other row is a word of the rule's answer, "MEM-120+ pages_now=16384".  The result of an
 * instruction is followed by the registers that changed, then by an exception if there was one, and by the words of
 * memory that the row shows.  Numbers are decimal if they are results, or small and negative; an address counts from
 * the place to which it belongs; "-" is a word that nobody wrote.
 */
#ifndef CONFORMANCE_TABLE_S
#define CONFORMANCE_TABLE_S

#include "conformance.h"
#include "lib/calls.S"
#include "words.S"
#include "table_words.S"

#define ZONE            0x400           /* pages from here on, counted from the image, are for the calls to use */
#define FREE            0x20000         /* and here neither kind of domain has memory: 512 MiB up */
#define PAGE_AT(page)           WORD(AT_IMAGE, (page)*4096)
#define BYTE_AT(page, offset)   WORD(AT_IMAGE, (page)*4096+(offset))
#define GFN(page)               WORD(AT_FRAME, page)
#define BUFFER                  WORD(AT_IMAGE, buffer)
#define BUFFER_AT(offset)       WORD(AT_IMAGE, buffer+(offset))
#define ARRAY                   WORD(AT_IMAGE, array)
#define ARRAY_AT(offset)        WORD(AT_IMAGE, array+(offset))
#define HERE(label)             WORD(AT_IMAGE, label)
#define ENTRY(page, flags, domain) WORD(AT_FRAME_HIGH, ((page)<<32)+((domain)<<16)+(flags))
#define OWN_ENTRY(page, flags)  WORD(AT_FRAME_OWN, ((page)<<32)+(flags))
#define OWN                     WORD(AT_OWN, 0)
#define OWN_PLUS(more)          WORD(AT_OWN, more)
#define OTHER                   WORD(AT_OTHER, 0)
#define OTHER_PLUS(more)        WORD(AT_OTHER, more)
#define OTHER_UPPER(more)       WORD(AT_OTHER_UPPER, more)
#define OWN_HIGH(more)          WORD(AT_OWN_HIGH, more)
#define GICD(offset)            WORD(AT_GICD, offset)
#define GICR(offset)            WORD(AT_GICR, offset)
#define SPARE(offset)           WORD(AT_PAGE, offset)
#define SPARE_GFN(plus)         WORD(AT_PAGE_FRAME, plus)
#define GICD_GFN                WORD(AT_GICD_FRAME, 0)
#define EVENT_INTERRUPT         WORD(AT_EVENT, 0)
#define EVENT_BIT               WORD(AT_EVENT_BIT, 0)
#define NOWHERE                 (1<<37)

#define memory_op       call HYPERVISOR_memory_op,
#define grant_op        call HYPERVISOR_grant_table_op,
#define event_op        call HYPERVISOR_event_channel_op,
#define vcpu_op         call HYPERVISOR_vcpu_op,
#define hvm_op          call HYPERVISOR_hvm_op,
#define physdev_op      call HYPERVISOR_physdev_op,
#define hypfs_op        call HYPERVISOR_hypfs_op,
#define dm_op           call HYPERVISOR_dm_op,
#define multicall       call HYPERVISOR_multicall,
#define version_op      call HYPERVISOR_xen_version,
#define sched_op        call HYPERVISOR_sched_op,
#define console_op      call HYPERVISOR_console_io,
#define assist_op       call HYPERVISOR_vm_assist,

/* Flags of a row. */
#define ROW_DOMU        1               /* a domU only makes it */
#define ROW_REGISTERS   2               /* an instruction: its result is no errno */
#define ROW_EXTENT      4               /* say where what was written of the buffer ends */

.macro row_head routine:req, name:req, b=0, c=0
    .pushsection .rodata
.Lname\@:
    .asciz  "\name"
    .popsection
    .quad   \routine, .Lname\@, \b, \c
.endm

.macro table_rule id:req
    row_head op_rule, "\id"
.endm
/* Words for the next call; anywhere. */
.macro put where:req, list:vararg
    .quad   op_put, \where, (.Lput_end\@-.Lput\@)/8, 0
.Lput\@:
    .quad   \list
.Lput_end\@:
.endm
.macro with list:vararg
    put     BUFFER, \list
.endm
.macro with_array list:vararg
    put     ARRAY, \list
.endm
/* `shows`: how many words of `looks`; `hidden`: a bit for each of them that is a machine address. */
.macro call number:req, name:req, a0=0, a1=0, a2=0, a3=0, a4=0, shows=0, array=0, hidden=0, looks=BUFFER, flags=0
    row_head op_call, "\name", (\flags), (\shows)+((\array)<<16)+((\hidden)<<32)
    .quad   call_xen, \a0, \a1, \a2, \a3, \a4, \number, \looks
.endm
/* Reads memory. */
.macro peek name:req, where:req, shows=1, flags=0
    row_head op_look, "\name", (\flags), \shows
    .quad   \where
.endm
/* Writes memory; says only whether that went well. */
.macro poke name:req, where:req, list:vararg
    put     \where, \list
    row_head op_look, "\name"
    .quad   \where
.endm
/* Code that ends in RET. */
.macro run name:req, code:req, x0=0, x1=0, x2=0, x3=0, x4=0, x16=0, shows=0, flags=0
    row_head op_call, "\name", ROW_REGISTERS|(\flags), \shows
    .quad   \code, \x0, \x1, \x2, \x3, \x4, \x16, BUFFER
.endm
/* An instruction, or several. */
.macro insn name:req, text:req, x0=0, x1=0, x2=0, x3=0, x4=0, x16=0, shows=0, flags=0
    .pushsection .text
.Linsn\@:
    \text
    ret
    .popsection
    run "\name", .Linsn\@, \x0, \x1, \x2, \x3, \x4, \x16, \shows, \flags
.endm
.macro table_end                       // "lib/end.S" comes after it
    .quad   op_end, 0, 0, 0
.endm

    .bss
    .balign 8
call_code:
    .space  8

    .text
kernel_main:
    bl      calls_init
    b       run_table

op_end:
    bl      end_words
    b       power_off

op_rule:
    mov     x28, x30
    bl      end_words
    mov     x0, x20
    bl      words_of_rule
    mov     x30, x28
    mov     x28, #0
    ret

/* x20: the name; x21: flags; x22: what to show.  Behind it the code, registers, and where to look. */
op_call:
    stp     x29, x30, [sp, #-16]!
    mov     x23, x20
    mov     x24, x21
    mov     x25, x22
    ldr     x9, [x19], #8
    address x0, image
    add     x9, x9, x0
    address x0, call_code
    str     x9, [x0]
    tbz     x24, #0, 1f
    bl      calls_dom0
    cbz     x0, 1f
    add     x19, x19, #(7 * 8)          // a row that dom0 skips
    b       2f
1:  address x9, call_code
    ldr     x9, [x9]
    bl      make_call
    mov     x0, x23
    bl      begin_word
    bl      say_call
    bl      next_word
    bl      show_words
    lsr     x25, x25, #16
    address x0, array
    bl      show_array
2:  bl      fill_buffer
    ldp     x29, x30, [sp], #16
    ret

/* The same without a call. */
op_look:
    stp     x29, x30, [sp, #-16]!
    mov     x25, x22
    mov     x0, x20
    bl      begin_word
    cbz     x26, 1f                     // what op_put could not write
    address x0, text_fault
    bl      add_text
1:  mov     x26, #0
    bl      next_word
    bl      show_words
    bl      fill_buffer
    mov     x26, #0
    ldp     x29, x30, [sp], #16
    ret

/* Says the result; for an instruction also the registers that changed, and DAIF if it did. */
say_call:
    stp     x29, x30, [sp, #-16]!
    address x9, left
    ldr     x0, [x9]
    tbnz    x24, #1, 1f
    bl      add_result
    b       2f                          // the area CAL has rules about the registers of hypercalls
1:  bl      add_number
    mov     x10, #8
3:  address x9, left
    ldr     x0, [x9, x10]
    address x9, loaded
    ldr     x1, [x9, x10]
    cmp     x0, x1
    b.eq    4f
    lsr     x1, x10, #3
    bl      add_register
4:  add     x10, x10, #8
    cmp     x10, #40
    b.ne    3b
2:  address x9, left
    ldr     x0, [x9, #40]
    cmp     x0, #0x1c0
    b.eq    5f
    mov     x1, x0
    address x0, text_daif
    bl      add_named
5:  cbz     x20, 6f
    mov     x1, x20
    address x0, text_esr
    bl      add_named
    address x1, call_code
    ldr     x1, [x1]
    sub     x1, x21, x1
    add     x2, x1, #64
    cmp     x2, #128                    // in the call's own code, or elsewhere
    csel    x1, x1, x21, lo
    address x0, text_elr
    bl      add_named
    mov     x1, x22
    address x0, text_far
    bl      add_named
6:  tbz     x24, #2, 7f
    bl      extent
    mov     x1, x0
    address x0, text_extent
    bl      add_named
7:  ldp     x29, x30, [sp], #16
    ret

/* x0 = the end of the last byte of the buffer that was written. */
extent:
    address x1, buffer
    mov     x0, #4096
1:  cbz     x0, 2f
    add     x2, x1, x0
    ldrb    w2, [x2, #-1]
    cmp     w2, #(BUFFER_FILL & 0xff)
    b.ne    2f
    sub     x0, x0, #1
    b       1b
2:  ret

/* Says the words from x0 on, as many as x25's low half says; of those in its upper half, only whether they changed. */
show_words:
    ubfx    x11, x25, #32, #16
    b       1f
show_array:
    mov     x11, #0
1:  stp     x29, x30, [sp, #-16]!
    mov     x10, x0
    ubfx    x12, x25, #0, #16
2:  cbz     x12, 5f
    mov     x26, #0
    ldr     x0, [x10]
    cbnz    x26, 3f
    tbz     x11, #0, 4f
    ldr     x1, =BUFFER_FILL
    cmp     x0, x1
    b.eq    4f
    address x0, text_machine
    bl      add_text
    b       6f
3:  address x0, text_fault
    bl      add_text
    b       6f
4:  bl      add_number
6:  add     x10, x10, #8
    lsr     x11, x11, #1
    sub     x12, x12, #1
    b       2b
5:  ldp     x29, x30, [sp], #16
    ret
    .ltorg

    .section .rodata
text_fault:
    .asciz  "fault"
text_machine:
    .asciz  "machine"
text_daif:
    .asciz  "daif:"
text_esr:
    .asciz  "esr:"
text_elr:
    .asciz  "elr:"
text_far:
    .asciz  "far:"
text_extent:
    .asciz  "end:"

    .data
    .balign 16
table:

#endif
