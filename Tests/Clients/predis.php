<?php
// Predis: replication by sentinel. It retries a command itself, asking the monitors in turn, once a second by default;
// here every 50 ms. That wait is the client's, not the deployment's.
require 'Predis/Autoloader.php';
Predis\Autoloader::register();

$addresses = array_map(fn ($word) => "tcp://$word?timeout=1&read_write_timeout=1", array_slice($argv, 1));
$primary = new Predis\Client($addresses, ['replication' => 'sentinel', 'service' => 'mymaster']);
$primary->getConnection()->setRetryWait(50);
$primary->getConnection()->setUpdateSentinels(true);

$number = 0;
$home = null;
$last = hrtime(true);
$longest = 0;
while (true) {
    $number++;
    try {
        $primary->set('follow', $number);
        $now = hrtime(true);
        // INFO is a command that Predis sends to a replica; EVAL goes to the primary.
        $port = $home === null || $now - $last > 20_000_000 || $number % 50 === 0
            ? (preg_match('/tcp_port:(\d+)/', $primary->eval("return redis.call('info', 'server')", 0), $match) ? $match[1] : '?')
            : $home;
    } catch (Predis\PredisException $error) {
        usleep(10_000);
        continue;
    }
    if ($home !== null) {
        $longest = max($longest, $now - $last);
    }
    $last = $now;
    if ($home === null) {
        echo "found $port\n";
    } elseif ($port !== $home) {
        echo "followed $port ", intdiv($longest, 1_000_000), "\n";
    }
    $home = $port;
    usleep(2_000);
}
