/*
 * mmu: a kernel that lives in the upper half, and takes its own exceptions.
 *
 * The guest turns the MMU on, with the image mapped at KERNEL_VA.  It maps one address to a page, then to
 * another page, then unmaps it.  Then it provokes one exception after the other and prints what each one
 * reports: a read of the address that is no longer mapped, a write to its own code, a BRK, an undefined
 * instruction, and an HVC with a tag that is not Xen's, which Xen answers with an undefined instruction
 * exception: its ELR is one instruction later than for the CPU's own.
 */
#include "lib/kernel.h"

    .bss
    .balign PAGE_SIZE
page_a:
    .space  PAGE_SIZE
page_b:
    .space  PAGE_SIZE

    .text
kernel_main:
    bl      boot_mmu
    // In the upper half, kernel tables live, nothing mapped below, vectors in place.
    adr     x0, kernel_main
    mov     x1, #KERNEL_VA
    cmp     x0, x1
    b.lo    1f
    print   "mmu: on, and running in the upper half\n"
1:  ldr     x22, =WINDOW_VA
    bl      remap
    bl      faults
    b       power_off
    .ltorg

/* x0 = what WINDOW_VA (x22) reads after it was mapped to `page`; then the page's number is written there. */
.macro map_window page:req, number:req
    address x0, \page
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA
    add     x1, x1, x0
    mov     x0, x22
    bl      map_page
    ldr     x0, [x22]
    mov     x1, #\number
    str     x1, [x22]
.endm

/* Maps x22 to page a, b, a: what was written through the first mapping is there again in the third. */
remap:
    stp     x29, x30, [sp, #-16]!
    print   "mmu: one address, pages a, b, a: reads"
    map_window page_a, 1
    bl      put_number
    map_window page_b, 2
    bl      put_number
    map_window page_a, 3
    bl      put_number
    print   "\nmmu: page b by its own address: reads"
    address x0, page_b
    ldr     x0, [x0]
    bl      put_number
    print   "\n"
    mov     x0, x22
    bl      unmap_page
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* A blank and x0. */
put_number:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    print   " "
    print_unsigned x19
    ldp     x19, x30, [sp], #16
    ret

/*
 * The instruction that follows is expected to fault: x20 = its address, x21 = its name in the report.
 * Nothing is printed before, so that Xen's log message about it starts on a line of its own.
 */
.macro provoke text:req
    .pushsection .rodata
.Ltext\@:
    .asciz  "mmu: \text"
    .popsection
    address x21, .Ltext\@
    adr     x20, .Lfault\@
.Lfault\@:
.endm

/* x22 = an address that is not mapped. */
faults:
    stp     x20, x30, [sp, #-32]!
    str     x21, [sp, #16]
    set_handler VECTOR_EL1_SYNC, report
    mov     x23, #KERNEL_VA             // the first page of the image is code
    provoke "unmapped read:  "
    ldr     x0, [x22, #8]
    provoke "unmapped write: "
    str     xzr, [x22, #16]
    provoke "write to code:  "
    str     xzr, [x23]
    provoke "brk 1:          "
    brk     #1
    provoke "undefined:      "
    .word   0                           // UDF #0
    provoke "hvc with tag 1: "
    hvc     #1
    ldr     x21, [sp, #16]
    ldp     x20, x30, [sp], #32
    ret

/*
 * The handler for everything synchronous at EL1: x0 = the frame.  It runs with the registers of the code
 * that it interrupts, x20 and x21 among them.  Prints the syndrome, and ELR relative to the instruction;
 * continues after it.
 */
report:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    mov     x0, x21
    bl      puts
    print   "ESR "
    ldr     x0, [x19, #FRAME_ESR]
    bl      put_hex
    print   ", ELR at instruction + "
    ldr     x0, [x19, #FRAME_ELR]
    sub     x0, x0, x20
    bl      put_unsigned
    ldr     x0, [x19, #FRAME_ESR]
    lsr     x0, x0, #ESR_EC_SHIFT
    cbz     x0, 1f                      // FAR_EL1 says nothing about undefined instructions ...
    cmp     x0, #ESR_EC_BRK64
    b.eq    1f                          // ... and BRK
    print   ", FAR "
    ldr     x0, [x19, #FRAME_FAR]
    bl      put_hex
1:  print   "\n"
    add     x0, x20, #4
    str     x0, [x19, #FRAME_ELR]
    ldp     x19, x30, [sp], #16
    ret

#include "lib/end.S"
