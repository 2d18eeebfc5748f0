/* SCHEDOP_shutdown with reason crash: the domain says that it has crashed. */
#define REASON          SHUTDOWN_crash
#include "include/shutdown_with.S"
