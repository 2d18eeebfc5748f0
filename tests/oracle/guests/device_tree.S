/*
 * device_tree: prints the flattened device tree that the hypervisor gave it, as hexadecimal digits, 32 bytes
 * a line. To read it:
 *
 *     harness oracle run device_tree.S --domu | xxd -r -p | dtc -q -I dtb -O dts
 */
#include "lib/boot.S"
#include "lib/console.S"

#define BYTES_A_LINE    32
#define TOTALSIZE       4               /* struct fdt_header: big-endian */

    .text
kernel_main:
    mov     x19, x0                     // x19: the next byte
    ldr     w20, [x0, #TOTALSIZE]
    rev     w20, w20
    add     x20, x19, x20               // x20: the end
    address x21, digits
next_line:
    address x22, line                   // x22: where the next digit goes
    add     x23, x19, #BYTES_A_LINE
1:  ldrb    w0, [x19], #1
    lsr     w1, w0, #4
    and     w0, w0, #15
    ldrb    w1, [x21, x1]
    ldrb    w0, [x21, x0]
    strb    w1, [x22], #1
    strb    w0, [x22], #1
    cmp     x19, x20
    b.hs    2f
    cmp     x19, x23
    b.lo    1b
2:  mov     w0, #'\n'
    strb    w0, [x22], #1
    address x0, line
    sub     x1, x22, x0
    bl      console_write
    cmp     x19, x20
    b.lo    next_line
    b       power_off

    .section .rodata
digits: .ascii  "0123456789abcdef"

    .bss
line:   .space  2 * BYTES_A_LINE + 1

#include "lib/end.S"
