/*
 * What dom0 may ask about domain 1, and do to it, beside its memory: parameters, and an end.
 */
#include "include/table.S"
#include "include/two_domains.S"

#define PARAM(domain, index) ((index)<<32)+(domain)

        meet_the_other

        table_rule "PRV-301"
        with PARAM(1, HVM_PARAM_CALLBACK_IRQ), 0x7777; hvm_op "its_interrupt", HVMOP_get_param, BUFFER, shows=2
        with PARAM(1, HVM_PARAM_STORE_PFN), 0x7777; hvm_op "its_store", HVMOP_get_param, BUFFER, shows=2
        with PARAM(1, HVM_PARAM_STORE_EVTCHN), 0x7777; hvm_op "its_stores_port", HVMOP_get_param, BUFFER, shows=2
        with PARAM(1, HVM_PARAM_CONSOLE_PFN), 0x7777; hvm_op "its_console", HVMOP_get_param, BUFFER, shows=2
        with PARAM(1, HVM_PARAM_MONITOR_RING_PFN), 0x7777; hvm_op "its_monitor", HVMOP_get_param, BUFFER, shows=2
        with PARAM(1, 3), 0x7777; hvm_op "an_unknown_one", HVMOP_get_param, BUFFER, shows=2
        with PARAM(2, HVM_PARAM_STORE_PFN), 0x7777; hvm_op "nobodys", HVMOP_get_param, BUFFER, shows=2
        with PARAM(0, HVM_PARAM_STORE_PFN), 0x7777; hvm_op "own", HVMOP_get_param, BUFFER, shows=2
        put THERE_AT(0), PARAM(0, HVM_PARAM_STORE_PFN), 0x7777
        there HYPERVISOR_hvm_op, "dom0s_for_it", HVMOP_get_param, THERE(0), shows=2, looks=THERE_AT(0)
        put THERE_AT(0), PARAM(DOMID_SELF, HVM_PARAM_CALLBACK_IRQ), 0x7777
        there HYPERVISOR_hvm_op, "its_interrupt_for_it", HVMOP_get_param, THERE(0), shows=2, looks=THERE_AT(0)

        table_rule "PRV-302"
        with 2, 0; sched_op "end_nobody", SCHEDOP_remote_shutdown, BUFFER
        put THERE_AT(0), 0, 0; there HYPERVISOR_sched_op, "it_ends_dom0", SCHEDOP_remote_shutdown, THERE(0)
        put THERE_AT(0), 2, 0; there HYPERVISOR_sched_op, "it_ends_nobody", SCHEDOP_remote_shutdown, THERE(0)
        put THERE_AT(0), 1, 0; there HYPERVISOR_sched_op, "it_ends_itself_so", SCHEDOP_remote_shutdown, THERE(0)
        with 0x500000001, 0; sched_op "end_it", SCHEDOP_remote_shutdown, BUFFER
        with 0x100000001, 0; sched_op "end_it_again", SCHEDOP_remote_shutdown, BUFFER
        sched_op "nowhere", SCHEDOP_remote_shutdown, NOWHERE
        with 1; memory_op "its_pages_then", XENMEM_current_reservation, BUFFER
        with 1<<32, 0; event_op "its_ports_then", EVTCHNOP_status, BUFFER

        table_end
#include "lib/end.S"
