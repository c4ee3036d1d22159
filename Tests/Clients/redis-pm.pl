# Redis.pm: sentinels and service; it asks again whenever its connection breaks, for `reconnect` seconds.
use strict;
use warnings;
use Redis;
use Time::HiRes qw(clock_gettime sleep CLOCK_MONOTONIC);

$| = 1;
my $primary = Redis->new(
    sentinels => [@ARGV], service => 'mymaster',
    reconnect => 60, every => 50_000, read_timeout => 1, write_timeout => 1, cnx_timeout => 1,
);

my ($number, $home, $last, $longest) = (0, undef, clock_gettime(CLOCK_MONOTONIC), 0);
while (1) {
    $number++;
    my ($now, $port);
    my $done = eval {
        $primary->set(follow => $number);
        $now = clock_gettime(CLOCK_MONOTONIC);
        $port = !defined $home || $now - $last > 0.02 || $number % 50 == 0 ? $primary->info('server')->{tcp_port} : $home;
        1;
    };
    if (!$done) {
        sleep 0.01;
        next;
    }
    $longest = $now - $last if defined $home && $now - $last > $longest;
    $last = $now;
    if (!defined $home) {
        print "found $port\n";
    } elsif ($port != $home) {
        printf "followed %s %.0f\n", $port, $longest * 1000;
    }
    $home = $port;
    sleep 0.002;
}
