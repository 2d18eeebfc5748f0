"""Hypercall numbers, commands and flags (``public/xen.h``, ``vcpu.h``, ``sched.h``, ``version.h``, ...)."""

from enum import IntEnum

HYPERCALL_IMMEDIATE = 0xEA1
"""``HVC #0xEA1`` is a Xen hypercall (``public/arch-arm.h``, XEN_HYPERCALL_TAG)."""

XEN_RUNSTATE_UPDATE = 1 << 63
"""Set in ``state_entry_time`` while the area is being written (``public/vcpu.h``)."""


class Hypercall(IntEnum):
    """The numbers in x16 (``public/xen.h``, ``__HYPERVISOR_*``) that Xen/Arm's table knows."""

    HYPERVISOR_platform_op = 7
    HYPERVISOR_memory_op = 12
    HYPERVISOR_multicall = 13
    HYPERVISOR_xen_version = 17
    HYPERVISOR_console_io = 18
    HYPERVISOR_grant_table_op = 20
    HYPERVISOR_vm_assist = 21
    HYPERVISOR_vcpu_op = 24
    HYPERVISOR_sched_op = 29
    HYPERVISOR_event_channel_op = 32
    HYPERVISOR_physdev_op = 33
    HYPERVISOR_hvm_op = 34
    HYPERVISOR_sysctl = 35
    HYPERVISOR_domctl = 36
    HYPERVISOR_dm_op = 41
    HYPERVISOR_hypfs_op = 42


class ConsoleIo(IntEnum):
    """Commands of console_io (``public/xen.h``)."""

    CONSOLEIO_write = 0
    CONSOLEIO_read = 1


class XenVersion(IntEnum):
    """Commands of xen_version (``public/version.h``)."""

    XENVER_version = 0
    XENVER_extraversion = 1
    XENVER_compile_info = 2
    XENVER_capabilities = 3
    XENVER_changeset = 4
    XENVER_platform_parameters = 5
    XENVER_get_features = 6
    XENVER_pagesize = 7
    XENVER_guest_handle = 8
    XENVER_commandline = 9
    XENVER_build_id = 10
    XENVER_extraversion2 = 11
    XENVER_capabilities2 = 12
    XENVER_changeset2 = 13
    XENVER_commandline2 = 14


class Feature(IntEnum):
    """Bit numbers in XENVER_get_features' submap 0 (``public/features.h``)."""

    XENFEAT_writable_page_tables = 0
    XENFEAT_writable_descriptor_tables = 1
    XENFEAT_auto_translated_physmap = 2
    XENFEAT_supervisor_mode_kernel = 3
    XENFEAT_pae_pgdir_above_4gb = 4
    XENFEAT_mmu_pt_update_preserve_ad = 5
    XENFEAT_highmem_assist = 6
    XENFEAT_gnttab_map_avail_bits = 7
    XENFEAT_hvm_callback_vector = 8
    XENFEAT_hvm_safe_pvclock = 9
    XENFEAT_hvm_pirqs = 10
    XENFEAT_dom0 = 11
    XENFEAT_grant_map_identity = 12
    XENFEAT_memory_op_vnode_supported = 13
    XENFEAT_ARM_SMCCC_supported = 14
    XENFEAT_linux_rsdp_unrestricted = 15
    XENFEAT_not_direct_mapped = 16
    XENFEAT_direct_mapped = 17
    XENFEAT_runstate_phys_area = 18
    XENFEAT_vcpu_time_phys_area = 19


class VcpuOp(IntEnum):
    """Commands of vcpu_op (``public/vcpu.h``)."""

    VCPUOP_initialise = 0
    VCPUOP_up = 1
    VCPUOP_down = 2
    VCPUOP_is_up = 3
    VCPUOP_get_runstate_info = 4
    VCPUOP_register_runstate_memory_area = 5
    VCPUOP_set_periodic_timer = 6
    VCPUOP_stop_periodic_timer = 7
    VCPUOP_set_singleshot_timer = 8
    VCPUOP_stop_singleshot_timer = 9
    VCPUOP_register_vcpu_info = 10
    VCPUOP_send_nmi = 11
    VCPUOP_get_physid = 12
    VCPUOP_register_vcpu_time_memory_area = 13
    VCPUOP_register_runstate_phys_area = 14
    VCPUOP_register_vcpu_time_phys_area = 15


class Runstate(IntEnum):
    """A vCPU's scheduling state as the guest sees it (``public/vcpu.h``)."""

    RUNSTATE_running = 0
    RUNSTATE_runnable = 1
    RUNSTATE_blocked = 2
    RUNSTATE_offline = 3


class VmAssistCommand(IntEnum):
    """Commands of vm_assist (``public/xen.h``)."""

    VMASST_CMD_enable = 0
    VMASST_CMD_disable = 1


class VmAssist(IntEnum):
    """Types of vm_assist; Arm knows only the last (``public/xen.h``)."""

    VMASST_TYPE_4gb_segments = 0
    VMASST_TYPE_4gb_segments_notify = 1
    VMASST_TYPE_writable_pagetables = 2
    VMASST_TYPE_pae_extended_cr3 = 3
    VMASST_TYPE_architectural_iopl = 4
    VMASST_TYPE_runstate_update_flag = 5


class SchedOp(IntEnum):
    """Commands of sched_op (``public/sched.h``)."""

    SCHEDOP_yield = 0
    SCHEDOP_block = 1
    SCHEDOP_shutdown = 2
    SCHEDOP_poll = 3
    SCHEDOP_remote_shutdown = 4
    SCHEDOP_shutdown_code = 5
    SCHEDOP_watchdog = 6
    SCHEDOP_pin_override = 7


class Shutdown(IntEnum):
    """Reasons of SCHEDOP_shutdown (``public/sched.h``)."""

    SHUTDOWN_poweroff = 0
    SHUTDOWN_reboot = 1
    SHUTDOWN_suspend = 2
    SHUTDOWN_crash = 3
    SHUTDOWN_watchdog = 4
    SHUTDOWN_soft_reset = 5


class DomainId(IntEnum):
    """Domain numbers that mean something else than a domain (``public/xen.h``)."""

    DOMID_SELF = 0x7FF0
    DOMID_IO = 0x7FF1
    DOMID_XEN = 0x7FF2


class MemoryOp(IntEnum):
    """Commands of memory_op that Xen/Arm answers (``public/memory.h``); bits above 5 are where to go on."""

    XENMEM_increase_reservation = 0
    XENMEM_decrease_reservation = 1
    XENMEM_maximum_ram_page = 2
    XENMEM_current_reservation = 3
    XENMEM_maximum_reservation = 4
    XENMEM_populate_physmap = 6
    XENMEM_add_to_physmap = 7
    XENMEM_exchange = 11
    XENMEM_maximum_gpfn = 14
    XENMEM_remove_from_physmap = 15
    XENMEM_get_sharing_freed_pages = 18
    XENMEM_get_sharing_shared_pages = 19
    XENMEM_add_to_physmap_batch = 23
    XENMEM_claim_pages = 24
    XENMEM_get_vnumainfo = 26
    XENMEM_reserved_device_memory_map = 27
    XENMEM_acquire_resource = 28


class MapSpace(IntEnum):
    """What XENMEM_add_to_physmap maps (``public/memory.h``)."""

    XENMAPSPACE_shared_info = 0
    XENMAPSPACE_grant_table = 1
    XENMAPSPACE_gmfn = 2
    XENMAPSPACE_gmfn_range = 3
    XENMAPSPACE_gmfn_foreign = 4
    XENMAPSPACE_dev_mmio = 5


class GrantTableOp(IntEnum):
    """Commands of grant_table_op (``public/grant_table.h``)."""

    GNTTABOP_map_grant_ref = 0
    GNTTABOP_unmap_grant_ref = 1
    GNTTABOP_setup_table = 2
    GNTTABOP_dump_table = 3
    GNTTABOP_transfer = 4
    GNTTABOP_copy = 5
    GNTTABOP_query_size = 6
    GNTTABOP_unmap_and_replace = 7
    GNTTABOP_set_version = 8
    GNTTABOP_get_status_frames = 9
    GNTTABOP_get_version = 10
    GNTTABOP_swap_grant_ref = 11
    GNTTABOP_cache_flush = 12


class GrantStatus(IntEnum):
    """What a grant operation puts into its status field (``public/grant_table.h``)."""

    GNTST_okay = 0
    GNTST_general_error = -1
    GNTST_bad_domain = -2
    GNTST_bad_gntref = -3
    GNTST_bad_handle = -4
    GNTST_bad_virt_addr = -5
    GNTST_bad_dev_addr = -6
    GNTST_no_device_space = -7
    GNTST_permission_denied = -8
    GNTST_bad_page = -9
    GNTST_bad_copy_arg = -10
    GNTST_address_too_big = -11
    GNTST_eagain = -12
    GNTST_no_space = -13


class GrantMap(IntEnum):
    """How GNTTABOP_map_grant_ref maps (``public/grant_table.h``)."""

    GNTMAP_device_map = 1
    GNTMAP_host_map = 2
    GNTMAP_readonly = 4
    GNTMAP_application_map = 8
    GNTMAP_contains_pte = 16


class GrantFlag(IntEnum):
    """Flags of a grant table entry; the lowest two bits are its type (``public/grant_table.h``)."""

    GTF_permit_access = 1
    GTF_readonly = 4
    GTF_reading = 8
    GTF_writing = 16
    GTF_PWT = 32
    GTF_PCD = 64
    GTF_PAT = 128
    GTF_sub_page = 256


GTF_TYPE_MASK = 3


class GrantCopy(IntEnum):
    """Which side of GNTTABOP_copy is a reference (``public/grant_table.h``)."""

    GNTCOPY_source_gref = 1
    GNTCOPY_dest_gref = 2


class CacheFlush(IntEnum):
    """What GNTTABOP_cache_flush does (``public/grant_table.h``)."""

    GNTTAB_CACHE_CLEAN = 1
    GNTTAB_CACHE_INVAL = 2


class Psci(IntEnum):
    """PSCI function identifiers and results (Arm DEN 0022, ``asm/psci.h``)."""

    PSCI_VERSION = 0x8400_0000
    PSCI_CPU_SUSPEND_32 = 0x8400_0001
    PSCI_CPU_SUSPEND_64 = 0xC400_0001
    PSCI_CPU_OFF = 0x8400_0002
    PSCI_CPU_ON_32 = 0x8400_0003
    PSCI_CPU_ON_64 = 0xC400_0003
    PSCI_AFFINITY_INFO_32 = 0x8400_0004
    PSCI_AFFINITY_INFO_64 = 0xC400_0004
    PSCI_MIGRATE_INFO_TYPE = 0x8400_0006
    PSCI_SYSTEM_OFF = 0x8400_0008
    PSCI_SYSTEM_RESET = 0x8400_0009
    PSCI_FEATURES = 0x8400_000A


class PsciResult(IntEnum):
    """What a PSCI call answers in x0 (Arm DEN 0022, table 8)."""

    PSCI_SUCCESS = 0
    PSCI_NOT_SUPPORTED = -1
    PSCI_INVALID_PARAMETERS = -2
    PSCI_DENIED = -3
    PSCI_ALREADY_ON = -4
    PSCI_ON_PENDING = -5
    PSCI_INTERNAL_FAILURE = -6
    PSCI_NOT_PRESENT = -7
    PSCI_DISABLED = -8
    PSCI_INVALID_ADDRESS = -9
