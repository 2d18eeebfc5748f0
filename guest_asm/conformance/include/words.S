/*
 * An answer of many words, for rules about a group of calls or areas: each word is a line of its own, "MEM-120+ name="
 * and its values, with commas between them.  What does not fit in a line continues in "MEM-120~" lines.
 */
#ifndef CONFORMANCE_WORDS_S
#define CONFORMANCE_WORDS_S

#define LINE_FULL       150

    .bss
    .balign 8
rule_name:
    .space  8
word_open:                              // 0: no line is begun; 1: nothing was added to the word; 2: something was
    .space  8

    .text
/* The routines here keep all but x0 to x2.  x0 of the first two: a text, counted from the image. */
words_of_rule:
    address x1, image
    add     x0, x0, x1
    address x1, rule_name
    str     x0, [x1]
    ret

begin_word:
    keep_registers
    mov     x9, x0
    bl      end_words
    address x0, rule_name
    ldr     x0, [x0]
    bl      line_begin
    address x0, words_next
    bl      line_text
    address x0, image
    add     x0, x0, x9
    bl      line_text
    address x0, words_equals
    bl      line_text
    address x0, word_open
    mov     x1, #1
    str     x1, [x0]
    give_registers_back
    ret

end_words:
    str     x30, [sp, #-16]!
    address x0, word_open
    ldr     x1, [x0]
    cbz     x1, 1f
    str     xzr, [x0]
    bl      line_write
1:  ldr     x30, [sp], #16
    ret

/* Adds a comma if the word has a value already, and makes room for more. */
next_part:
    keep_registers
    address x0, word_open
    ldr     x1, [x0]
    mov     x2, #2
    str     x2, [x0]
    cmp     x1, #1
    b.eq    1f
    address x0, words_comma
    bl      line_text
    address x0, line_end
    ldr     x0, [x0]
    cmp     x0, #LINE_FULL
    b.lo    1f
    bl      line_write
    address x0, rule_name
    ldr     x0, [x0]
    bl      line_begin
    address x0, words_more
    bl      line_text
1:  give_registers_back
    ret

/* The text at x0. */
add_text:
    stp     x0, x30, [sp, #-16]!
    bl      next_part
    ldp     x0, x30, [sp]
    bl      line_text
    ldp     x0, x30, [sp], #16
    ret

/* x0 as a signed decimal number. */
add_signed:
    stp     x0, x30, [sp, #-16]!
    bl      next_part
    ldr     x1, [sp]
    address x0, words_nothing
    bl      line_signed
    ldp     x0, x30, [sp], #16
    ret

    .section .rodata
words_next:
    .asciz  "+ "
words_more:
    .asciz  "~ "
words_equals:
    .asciz  "="
words_comma:
    .asciz  ","
words_nothing:
    .asciz  ""
    .text

#endif
