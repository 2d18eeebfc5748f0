/*
 * echo: writes its console input back to the console, until Ctrl-D or IDLE_LIMIT waits without input.
 *
 * CONSOLEIO_read never waits, so between two reads the guest sleeps on the virtual timer.  Xen
 * answers -EPERM to a domain that may not read its console; the guest says so, and powers off.
 */
#include "lib/kernel.h"

#define CTRL_D          4
#define BUFFER_SIZE     64
#define WAIT_MS         10
#define IDLE_LIMIT      6000            /* one minute */

    .bss
    .balign 64
buffer:
    .space  BUFFER_SIZE

    .text
kernel_main:
    bl      boot_mmu
    print   "echo: type; Ctrl-D ends\n"
    address x19, buffer
1:  mov     x21, #IDLE_LIMIT            // x21: how many more times nothing may come
2:  mov     x0, x19
    mov     x1, #BUFFER_SIZE
    bl      console_read
    mov     x20, x0                     // x20: so many bytes came
    tbnz    x20, #63, refused
    cbnz    x20, 3f
    subs    x21, x21, #1
    b.eq    nothing_came
    mov     x0, #WAIT_MS
    bl      arm_timer
    wfi
    b       2b
3:  bl      find_end
    mov     x0, x19
    mov     x1, x22
    bl      console_write
    cmp     x22, x20
    b.eq    1b
    print   "\necho: Ctrl-D\n"
    b       power_off

nothing_came:
    print   "echo: no more input\n"
    b       power_off
refused:
    print   "echo: this domain may not read the console: "
    print_signed x20
    print   "\n"
    b       power_off

/* x22 = how many of the x20 bytes at x19 come before a Ctrl-D. */
find_end:
    mov     x22, #0
1:  ldrb    w0, [x19, x22]
    cmp     w0, #CTRL_D
    b.eq    2f
    add     x22, x22, #1
    cmp     x22, x20
    b.lo    1b
2:  ret

#include "lib/end.S"
