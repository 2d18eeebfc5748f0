/*
 * The first file of every guest: the arm64 Image header, and the code from entry to kernel_main.
 *
 *   in memory   +----------------------+  <- image: 2 MiB aligned, anywhere in RAM
 *               | .text  (this first)  |
 *               | .rodata              |
 *               | .data                |
 *               +----------------------+  <- end of the file
 *               | .bss, stacks in it   |     not in the file: cleared here
 *               +----------------------+  <- image_end (end.S, the last include of every guest)
 *
 * The image is linked at 0 and finds its own address with ADRP, so the same code runs at the address that
 * the loader chose (MMU off) and at KERNEL_VA (mmu.S), without relocation.
 *
 * Convention of all code here: AAPCS64.  Calls may spoil x0 to x18, and keep x19 to x29 and SP.
 */
#ifndef GUEST_BOOT_S
#define GUEST_BOOT_S

#include "hypercall.h"

#ifndef NR_CPUS
#define NR_CPUS         1               /* a guest that starts more says so before it includes this */
#endif
#define STACK_SIZE      4096

    .bss
    .balign 4096
bss_start:
stacks:                                 // vCPU n's stack ends at stacks + (n + 1) * STACK_SIZE
    .space  NR_CPUS * STACK_SIZE

    .text
    .balign 4096
/* The Image header (Linux, Documentation/arm64/booting.rst): the loader jumps to its first word. */
    .global image, _start
image:
_start:
    b       boot
    .word   0
    .quad   0                           // text_offset: at a 2 MiB boundary itself
    .quad   image_end - image           // image_size: .bss counts
    .quad   0xa                         // flags: little-endian, 4 KiB pages, anywhere in memory
    .quad   0, 0, 0
    .word   0x644d5241                  // "ARM\x64"
    .word   0

/*
 * The loader starts vCPU 0 here: EL1, interrupts masked, MMU and D-cache off, x0 = the device tree.
 * The loader has cleaned the file to memory, but not .bss, so a cache may hold lines of it.  They are
 * evicted before .bss is written past the caches; otherwise they might be written back over it later.
 */
boot:
    mov     x19, x0
    address x20, bss_start
    address x21, image_end
    mov     x0, x20
    mov     x1, x21
    bl      dcache_evict                // uses no stack: there is none yet
1:  stp     xzr, xzr, [x20], #16        // image_end is 16-byte aligned (end.S)
    cmp     x20, x21
    b.lo    1b

    address x0, stacks
    add     sp, x0, #STACK_SIZE
    msr     tpidr_el1, xzr              // TPIDR_EL1 is the number of this vCPU from now on
    mov     x0, x19
    bl      kernel_main                 // x0 = the device tree
    b       power_off                   // a kernel that returns is done

#include "cache.S"
#include "shutdown.S"

#endif
