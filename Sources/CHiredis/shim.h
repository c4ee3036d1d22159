#ifndef PICKET_CHIREDIS_SHIM_H
#define PICKET_CHIREDIS_SHIM_H

// Only the reader of libhiredis: the protocol parser, none of its connections.
#include <hiredis/read.h>

// The type of the item the reader waits to complete, or -1 where it has not seen that item's first byte.
// In C, because the stack is an array in hiredis 0.x (a tuple of nine to Swift) and an array of pointers in 1.x.
static inline int picketPendingItemType(const redisReader *reader) {
    if (reader->ridx < 0) return -1;
#ifdef REDIS_REPLY_DOUBLE
    return reader->task[reader->ridx]->type;
#else
    return reader->rstack[reader->ridx].type;
#endif
}

#endif
