/* Xen's public ABI for arm64 guests, written by `python -m harness.abi`: edit harness/abi. */
#ifndef HARNESS_ABI_H
#define HARNESS_ABI_H

#define XEN_HYPERCALL_TAG                                3745
#define XEN_RUNSTATE_UPDATE_BIT                          63

/* Numbers in x16 that Xen/Arm's hypercall table has (``public/xen.h``, ``__HYPERVISOR_*``). */
#define HYPERVISOR_platform_op                           7
#define HYPERVISOR_memory_op                             12
#define HYPERVISOR_multicall                             13
#define HYPERVISOR_xen_version                           17
#define HYPERVISOR_console_io                            18
#define HYPERVISOR_grant_table_op                        20
#define HYPERVISOR_vm_assist                             21
#define HYPERVISOR_vcpu_op                               24
#define HYPERVISOR_sched_op                              29
#define HYPERVISOR_event_channel_op                      32
#define HYPERVISOR_physdev_op                            33
#define HYPERVISOR_hvm_op                                34
#define HYPERVISOR_sysctl                                35
#define HYPERVISOR_domctl                                36
#define HYPERVISOR_dm_op                                 41
#define HYPERVISOR_hypfs_op                              42

/* Commands of console_io (``public/xen.h``). */
#define CONSOLEIO_write                                  0
#define CONSOLEIO_read                                   1

/* Commands of xen_version (``public/version.h``). */
#define XENVER_version                                   0
#define XENVER_extraversion                              1
#define XENVER_compile_info                              2
#define XENVER_capabilities                              3
#define XENVER_changeset                                 4
#define XENVER_platform_parameters                       5
#define XENVER_get_features                              6
#define XENVER_pagesize                                  7
#define XENVER_guest_handle                              8
#define XENVER_commandline                               9
#define XENVER_build_id                                  10
#define XENVER_extraversion2                             11
#define XENVER_capabilities2                             12
#define XENVER_changeset2                                13
#define XENVER_commandline2                              14

/* Bit numbers in XENVER_get_features' submap 0 (``public/features.h``). */
#define XENFEAT_writable_page_tables                     0
#define XENFEAT_writable_descriptor_tables               1
#define XENFEAT_auto_translated_physmap                  2
#define XENFEAT_supervisor_mode_kernel                   3
#define XENFEAT_pae_pgdir_above_4gb                      4
#define XENFEAT_mmu_pt_update_preserve_ad                5
#define XENFEAT_highmem_assist                           6
#define XENFEAT_gnttab_map_avail_bits                    7
#define XENFEAT_hvm_callback_vector                      8
#define XENFEAT_hvm_safe_pvclock                         9
#define XENFEAT_hvm_pirqs                                10
#define XENFEAT_dom0                                     11
#define XENFEAT_grant_map_identity                       12
#define XENFEAT_memory_op_vnode_supported                13
#define XENFEAT_ARM_SMCCC_supported                      14
#define XENFEAT_linux_rsdp_unrestricted                  15
#define XENFEAT_not_direct_mapped                        16
#define XENFEAT_direct_mapped                            17
#define XENFEAT_runstate_phys_area                       18
#define XENFEAT_vcpu_time_phys_area                      19

/* Commands of vcpu_op (``public/vcpu.h``). */
#define VCPUOP_initialise                                0
#define VCPUOP_up                                        1
#define VCPUOP_down                                      2
#define VCPUOP_is_up                                     3
#define VCPUOP_get_runstate_info                         4
#define VCPUOP_register_runstate_memory_area             5
#define VCPUOP_set_periodic_timer                        6
#define VCPUOP_stop_periodic_timer                       7
#define VCPUOP_set_singleshot_timer                      8
#define VCPUOP_stop_singleshot_timer                     9
#define VCPUOP_register_vcpu_info                        10
#define VCPUOP_send_nmi                                  11
#define VCPUOP_get_physid                                12
#define VCPUOP_register_vcpu_time_memory_area            13
#define VCPUOP_register_runstate_phys_area               14
#define VCPUOP_register_vcpu_time_phys_area              15

/* A vCPU's scheduling state as the guest sees it (``public/vcpu.h``). */
#define RUNSTATE_running                                 0
#define RUNSTATE_runnable                                1
#define RUNSTATE_blocked                                 2
#define RUNSTATE_offline                                 3

/* Commands of vm_assist (``public/xen.h``). */
#define VMASST_CMD_enable                                0
#define VMASST_CMD_disable                               1

/* Types of vm_assist; Arm supports only the last one (``public/xen.h``). */
#define VMASST_TYPE_4gb_segments                         0
#define VMASST_TYPE_4gb_segments_notify                  1
#define VMASST_TYPE_writable_pagetables                  2
#define VMASST_TYPE_pae_extended_cr3                     3
#define VMASST_TYPE_architectural_iopl                   4
#define VMASST_TYPE_runstate_update_flag                 5

/* Commands of sched_op (``public/sched.h``). */
#define SCHEDOP_yield                                    0
#define SCHEDOP_block                                    1
#define SCHEDOP_shutdown                                 2
#define SCHEDOP_poll                                     3
#define SCHEDOP_remote_shutdown                          4
#define SCHEDOP_shutdown_code                            5
#define SCHEDOP_watchdog                                 6
#define SCHEDOP_pin_override                             7

/* Reasons of SCHEDOP_shutdown (``public/sched.h``). */
#define SHUTDOWN_poweroff                                0
#define SHUTDOWN_reboot                                  1
#define SHUTDOWN_suspend                                 2
#define SHUTDOWN_crash                                   3
#define SHUTDOWN_watchdog                                4
#define SHUTDOWN_soft_reset                              5

/* Domain numbers with a special meaning (``public/xen.h``). */
#define DOMID_SELF                                       0x7ff0
#define DOMID_IO                                         0x7ff1
#define DOMID_XEN                                        0x7ff2

/* Commands of memory_op that Xen/Arm answers (``public/memory.h``); bits 6 and up are the first extent. */
#define XENMEM_increase_reservation                      0
#define XENMEM_decrease_reservation                      1
#define XENMEM_maximum_ram_page                          2
#define XENMEM_current_reservation                       3
#define XENMEM_maximum_reservation                       4
#define XENMEM_populate_physmap                          6
#define XENMEM_add_to_physmap                            7
#define XENMEM_exchange                                  11
#define XENMEM_maximum_gpfn                              14
#define XENMEM_remove_from_physmap                       15
#define XENMEM_get_sharing_freed_pages                   18
#define XENMEM_get_sharing_shared_pages                  19
#define XENMEM_add_to_physmap_batch                      23
#define XENMEM_claim_pages                               24
#define XENMEM_get_vnumainfo                             26
#define XENMEM_reserved_device_memory_map                27
#define XENMEM_acquire_resource                          28

/* Kinds of pages that XENMEM_add_to_physmap maps (``public/memory.h``). */
#define XENMAPSPACE_shared_info                          0
#define XENMAPSPACE_grant_table                          1
#define XENMAPSPACE_gmfn                                 2
#define XENMAPSPACE_gmfn_range                           3
#define XENMAPSPACE_gmfn_foreign                         4
#define XENMAPSPACE_dev_mmio                             5

/* Commands of grant_table_op (``public/grant_table.h``). */
#define GNTTABOP_map_grant_ref                           0
#define GNTTABOP_unmap_grant_ref                         1
#define GNTTABOP_setup_table                             2
#define GNTTABOP_dump_table                              3
#define GNTTABOP_transfer                                4
#define GNTTABOP_copy                                    5
#define GNTTABOP_query_size                              6
#define GNTTABOP_unmap_and_replace                       7
#define GNTTABOP_set_version                             8
#define GNTTABOP_get_status_frames                       9
#define GNTTABOP_get_version                             10
#define GNTTABOP_swap_grant_ref                          11
#define GNTTABOP_cache_flush                             12

/* Values of a grant operation's status field (``public/grant_table.h``). */
#define GNTST_okay                                       0
#define GNTST_general_error                              -1
#define GNTST_bad_domain                                 -2
#define GNTST_bad_gntref                                 -3
#define GNTST_bad_handle                                 -4
#define GNTST_bad_virt_addr                              -5
#define GNTST_bad_dev_addr                               -6
#define GNTST_no_device_space                            -7
#define GNTST_permission_denied                          -8
#define GNTST_bad_page                                   -9
#define GNTST_bad_copy_arg                               -10
#define GNTST_address_too_big                            -11
#define GNTST_eagain                                     -12
#define GNTST_no_space                                   -13

/* How GNTTABOP_map_grant_ref maps (``public/grant_table.h``). */
#define GNTMAP_device_map                                1
#define GNTMAP_host_map                                  2
#define GNTMAP_readonly                                  4
#define GNTMAP_application_map                           8
#define GNTMAP_contains_pte                              16

/* Flags of a grant table entry; the lowest two bits are its type (``public/grant_table.h``). */
#define GTF_permit_access                                1
#define GTF_readonly                                     4
#define GTF_reading                                      8
#define GTF_writing                                      16
#define GTF_PWT                                          32
#define GTF_PCD                                          64
#define GTF_PAT                                          128
#define GTF_sub_page                                     256

/* Which side of GNTTABOP_copy is a reference (``public/grant_table.h``). */
#define GNTCOPY_source_gref                              1
#define GNTCOPY_dest_gref                                2

/* What GNTTABOP_cache_flush does (``public/grant_table.h``). */
#define GNTTAB_CACHE_CLEAN                               1
#define GNTTAB_CACHE_INVAL                               2

/* PSCI function identifiers and results (Arm DEN 0022, ``asm/psci.h``). */
#define PSCI_VERSION                                     0x84000000
#define PSCI_CPU_SUSPEND_32                              0x84000001
#define PSCI_CPU_SUSPEND_64                              0xc4000001
#define PSCI_CPU_OFF                                     0x84000002
#define PSCI_CPU_ON_32                                   0x84000003
#define PSCI_CPU_ON_64                                   0xc4000003
#define PSCI_AFFINITY_INFO_32                            0x84000004
#define PSCI_AFFINITY_INFO_64                            0xc4000004
#define PSCI_MIGRATE_INFO_TYPE                           0x84000006
#define PSCI_SYSTEM_OFF                                  0x84000008
#define PSCI_SYSTEM_RESET                                0x84000009
#define PSCI_FEATURES                                    0x8400000a

/* Results of PSCI calls in x0 (Arm DEN 0022, table 8). */
#define PSCI_SUCCESS                                     0
#define PSCI_NOT_SUPPORTED                               -1
#define PSCI_INVALID_PARAMETERS                          -2
#define PSCI_DENIED                                      -3
#define PSCI_ALREADY_ON                                  -4
#define PSCI_ON_PENDING                                  -5
#define PSCI_INTERNAL_FAILURE                            -6
#define PSCI_NOT_PRESENT                                 -7
#define PSCI_DISABLED                                    -8
#define PSCI_INVALID_ADDRESS                             -9

/* Commands of event_channel_op (``public/event_channel.h``). */
#define EVTCHNOP_bind_interdomain                        0
#define EVTCHNOP_bind_virq                               1
#define EVTCHNOP_bind_pirq                               2
#define EVTCHNOP_close                                   3
#define EVTCHNOP_send                                    4
#define EVTCHNOP_status                                  5
#define EVTCHNOP_alloc_unbound                           6
#define EVTCHNOP_bind_ipi                                7
#define EVTCHNOP_bind_vcpu                               8
#define EVTCHNOP_unmask                                  9
#define EVTCHNOP_reset                                   10
#define EVTCHNOP_init_control                            11
#define EVTCHNOP_expand_array                            12
#define EVTCHNOP_set_priority                            13

/* States of a port that EVTCHNOP_status returns (``public/event_channel.h``). */
#define EVTCHNSTAT_closed                                0
#define EVTCHNSTAT_unbound                               1
#define EVTCHNSTAT_interdomain                           2
#define EVTCHNSTAT_pirq                                  3
#define EVTCHNSTAT_virq                                  4
#define EVTCHNSTAT_ipi                                   5

/* Virtual interrupts (``public/xen.h``). */
#define VIRQ_TIMER                                       0
#define VIRQ_DEBUG                                       1
#define VIRQ_CONSOLE                                     2
#define VIRQ_DOM_EXC                                     3
#define VIRQ_XENOPROF                                    7
#define VIRQ_XENPMU                                      13

/* Bits of a port's word in the FIFO ABI; the low bits are the next port (``public/event_channel.h``). */
#define EVTCHN_FIFO_LINK_BITS                            17
#define EVTCHN_FIFO_BUSY                                 28
#define EVTCHN_FIFO_LINKED                               29
#define EVTCHN_FIFO_MASKED                               30
#define EVTCHN_FIFO_PENDING                              31

/* Priorities of ports in the FIFO ABI; the smaller number comes first (``public/event_channel.h``). */
#define EVTCHN_FIFO_PRIORITY_MAX                         0
#define EVTCHN_FIFO_PRIORITY_DEFAULT                     7
#define EVTCHN_FIFO_PRIORITY_MIN                         15

/* Commands of hvm_op that Xen/Arm answers (``public/hvm/hvm_op.h``). */
#define HVMOP_set_param                                  0
#define HVMOP_get_param                                  1
#define HVMOP_guest_request_vm_event                     24

/* Parameters of a domain that Xen/Arm knows (``public/hvm/params.h``). */
#define HVM_PARAM_CALLBACK_IRQ                           0
#define HVM_PARAM_STORE_PFN                              1
#define HVM_PARAM_STORE_EVTCHN                           2
#define HVM_PARAM_CONSOLE_PFN                            17
#define HVM_PARAM_CONSOLE_EVTCHN                         18
#define HVM_PARAM_MONITOR_RING_PFN                       28

/* The errors that a hypercall can answer with. */
#define EPERM                                            1
#define ENOENT                                           2
#define ESRCH                                            3
#define EIO                                              5
#define ENXIO                                            6
#define E2BIG                                            7
#define ENOEXEC                                          8
#define EBADF                                            9
#define ECHILD                                           10
#define EAGAIN                                           11
#define ENOMEM                                           12
#define EACCES                                           13
#define EFAULT                                           14
#define EBUSY                                            16
#define EEXIST                                           17
#define EXDEV                                            18
#define ENODEV                                           19
#define ENOTDIR                                          20
#define EISDIR                                           21
#define EINVAL                                           22
#define ENFILE                                           23
#define EMFILE                                           24
#define ENOSPC                                           28
#define EROFS                                            30
#define EMLINK                                           31
#define EDOM                                             33
#define ERANGE                                           34
#define EDEADLK                                          35
#define ENAMETOOLONG                                     36
#define ENOLCK                                           37
#define ENOSYS                                           38
#define ENOTEMPTY                                        39
#define ENODATA                                          61
#define ETIME                                            62
#define EBADMSG                                          74
#define EOVERFLOW                                        75
#define EILSEQ                                           84
#define ERESTART                                         85
#define ENOTSOCK                                         88
#define EMSGSIZE                                         90
#define EOPNOTSUPP                                       95
#define EADDRINUSE                                       98
#define EADDRNOTAVAIL                                    99
#define ENOBUFS                                          105
#define EISCONN                                          106
#define ENOTCONN                                         107
#define ETIMEDOUT                                        110
#define ECONNREFUSED                                     111

/* Commands of hypfs_op (``public/hypfs.h``). */
#define XEN_HYPFS_OP_get_version                         0
#define XEN_HYPFS_OP_read                                1
#define XEN_HYPFS_OP_write_contents                      2

/* Function identifiers of PSCI 0.1, chosen by Xen (``asm/psci.h``). */
#define PSCI_0_1_CPU_OFF                                 1
#define PSCI_0_1_CPU_ON                                  2

/* Function identifiers other than PSCI's: Arm's (DEN 0028), and Xen's own service (``arch-arm/smccc.h``). */
#define SMCCC_VERSION                                    0x80000000
#define SMCCC_ARCH_FEATURES                              0x80000001
#define SMCCC_WORKAROUND_1                               0x80008000
#define SMCCC_WORKAROUND_2                               0x80007fff
#define SMCCC_WORKAROUND_3                               0x80003fff
#define STANDARD_CALL_COUNT                              0x8400ff00
#define STANDARD_CALL_UID                                0x8400ff01
#define STANDARD_CALL_REVISION                           0x8400ff03
#define XEN_CALL_COUNT                                   0x8500ff00
#define XEN_CALL_UID                                     0x8500ff01
#define XEN_CALL_REVISION                                0x8500ff03

/* struct vcpu_runstate_info */
#define vcpu_runstate_info_size                          48
#define vcpu_runstate_info_state                         0
#define vcpu_runstate_info_state_entry_time              8
#define vcpu_runstate_info_time                          16

/* struct vcpu_register_runstate_memory_area */
#define vcpu_register_runstate_memory_area_size          8
#define vcpu_register_runstate_memory_area_addr          0

/* struct sched_shutdown */
#define sched_shutdown_size                              4
#define sched_shutdown_reason                            0

/* struct sched_poll */
#define sched_poll_size                                  24
#define sched_poll_ports                                 0
#define sched_poll_nr_ports                              8
#define sched_poll_timeout                               16

/* struct vcpu_info */
#define vcpu_info_size                                   48
#define vcpu_info_evtchn_upcall_pending                  0
#define vcpu_info_evtchn_upcall_mask                     1
#define vcpu_info_evtchn_pending_sel                     8
#define vcpu_info_arch                                   16
#define vcpu_info_time                                   16

/* struct shared_info */
#define shared_info_size                                 1088
#define shared_info_vcpu_info                            0
#define shared_info_evtchn_pending                       48
#define shared_info_evtchn_mask                          560
#define shared_info_wc_version                           1072
#define shared_info_wc_sec                               1076
#define shared_info_wc_nsec                              1080
#define shared_info_wc_sec_hi                            1084

/* struct vcpu_register_vcpu_info */
#define vcpu_register_vcpu_info_size                     16
#define vcpu_register_vcpu_info_mfn                      0
#define vcpu_register_vcpu_info_offset                   8
#define vcpu_register_vcpu_info_rsvd                     12

/* struct multicall_entry */
#define multicall_entry_size                             64
#define multicall_entry_op                               0
#define multicall_entry_result                           8
#define multicall_entry_args                             16

/* struct xen_feature_info */
#define xen_feature_info_size                            8
#define xen_feature_info_submap_idx                      0
#define xen_feature_info_submap                          4

/* struct xen_memory_reservation */
#define xen_memory_reservation_size                      32
#define xen_memory_reservation_extent_start              0
#define xen_memory_reservation_nr_extents                8
#define xen_memory_reservation_extent_order              16
#define xen_memory_reservation_mem_flags                 20
#define xen_memory_reservation_domid                     24

/* struct xen_memory_exchange */
#define xen_memory_exchange_size                         72
#define xen_memory_exchange_in                           0
#define xen_memory_exchange_out                          32
#define xen_memory_exchange_nr_exchanged                 64

/* struct xen_add_to_physmap */
#define xen_add_to_physmap_size                          24
#define xen_add_to_physmap_domid                         0
#define xen_add_to_physmap_space                         4
#define xen_add_to_physmap_idx                           8
#define xen_add_to_physmap_gpfn                          16

/* struct xen_add_to_physmap_batch */
#define xen_add_to_physmap_batch_size                    32
#define xen_add_to_physmap_batch_domid                   0
#define xen_add_to_physmap_batch_space                   2
#define xen_add_to_physmap_batch_u                       6
#define xen_add_to_physmap_batch_idxs                    8
#define xen_add_to_physmap_batch_gpfns                   16
#define xen_add_to_physmap_batch_errs                    24

/* struct xen_remove_from_physmap */
#define xen_remove_from_physmap_size                     16
#define xen_remove_from_physmap_domid                    0
#define xen_remove_from_physmap_gpfn                     8

/* struct xen_mem_acquire_resource */
#define xen_mem_acquire_resource_size                    32
#define xen_mem_acquire_resource_domid                   0
#define xen_mem_acquire_resource_type                    2
#define xen_mem_acquire_resource_id                      4
#define xen_mem_acquire_resource_nr_frames               8
#define xen_mem_acquire_resource_pad                     12
#define xen_mem_acquire_resource_frame                   16
#define xen_mem_acquire_resource_frame_list              24

/* struct gnttab_map_grant_ref */
#define gnttab_map_grant_ref_size                        32
#define gnttab_map_grant_ref_host_addr                   0
#define gnttab_map_grant_ref_flags                       8
#define gnttab_map_grant_ref_ref                         12
#define gnttab_map_grant_ref_dom                         16
#define gnttab_map_grant_ref_status                      18
#define gnttab_map_grant_ref_handle                      20
#define gnttab_map_grant_ref_dev_bus_addr                24

/* struct gnttab_unmap_grant_ref */
#define gnttab_unmap_grant_ref_size                      24
#define gnttab_unmap_grant_ref_host_addr                 0
#define gnttab_unmap_grant_ref_dev_bus_addr              8
#define gnttab_unmap_grant_ref_handle                    16
#define gnttab_unmap_grant_ref_status                    20

/* struct gnttab_unmap_and_replace */
#define gnttab_unmap_and_replace_size                    24
#define gnttab_unmap_and_replace_host_addr               0
#define gnttab_unmap_and_replace_new_addr                8
#define gnttab_unmap_and_replace_handle                  16
#define gnttab_unmap_and_replace_status                  20

/* struct gnttab_setup_table */
#define gnttab_setup_table_size                          24
#define gnttab_setup_table_dom                           0
#define gnttab_setup_table_nr_frames                     4
#define gnttab_setup_table_status                        8
#define gnttab_setup_table_frame_list                    16

/* struct gnttab_transfer */
#define gnttab_transfer_size                             24
#define gnttab_transfer_mfn                              0
#define gnttab_transfer_domid                            8
#define gnttab_transfer_ref                              12
#define gnttab_transfer_status                           16

/* struct gnttab_copy */
#define gnttab_copy_size                                 40
#define gnttab_copy_source                               0
#define gnttab_copy_dest                                 16
#define gnttab_copy_len                                  32
#define gnttab_copy_flags                                34
#define gnttab_copy_status                               36

/* struct gnttab_query_size */
#define gnttab_query_size_size                           16
#define gnttab_query_size_dom                            0
#define gnttab_query_size_nr_frames                      4
#define gnttab_query_size_max_nr_frames                  8
#define gnttab_query_size_status                         12

/* struct gnttab_get_status_frames */
#define gnttab_get_status_frames_size                    16
#define gnttab_get_status_frames_nr_frames               0
#define gnttab_get_status_frames_dom                     4
#define gnttab_get_status_frames_status                  6
#define gnttab_get_status_frames_frame_list              8

/* struct gnttab_get_version */
#define gnttab_get_version_size                          8
#define gnttab_get_version_dom                           0
#define gnttab_get_version_version                       4

/* struct gnttab_swap_grant_ref */
#define gnttab_swap_grant_ref_size                       12
#define gnttab_swap_grant_ref_ref_a                      0
#define gnttab_swap_grant_ref_ref_b                      4
#define gnttab_swap_grant_ref_status                     8

/* struct gnttab_cache_flush */
#define gnttab_cache_flush_size                          16
#define gnttab_cache_flush_a                             0
#define gnttab_cache_flush_offset                        8
#define gnttab_cache_flush_length                        10
#define gnttab_cache_flush_op                            12

/* struct grant_entry_v1 */
#define grant_entry_v1_size                              8
#define grant_entry_v1_flags                             0
#define grant_entry_v1_domid                             2
#define grant_entry_v1_frame                             4

/* struct evtchn_alloc_unbound */
#define evtchn_alloc_unbound_size                        8
#define evtchn_alloc_unbound_dom                         0
#define evtchn_alloc_unbound_remote_dom                  2
#define evtchn_alloc_unbound_port                        4

/* struct evtchn_bind_interdomain */
#define evtchn_bind_interdomain_size                     12
#define evtchn_bind_interdomain_remote_dom               0
#define evtchn_bind_interdomain_remote_port              4
#define evtchn_bind_interdomain_local_port               8

/* struct evtchn_bind_virq */
#define evtchn_bind_virq_size                            12
#define evtchn_bind_virq_virq                            0
#define evtchn_bind_virq_vcpu                            4
#define evtchn_bind_virq_port                            8

/* struct evtchn_bind_pirq */
#define evtchn_bind_pirq_size                            12
#define evtchn_bind_pirq_pirq                            0
#define evtchn_bind_pirq_flags                           4
#define evtchn_bind_pirq_port                            8

/* struct evtchn_bind_ipi */
#define evtchn_bind_ipi_size                             8
#define evtchn_bind_ipi_vcpu                             0
#define evtchn_bind_ipi_port                             4

/* struct evtchn_close */
#define evtchn_close_size                                4
#define evtchn_close_port                                0

/* struct evtchn_send */
#define evtchn_send_size                                 4
#define evtchn_send_port                                 0

/* struct evtchn_status */
#define evtchn_status_size                               24
#define evtchn_status_dom                                0
#define evtchn_status_port                               4
#define evtchn_status_status                             8
#define evtchn_status_vcpu                               12
#define evtchn_status_u                                  16

/* struct evtchn_bind_vcpu */
#define evtchn_bind_vcpu_size                            8
#define evtchn_bind_vcpu_port                            0
#define evtchn_bind_vcpu_vcpu                            4

/* struct evtchn_unmask */
#define evtchn_unmask_size                               4
#define evtchn_unmask_port                               0

/* struct evtchn_reset */
#define evtchn_reset_size                                2
#define evtchn_reset_dom                                 0

/* struct evtchn_init_control */
#define evtchn_init_control_size                         24
#define evtchn_init_control_control_gfn                  0
#define evtchn_init_control_offset                       8
#define evtchn_init_control_vcpu                         12
#define evtchn_init_control_link_bits                    16

/* struct evtchn_expand_array */
#define evtchn_expand_array_size                         8
#define evtchn_expand_array_array_gfn                    0

/* struct evtchn_set_priority */
#define evtchn_set_priority_size                         8
#define evtchn_set_priority_port                         0
#define evtchn_set_priority_priority                     4

/* struct evtchn_fifo_control_block */
#define evtchn_fifo_control_block_size                   72
#define evtchn_fifo_control_block_ready                  0
#define evtchn_fifo_control_block_head                   8

/* struct xen_hvm_param */
#define xen_hvm_param_size                               16
#define xen_hvm_param_domid                              0
#define xen_hvm_param_index                              4
#define xen_hvm_param_value                              8

/* struct xen_platform_op */
#define xen_platform_op_size                             136
#define xen_platform_op_cmd                              0
#define xen_platform_op_interface_version                4
#define xen_platform_op_u                                8

/* struct xen_sysctl */
#define xen_sysctl_size                                  136
#define xen_sysctl_cmd                                   0
#define xen_sysctl_interface_version                     4
#define xen_sysctl_u                                     8

/* struct xen_domctl */
#define xen_domctl_size                                  144
#define xen_domctl_cmd                                   0
#define xen_domctl_interface_version                     4
#define xen_domctl_domain                                8
#define xen_domctl_u                                     16

/* Where things are in a domU's guest-physical address space. */
#define GUEST_GICD_BASE                                  0x3001000
#define GUEST_GICC_BASE                                  0x3002000
#define GUEST_GICV3_GICR0_BASE                           0x3020000
#define GUEST_PL011_BASE                                 0x22000000
#define GUEST_GNTTAB_BASE                                0x38000000
#define GUEST_GNTTAB_SIZE                                0x1000000
#define GUEST_RAM0_BASE                                  0x40000000
#define GUEST_RAM0_SIZE                                  0xc0000000
#define GUEST_RAM1_BASE                                  0x200000000
#define GUEST_RAM1_SIZE                                  0xfe00000000
#define GUEST_TIMER_VIRT_PPI                             27
#define GUEST_TIMER_PHYS_S_PPI                           29
#define GUEST_TIMER_PHYS_NS_PPI                          30
#define GUEST_EVTCHN_PPI                                 31
#define GUEST_VPL011_SPI                                 32
#define BOARD_GICD_BASE                                  0x8000000
#define BOARD_GICR_BASE                                  0x80a0000
#define BOARD_EVTCHN_PPI                                 16

#endif
