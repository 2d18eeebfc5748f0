"""Domain trees against those recorded from real Xens (tests/oracle/guests/device_tree.S says by which command)."""

from pathlib import Path

import fdt
import pytest

from harness.platform.devicetree import domain_tree, vcpu_affinity

DATA = Path(__file__).with_name("data")
RAM = [(0x4000_0000, 0x400_0000)]


def properties(node: fdt.Node, path: str = "") -> dict[str, str]:
    """Every property by its full path, in words; and every node, so that an empty one counts."""
    found = {f"{path}/": "node"}
    found |= {f"{path}/{prop.name}": prop.to_dts().strip() for prop in node.props}
    for child in node.nodes:
        found |= properties(child, f"{path}/{child.name}")
    return found


def recorded(name: str) -> dict[str, str]:
    text = (DATA / f"{name}.dts").read_text().replace("\\0", '", "')  # dtc's way to write a list of strings
    tree = fdt.parse_dts(text)  # then through the blob, so that both sides have their types guessed alike
    return properties(fdt.parse_dtb(tree.to_dtb(version=17)).root)


def made(**arguments: object) -> dict[str, str]:
    return properties(fdt.parse_dtb(domain_tree(**arguments)).root)


@pytest.mark.parametrize("vcpus", [1, 2])
@pytest.mark.parametrize("xen", ["4.14", "4.17", "4.20"])
def test_a_domu_finds_what_the_real_xen_gives_it(xen: str, vcpus: int) -> None:
    expected = recorded(f"domu-{xen}-vcpus-{vcpus}")
    assert len(expected) > 30
    assert made(vcpus=vcpus, memory=RAM, bootargs=b"", xen_version=xen) == expected


def test_a_dom0_finds_xens_own_nodes_as_on_the_real_one() -> None:
    ours = made(vcpus=2, memory=[(0x4400_0000, 0x400_0000)], bootargs=b"", xen_version="4.17", dom0=True)
    theirs = recorded("dom0-4.17-vcpus-2")
    for node in ("/psci/", "/cpus/", "/memory@44000000/"):
        assert {k: v for k, v in ours.items() if k.startswith(node)} == {
            k: v for k, v in theirs.items() if k.startswith(node)
        }
    for path in ("/hypervisor/compatible", "/timer/compatible", "/timer/interrupts"):
        assert ours[path] == theirs[path]
    assert "/chosen/linux,initrd-start" not in ours


def test_a_domu_has_no_hypervisor_node_and_a_dom0_has_one() -> None:
    assert "/hypervisor/" not in made(vcpus=1, memory=RAM, bootargs=b"")
    assert "/hypervisor/" in made(vcpus=1, memory=RAM, bootargs=b"", dom0=True)


def test_the_command_line_and_the_initrd_are_in_chosen() -> None:
    tree = fdt.parse_dtb(domain_tree(vcpus=1, memory=RAM, bootargs=b"a=b c", initrd=(0x1_43E0_0000, 0x1234)))
    chosen = tree.get_node("/chosen")
    assert chosen.get_property("bootargs").value == "a=b c"
    assert list(chosen.get_property("linux,initrd-start")) == [1, 0x43E0_0000]
    assert list(chosen.get_property("linux,initrd-end")) == [1, 0x43E0_1234]


def test_every_bank_of_memory_is_in_one_node() -> None:
    banks = [(0x4000_0000, 0xC000_0000), (0x2_0000_0000, 0xC000_0000)]
    node = fdt.parse_dtb(domain_tree(vcpus=1, memory=banks, bootargs=b"")).get_node("/memory@40000000")
    assert list(node.get_property("reg")) == [0, 0x4000_0000, 0, 0xC000_0000, 2, 0, 0, 0xC000_0000]


def test_the_seventeenth_vcpu_begins_a_new_cluster() -> None:
    assert [vcpu_affinity(vcpu) for vcpu in (0, 15, 16, 17, 127)] == [0, 0xF, 0x100, 0x101, 0x70F]


@pytest.mark.parametrize("wrong", [{"vcpus": 0, "memory": RAM}, {"vcpus": 1, "memory": []}])
def test_a_domain_without_a_vcpu_or_memory_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        domain_tree(bootargs=b"", **wrong)
