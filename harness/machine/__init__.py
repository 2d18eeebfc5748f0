"""The computer that guests run on: memory, CPUs with typed exits, exceptions, the MMU, snapshots."""
