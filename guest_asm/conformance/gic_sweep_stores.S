/*
 * Stores of zero, of every width, at every byte offset of the interrupt controller's frames, as far as they matter:
 * which are taken, and which abort.
 */
#include "include/sweep_frame.S"

.macro stores id:req, windows:req
    sweep_rule "\id"
    address x24, \windows
    mov     x22, #KIND_STORES
    mov     x23, #KINDS
    bl      sweep_frame
.endm

    .text
kernel_main:
    bl      sweep_init
    mov     x19, x25
    stores  "GIC-035", distributor_windows
    mov     x19, x26
    stores  "GIC-036", control_windows
    add     x19, x26, #GICR_PRIVATE
    stores  "GIC-037", private_windows
    mov     x0, #2
    add     x19, x26, x0, lsl #GICR_NEXT_SHIFT
    stores  "GIC-038", last_windows
    b       sweep_end
#include "lib/end.S"
