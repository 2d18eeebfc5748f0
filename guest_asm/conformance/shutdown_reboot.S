/* SCHEDOP_shutdown with reason reboot: the domain wants to start anew. */
#define REASON          SHUTDOWN_reboot
#include "include/shutdown_with.S"
