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
