// Only the reader of libhiredis: the protocol parser, none of its connections.
#include <hiredis/read.h>
