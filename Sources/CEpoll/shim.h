#ifndef PICKET_CEPOLL_SHIM_H
#define PICKET_CEPOLL_SHIM_H

// Of the C library; Swift's own module of it leaves these out.
#include <sys/epoll.h>

// Not by <sys/socket.h>: it would become a part of this module, and vanish from Swift's.
struct sockaddr;
extern int accept4(int listener, struct sockaddr *address, unsigned int *length, int flags);

#endif
