/* SCHEDOP_shutdown with reason reboot: the domain wants to start anew. */
#define REASON          SHUTDOWN_reboot
#include "shutdown_with.S"
