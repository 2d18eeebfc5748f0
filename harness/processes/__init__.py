"""Other processes, each of which ends with the process that started it, even if that is ended by kill -9.

``start`` starts programs, scripts and copies of this process; ``workers`` processes a list in several processes.
Nothing here needs a semaphore or a server process.
"""
