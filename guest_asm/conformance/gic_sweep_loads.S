/*
 * Loads of every width at every byte offset of the interrupt controller's frames, as far as they matter.
 */
#include "include/sweep_frame.S"

.macro loads id:req, windows:req
    sweep_rule "\id"
    address x24, \windows
    mov     x22, #KIND_LOADS
    mov     x23, #KIND_STORES
    bl      sweep_frame
.endm

    .text
kernel_main:
    bl      sweep_init
    bl      make_readable
    mov     x19, x25
    loads   "GIC-030", distributor_windows
    mov     x19, x26
    loads   "GIC-031", control_windows
    add     x19, x26, #GICR_PRIVATE
    loads   "GIC-032", private_windows
    mov     x0, #1
    add     x19, x26, x0, lsl #GICR_NEXT_SHIFT
    loads   "GIC-033", control_windows
    mov     x0, #2
    add     x19, x26, x0, lsl #GICR_NEXT_SHIFT
    loads   "GIC-034", last_windows
    b       sweep_end

/* Different bytes in what can be read back, the same in each 8 bytes of an array. */
make_readable:
    add     x10, x26, #GICR_PRIVATE
    ldr     w0, =0x80402010
    mov     x1, #0
1:  add     x2, x1, #IPRIORITYR
    str     w0, [x10, x2]
    add     x3, x1, #32
    add     x2, x3, #IPRIORITYR
    str     w0, [x25, x2]
    add     x1, x1, #4
    cmp     x1, #32
    b.ne    1b
    ldr     w0, =0x04030201             // not the timer's, and few at a time
    str     w0, [x10, #ISENABLER]
    str     w0, [x25, #(ISENABLER + 4)]
    ldr     w0, =0xa8a20082
    str     w0, [x10, #0xc04]           // GICR_ICFGR1, GICD_ICFGR2
    str     w0, [x25, #0xc08]
    mov     w0, #2
    str     w0, [x25]                   // GICD_CTLR.EnableGrp1A
    ret
    .ltorg
#include "lib/end.S"
