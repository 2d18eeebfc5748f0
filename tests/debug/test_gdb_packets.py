"""The framing of the remote protocol: a packet is read as it was sent, whatever bytes surround it."""

from hypothesis import given
from hypothesis import strategies as st

from harness.debug.gdb.packets import MOST_BYTES, Packet, Reader, Signal, frame


def test_a_packet_has_the_checksum_of_its_escaped_bytes() -> None:
    assert frame(b"OK") == b"$OK#9a"
    assert frame(b"a}b#c$d*") == b"$a}]b}\x03c}\x04d}\n#%02x" % (sum(b"a}]b}\x03c}\x04d}\n") & 0xFF)


@given(st.lists(st.binary(max_size=200), max_size=5), st.data())
def test_packets_are_read_back_however_the_stream_is_cut(packets: list[bytes], data: st.DataObject) -> None:
    stream = b"+".join(frame(packet) for packet in packets)
    reader, found = Reader(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += reader.feed(stream[:size])
        stream = stream[size:]
    assert [item.data for item in found if isinstance(item, Packet)] == packets


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_whatever_comes_the_reader_goes_on_and_reads_the_next_packet(pieces: list[bytes]) -> None:
    reader = Reader()
    for piece in pieces:
        reader.feed(piece)
    reader.feed(b"#00#00")  # the end of whatever was begun
    assert reader.feed(frame(b"qSupported"))[-1] == Packet(b"qSupported")


def test_interrupts_and_acknowledgements_stand_between_packets_only() -> None:
    items = Reader().feed(b"+-\x03noise" + frame(b"a\x03+b") + b"\x03")
    assert items == [Signal.ACK, Signal.NAK, Signal.INTERRUPT, Packet(b"a\x03+b"), Signal.INTERRUPT]


def test_a_wrong_checksum_and_a_packet_too_long_are_damaged() -> None:
    assert Reader().feed(b"$OK#9b$OK#zz") == [Signal.DAMAGED, Signal.DAMAGED]
    reader = Reader()
    assert reader.feed(b"$" + b"x" * (2 * MOST_BYTES + 1)) == [Signal.DAMAGED]
    assert reader.feed(frame(b"OK")) == [Packet(b"OK")]
