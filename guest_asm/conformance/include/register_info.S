/*
 * VCPUOP_register_vcpu_info: registers a vCPU's vcpu_info in a page of the image or in any frame.
 */
#ifndef CONFORMANCE_REGISTER_INFO_S
#define CONFORMANCE_REGISTER_INFO_S

    page    info_page
    .bss
    .balign 8
info_request:                           // struct vcpu_register_vcpu_info
    .space  vcpu_register_vcpu_info_size

/* Registers vCPU \vcpu's vcpu_info at \offset in info_page, or in frame \gfn; x0 = the result. */
.macro register_info offset:req, vcpu=0, gfn=
    .ifb    \gfn
    address x0, info_page
    bl      virt_to_phys
    lsr     x0, x0, #12
    .else
    ldr     x0, =\gfn
    .endif
    ldr     w1, =\offset
    mov     x2, #\vcpu
    bl      register_vcpu_info
.endm
.macro refusal id:req, offset:req, vcpu=0, gfn=
    register_info \offset, \vcpu, \gfn
    report  "\id", "result", x0
.endm

    .text
register_vcpu_info:
    mov     x3, x2
    address x2, info_request
    str     x0, [x2, #vcpu_register_vcpu_info_mfn]
    str     w1, [x2, #vcpu_register_vcpu_info_offset]
    mov     x1, x3
    mov     x0, #VCPUOP_register_vcpu_info
    hypercall HYPERVISOR_vcpu_op
    ret

#endif
