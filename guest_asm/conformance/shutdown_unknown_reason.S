/* SCHEDOP_shutdown with a reason that nobody knows. */
#define REASON          99
#include "include/shutdown_with.S"
