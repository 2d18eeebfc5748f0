"""Looking at a machine: names for addresses, disassembly, page-table walks, crash reports, trace sinks."""
