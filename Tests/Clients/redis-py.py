"""redis-py, blocking: master_for for the writes, discover_slaves and slave_for for the replicas."""

import sys
import time

import redis
from redis.sentinel import Sentinel

GROUP = "mymaster"
addresses = [(host, int(port)) for host, port in (word.split(":") for word in sys.argv[1:])]
# Only a monitor that knows two others counts: one cut off from its peers is not believed.
sentinel = Sentinel(addresses, min_other_sentinels=2, socket_timeout=1)
primary = sentinel.master_for(GROUP, socket_timeout=1)

replicas = sentinel.discover_slaves(GROUP)
assert len(replicas) == 2, f"two replicas, but discover_slaves says {replicas}"
assert sentinel.discover_master(GROUP) not in replicas, "the primary is among the replicas"

number, home, last, longest = 0, None, None, 0.0
while True:
    number += 1
    try:
        primary.set("follow", number)
        now = time.monotonic()
        port = primary.info("server")["tcp_port"] if home is None or now - last > 0.02 or number % 50 == 0 else home
    except redis.RedisError:
        time.sleep(0.01)
        continue
    longest, last = max(longest, now - (last or now)), now
    if home is None:
        print("found", port, flush=True)
        time.sleep(0.1)
        # A reader: whichever replica answers, it has or will have what was written.
        assert sentinel.slave_for(GROUP, socket_timeout=1).get("follow") is not None, "a replica without the key"
        last = time.monotonic()
    elif port != home:
        replicas = sentinel.discover_slaves(GROUP)
        assert ("127.0.0.1", port) not in replicas, f"the new primary is still among the replicas {replicas}"
        print("followed", port, round(longest * 1000), flush=True)
    home = port
    time.sleep(0.002)
