"""Other processes, each of which ends with the one that started it, however that ends: kill -9 is no exception.

``start`` has programs, scripts and copies of this process, ``workers`` a list worked off by several. Nothing here
needs a semaphore, or leaves a server of its own behind.
"""
