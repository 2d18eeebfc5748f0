/*
 * The small dom0 beside a domU under test. Xen logs nothing when a domU ends and then idles for ever, so
 * this one asks Xen for domain 1's shutdown reason and ends itself with the same reason: what Xen logs for
 * its hardware domain then holds for the domU. It prints nothing, and runs only when a domain has ended.
 *
 * Self-contained and position-independent; dom0_watch.bin is its assembled form.
 */
        .equ    HYPERVISOR_sched_op, 29
        .equ    HYPERVISOR_event_channel_op, 32
        .equ    HYPERVISOR_domctl, 36
        .equ    SCHEDOP_shutdown, 2
        .equ    SCHEDOP_poll, 3
        .equ    EVTCHNOP_bind_virq, 1
        .equ    EVTCHNOP_close, 3
        .equ    EACCES, 13
        .equ    OLDEST_DOMCTL, 0x10             // an XEN_DOMCTL_INTERFACE_VERSION before Xen 4.14's
        .equ    DOMINF_shutdown, 2              // bit of getdomaininfo's flags; the reason is in bits 23:16
        .equ    WATCH_FAILED, 254               // no reason of Xen's own

image:  b       start
        .word   0
        .quad   0                               // text_offset
        .quad   image_end - image
        .quad   0xa                             // little-endian, 4 KiB pages, anywhere
        .quad   0, 0, 0
        .word   0x644d5241                      // "ARM\x64"
        .word   0

start:  mov     w19, #OLDEST_DOMCTL
        // A fresh binding each time round: it starts with no event pending, so the poll below waits for
        // the next one, and one that comes between the question and the poll is not lost.
watch:  mov     x0, #EVTCHNOP_bind_virq
        adr     x1, binding
        mov     x16, #HYPERVISOR_event_channel_op
        hvc     #0xea1

ask:    adr     x20, request
        str     w19, [x20, #4]
        mov     x0, x20
        mov     x16, #HYPERVISOR_domctl
        hvc     #0xea1
        cmn     x0, #EACCES                     // another release's interface version: try the next one
        b.ne    1f
        add     w19, w19, #1
        b       ask
1:      mov     w21, #WATCH_FAILED
        cbnz    x0, end
        ldr     w21, [x20, #20]                 // getdomaininfo.flags
        tbz     w21, #DOMINF_shutdown, wait
        ubfx    w21, w21, #16, #8
end:    adr     x1, reason
        str     w21, [x1]
        mov     x0, #SCHEDOP_shutdown
        mov     x16, #HYPERVISOR_sched_op
        hvc     #0xea1

wait:   adr     x1, poll
        adr     x2, port
        str     x2, [x1]
        mov     x0, #SCHEDOP_poll
        mov     x16, #HYPERVISOR_sched_op
        hvc     #0xea1
        mov     x0, #EVTCHNOP_close
        adr     x1, port
        mov     x16, #HYPERVISOR_event_channel_op
        hvc     #0xea1
        b       watch

        .balign 8
request:                                        // struct xen_domctl: XEN_DOMCTL_getdomaininfo, domain 1
        .word   5, 0
        .quad   1
        .space  240
poll:   .quad   0                               // struct sched_poll: one port, no timeout
        .word   1, 0
        .quad   0
binding:                                        // struct evtchn_bind_virq: VIRQ_DOM_EXC on vCPU 0
        .word   3, 0
port:   .word   0
reason: .word   0
        .balign 16
image_end:
