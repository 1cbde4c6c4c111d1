# A web server that names the pod it runs in.
#
#   /             who answers
#   /healthz      ok
#   /metrics      how many requests were answered, for Prometheus
#   /burn?ms=N    uses N milliseconds of processor time (at most 10,000), then answers
#   /hold?mb=N&ms=N   holds N MiB of memory (at most 1,000) for so long (at most 10,000), then answers

use strict;
use warnings;
use lib '/app';
use Serve;

my $name    = $ENV{HOSTNAME} // 'nobody';
my $version = $ENV{VERSION}  // '1';

sub answer {
    my ($request) = @_;
    my $path = $request->{path};
    return { body => "hello from $name, version $version\n" } if $path eq '/';
    return { body => "ok\n" } if $path eq '/healthz';
    return { body => metrics($request->{number}), type => 'text/plain; version=0.0.4' }
        if $path eq '/metrics';
    return burn($request->{query}{ms}) if $path eq '/burn';
    return hold($request->{query}{mb}, $request->{query}{ms}) if $path eq '/hold';
    return { status => '404 Not Found', body => "not found\n" };
}

sub metrics {
    my ($count) = @_;
    return <<"END";
# HELP hello_requests_total Requests that reached this pod.
# TYPE hello_requests_total counter
hello_requests_total $count
END
}

sub hold {
    my ($mb, $ms) = @_;
    return { status => '400 Bad Request', body => "mb must be 0 to 1000, ms 0 to 10000\n" }
        unless is_count($mb, 1_000) && is_count($ms, 10_000);
    my $held = 'x' x ($mb * 1024 * 1024);
    select undef, undef, undef, $ms / 1000;
    return { body => sprintf("held %d bytes\n", length $held) };
}

sub is_count {
    my ($text, $max) = @_;
    return defined $text && $text =~ /^\d{1,5}$/ && $text <= $max;
}

sub burn {
    my ($ms) = @_;
    return { status => '400 Bad Request', body => "ms must be 0 to 10000\n" }
        unless is_count($ms, 10_000);
    my $end = (times)[0] + $ms / 1000;
    my $sum = 0;
    while ((times)[0] < $end) { $sum += sqrt $_ for 1 .. 2_000 }
    return { body => "burned $ms ms on $name\n" };
}

Serve::serve(
    port          => $ENV{PORT}          // 8080,
    drain_seconds => $ENV{DRAIN_SECONDS} // 3,
    answer        => \&answer,
);
