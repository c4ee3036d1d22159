<?php
// phpredis: RedisSentinel only answers questions. Whoever uses it asks again after an error, as is done here.
$GROUP = 'mymaster';
$addresses = array_map(fn ($word) => explode(':', $word), array_slice($argv, 1));

function check(bool $holds, string $what): void
{
    if (!$holds) {
        echo "not so: $what\n";
        exit(1);
    }
}

/** Every method of RedisSentinel that reads, once, at the start. */
function questions(RedisSentinel $sentinel, string $group): void
{
    check($sentinel->ping(), 'ping answers');
    check($sentinel->ckquorum($group), 'ckquorum holds');
    check($sentinel->master($group)['flags'] === 'master', "master's flags are `master`");
    check($sentinel->masters()[0]['name'] === $group, 'masters names the group');
    check(count($sentinel->slaves($group)) === 2, 'slaves has two entries');
    check(count($sentinel->sentinels($group)) === 2, 'sentinels has two entries');
    check(!$sentinel->getMasterAddrByName('nobody'), 'an unknown group has no address');
}

function connect(array $addresses, string $group): ?Redis
{
    foreach ($addresses as [$host, $port]) {
        try {
            $address = (new RedisSentinel($host, (int) $port, 1.0, null, 0, 1.0))->getMasterAddrByName($group);
            if ($address) {
                $primary = new Redis();
                $primary->connect($address[0], (int) $address[1], 1.0, null, 0, 1.0);
                return $primary;
            }
        } catch (RedisException $error) {
            continue;
        }
    }
    return null;
}

questions(new RedisSentinel($addresses[0][0], (int) $addresses[0][1], 1.0), $GROUP);
$number = 0;
$home = null;
$primary = null;
$last = hrtime(true);
$longest = 0;
while (true) {
    $number++;
    try {
        $primary ??= connect($addresses, $GROUP);
        if ($primary === null || $primary->set('follow', (string) $number) !== true) {
            throw new RedisException('no primary, or one that refuses');
        }
        $now = hrtime(true);
        $port = $home === null || $now - $last > 20_000_000 || $number % 50 === 0 ? $primary->info('server')['tcp_port'] : $home;
    } catch (RedisException $error) {
        $primary = null;
        usleep(10_000);
        continue;
    }
    if ($home !== null) {
        $longest = max($longest, $now - $last);
    }
    $last = $now;
    if ($home === null) {
        echo "found $port\n";
    } elseif ($port != $home) {
        echo "followed $port ", intdiv($longest, 1_000_000), "\n";
    }
    $home = $port;
    usleep(2_000);
}
