/*
 * The console over console_io.  It works with the MMU on and off (Xen then takes addresses as physical).
 */
#ifndef GUEST_CONSOLE_S
#define GUEST_CONSOLE_S

#include "hypercall.h"
#include "cache.S"

/* print "text": spoils the same registers as a call. */
.macro print text:req
    .pushsection .rodata
.Ltext\@:
    .asciz  "\text"
    .popsection
    address x0, .Ltext\@
    bl      puts
.endm

    .text
/* Writes the NUL-terminated string at x0. */
puts:
    mov     x1, x0
1:  ldrb    w2, [x1], #1
    cbnz    w2, 1b
    sub     x1, x1, x0
    sub     x1, x1, #1                  // x1 went one past the NUL
/* Writes the x1 bytes at x0; x1 may be 0. */
console_write:
    cbz     x1, 2f
    mov     x4, x0
    mov     x5, x1
    mov     x6, x30
    add     x1, x0, x1
    bl      dcache_evict                // with the MMU off the bytes may have been written past the caches
    mov     x30, x6
    mov     x0, #CONSOLEIO_write
    mov     x1, x5
    mov     x2, x4
    hypercall HYPERVISOR_console_io
2:  ret

/*
 * Reads up to x1 bytes of input to x0, without waiting.  x0 = the number of bytes read, or an errno:
 * -EPERM for a domain that may not read the console.  With the MMU off, evict the buffer's lines
 * before reading it: Xen wrote them through a cache.
 */
console_read:
    mov     x2, x0
    mov     x0, #CONSOLEIO_read
    hypercall HYPERVISOR_console_io
    ret

#endif
