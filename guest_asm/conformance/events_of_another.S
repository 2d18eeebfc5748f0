/*
 * event_channel_op between dom0 and domain 1: channels are opened at one end, bound at the other, used and closed.
 */
#include "include/table.S"
#include "include/two_domains.S"

#define UNBOUND(whose, for) ((for)<<16)+(whose)
#define BIND(whose, port) ((port)<<32)+(whose)
#define STATUS(whose, port) ((port)<<32)+(whose), 0x1111, 0x2222222222222222
#define INFO            (FREE+0x300)    /* dom0's shared info */
#define INFO_THERE      0x50000000      /* and domain 1's, which dom0 sees at AT_INFO */
#define AT_INFO         (FREE+0x301)
#define PENDING         shared_info_evtchn_pending
#define MASK            shared_info_evtchn_mask

        meet_the_other

        table_rule "EVT-301"
        with DOMID_SELF, 0, GFN(INFO); memory_op "own_shared_info", XENMEM_add_to_physmap, BUFFER
        put THERE_AT(0), DOMID_SELF, 0, INFO_THERE>>12
        there HYPERVISOR_memory_op, "its_shared_info", XENMEM_add_to_physmap, THERE(0)
        with (1<<48)+(1<<32)+(XENMAPSPACE_gmfn_foreign<<16)+DOMID_SELF, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array INFO_THERE>>12, GFN(AT_INFO)
        memory_op "and_dom0_sees_it", XENMEM_add_to_physmap_batch, BUFFER, array=3
        with UNBOUND(DOMID_SELF, 1); event_op "own_port_for_it", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with UNBOUND(1, DOMID_SELF); event_op "its_port_for_dom0", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with UNBOUND(1, 1); event_op "its_port_for_itself", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with UNBOUND(1, 2); event_op "its_port_for_nobody", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with UNBOUND(2, 0); event_op "nobodys_port", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        put THERE_AT(0), UNBOUND(DOMID_SELF, 0); there HYPERVISOR_event_channel_op, "it_opens_one_for_dom0", EVTCHNOP_alloc_unbound, THERE(0), shows=1, looks=THERE_AT(0)
        put THERE_AT(0), UNBOUND(0, 1); there HYPERVISOR_event_channel_op, "it_opens_one_of_dom0", EVTCHNOP_alloc_unbound, THERE(0), shows=1, looks=THERE_AT(0)
        put THERE_AT(0), UNBOUND(DOMID_SELF, 2); there HYPERVISOR_event_channel_op, "it_opens_one_for_nobody", EVTCHNOP_alloc_unbound, THERE(0), shows=1, looks=THERE_AT(0)
        with STATUS(1, 1); event_op "status_of_its_1", EVTCHNOP_status, BUFFER, shows=3
        with STATUS(1, 2); event_op "status_of_its_2", EVTCHNOP_status, BUFFER, shows=3
        with STATUS(1, 3); event_op "status_of_its_3", EVTCHNOP_status, BUFFER, shows=3
        with STATUS(1, 4); event_op "status_of_its_4", EVTCHNOP_status, BUFFER, shows=3
        with STATUS(1, 999999); event_op "status_of_its_999999", EVTCHNOP_status, BUFFER, shows=3
        with STATUS(2, 1); event_op "status_of_nobodys", EVTCHNOP_status, BUFFER, shows=3
        put THERE_AT(0), STATUS(0, 1); there HYPERVISOR_event_channel_op, "it_asks_for_dom0s", EVTCHNOP_status, THERE(0), shows=3, looks=THERE_AT(0)
        put THERE_AT(0), STATUS(0, 999999); there HYPERVISOR_event_channel_op, "it_asks_for_dom0s_999999", EVTCHNOP_status, THERE(0), shows=3, looks=THERE_AT(0)
        put THERE_AT(0), STATUS(2, 1); there HYPERVISOR_event_channel_op, "it_asks_for_nobodys", EVTCHNOP_status, THERE(0), shows=3, looks=THERE_AT(0)

        table_rule "EVT-302"
        with BIND(1, 1), 0; event_op "bind_to_its_1", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        peek "own_pending", BYTE_AT(INFO, PENDING)
        with BIND(1, 1), 0; event_op "bind_to_it_again", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with BIND(1, 2), 0; event_op "bind_to_what_is_for_itself", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with BIND(1, 9), 0; event_op "bind_to_a_closed_one", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with BIND(1, 0), 0; event_op "bind_to_its_0", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with BIND(2, 1), 0; event_op "bind_to_nobodys", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        put THERE_AT(0), BIND(0, 1), 0; there HYPERVISOR_event_channel_op, "it_binds_to_own_1", EVTCHNOP_bind_interdomain, THERE(0), shows=2, looks=THERE_AT(0)
        put THERE_AT(0), BIND(0, 2), 0; there HYPERVISOR_event_channel_op, "it_binds_to_own_2", EVTCHNOP_bind_interdomain, THERE(0), shows=2, looks=THERE_AT(0)
        put THERE_AT(0), BIND(2, 1), 0; there HYPERVISOR_event_channel_op, "it_binds_to_nobodys", EVTCHNOP_bind_interdomain, THERE(0), shows=2, looks=THERE_AT(0)
        peek "its_pending", BYTE_AT(AT_INFO, PENDING)
        with STATUS(DOMID_SELF, 1); event_op "status_of_own_1", EVTCHNOP_status, BUFFER, shows=3
        with STATUS(DOMID_SELF, 2); event_op "status_of_own_2", EVTCHNOP_status, BUFFER, shows=3
        with STATUS(1, 1); event_op "status_of_its_1", EVTCHNOP_status, BUFFER, shows=3
        with STATUS(1, 4); event_op "status_of_its_4", EVTCHNOP_status, BUFFER, shows=3

        table_rule "EVT-303"
        poke "nothing_pending", BYTE_AT(INFO, PENDING), 0
        poke "nor_there", BYTE_AT(AT_INFO, PENDING), 0
        with 2; event_op "send_2", EVTCHNOP_send, BUFFER
        peek "it_arrives", BYTE_AT(AT_INFO, PENDING)
        peek "not_here", BYTE_AT(INFO, PENDING)
        poke "mask_own_1", BYTE_AT(INFO, MASK), 2
        put THERE_AT(0), 4; there HYPERVISOR_event_channel_op, "it_sends_4", EVTCHNOP_send, THERE(0)
        peek "that_arrives_at_1", BYTE_AT(INFO, PENDING)
        put THERE_AT(0), 1; there HYPERVISOR_event_channel_op, "it_sends_1", EVTCHNOP_send, THERE(0)
        peek "that_arrives_at_2", BYTE_AT(INFO, PENDING)
        with 1; event_op "unmask_1", EVTCHNOP_unmask, BUFFER
        peek "no_mask", BYTE_AT(INFO, MASK)
        with BIND(0, 2); event_op "bind_vcpu", EVTCHNOP_bind_vcpu, BUFFER
        put THERE_AT(0), 1, 0, 0, 0; there HYPERVISOR_event_channel_op, "it_binds_1_to_vcpu_0", EVTCHNOP_bind_vcpu, THERE(0)
        put THERE_AT(0), 0x100000001; there HYPERVISOR_event_channel_op, "it_binds_1_to_vcpu_1", EVTCHNOP_bind_vcpu, THERE(0)
        put THERE_AT(0), 2; there HYPERVISOR_event_channel_op, "it_sends_to_its_own_unbound_one", EVTCHNOP_send, THERE(0)

        table_rule "EVT-305"
        put THERE_AT(0), 0, 0; there HYPERVISOR_event_channel_op, "it_opens_a_port", EVTCHNOP_bind_ipi, THERE(0), shows=1, looks=THERE_AT(0)
        poke "nothing_pending", BYTE_AT(AT_INFO, PENDING), 0
        put THERE_AT(0), THERE(0x40), 1, 0
        put THERE_AT(0x40), 1; ask_there HYPERVISOR_sched_op, "it_polls_port_1", SCHEDOP_poll, THERE(0)
        is_it_made "it_waits"
        with 1; event_op "send_to_its_4", EVTCHNOP_send, BUFFER
        is_it_made "it_still_waits"
        with 2; event_op "send_to_its_1", EVTCHNOP_send, BUFFER
        is_it_made "it_goes_on"
        wait_there "poll"
        peek "what_is_pending", BYTE_AT(AT_INFO, PENDING)
        put THERE_AT(0), THERE(0x40), 1, 0
        put THERE_AT(0x40), 1; there HYPERVISOR_sched_op, "it_polls_a_pending_one", SCHEDOP_poll, THERE(0)
        poke "nothing_pending_again", BYTE_AT(AT_INFO, PENDING), 0
        put THERE_AT(0), THERE(0x40), 2, 0
        put THERE_AT(0x40), 1+(5<<32); ask_there HYPERVISOR_sched_op, "it_polls_two_ports", SCHEDOP_poll, THERE(0)
        is_it_made "it_waits_for_both"
        with 2; event_op "send_to_its_1_again", EVTCHNOP_send, BUFFER
        is_it_made "it_goes_on_again"
        wait_there "poll_of_two"
        poke "nothing_pending_once_more", BYTE_AT(AT_INFO, PENDING), 0
        put THERE_AT(0), THERE(0x40), 2, 0
        put THERE_AT(0x40), 1+(5<<32); ask_there HYPERVISOR_sched_op, "it_polls_two_more", SCHEDOP_poll, THERE(0)
        is_it_made "it_waits_once_more"
        with 1; event_op "send_to_its_4_again", EVTCHNOP_send, BUFFER
        is_it_made "any_event_is_enough"
        wait_there "poll_at_last"
        put THERE_AT(0), THERE(0x40), 1, 0
        put THERE_AT(0x40), 99; there HYPERVISOR_sched_op, "it_polls_a_closed_one", SCHEDOP_poll, THERE(0)
        put THERE_AT(0), THERE(0x40), 1, 1
        put THERE_AT(0x40), 5; there HYPERVISOR_sched_op, "it_polls_until_the_past", SCHEDOP_poll, THERE(0)
        put THERE_AT(0), NOWHERE, 1, 0
        there HYPERVISOR_sched_op, "it_polls_a_list_nowhere", SCHEDOP_poll, THERE(0)

        table_rule "EVT-304"
        with 2; event_op "close_2", EVTCHNOP_close, BUFFER
        with STATUS(1, 1); event_op "its_end_is_unbound", EVTCHNOP_status, BUFFER, shows=3
        put THERE_AT(0), 1; there HYPERVISOR_event_channel_op, "it_sends_1", EVTCHNOP_send, THERE(0)
        with BIND(1, 1), 0; event_op "bind_to_it_anew", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        put THERE_AT(0), 1; there HYPERVISOR_event_channel_op, "it_closes_1", EVTCHNOP_close, THERE(0)
        with STATUS(DOMID_SELF, 2); event_op "own_end_is_unbound", EVTCHNOP_status, BUFFER, shows=3
        with 2; event_op "send_2", EVTCHNOP_send, BUFFER
        with 1; event_op "reset_it", EVTCHNOP_reset, BUFFER
        with 2; event_op "reset_nobody", EVTCHNOP_reset, BUFFER
        with 1; event_op "go_on_with_its_reset", 14, BUFFER
        put THERE_AT(0), 0; there HYPERVISOR_event_channel_op, "it_resets_dom0", EVTCHNOP_reset, THERE(0)
        put THERE_AT(0), DOMID_SELF; there HYPERVISOR_event_channel_op, "it_resets_itself", EVTCHNOP_reset, THERE(0)
        with STATUS(DOMID_SELF, 1); event_op "status_of_own_1", EVTCHNOP_status, BUFFER, shows=3
        with STATUS(1, 4); event_op "status_of_its_4", EVTCHNOP_status, BUFFER, shows=3
        with 1; event_op "send_1", EVTCHNOP_send, BUFFER
        peek "its_pending", BYTE_AT(AT_INFO, PENDING)

        table_end
#include "lib/end.S"
