/* SCHEDOP_shutdown with reason suspend: the domain asks a toolstack, if there is one, to save it. */
#define REASON          SHUTDOWN_suspend
#include "include/shutdown_with.S"
