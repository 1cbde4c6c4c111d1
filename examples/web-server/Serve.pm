package Serve;

# A small HTTP server of Debian's perl-base alone: one process takes connections, each is answered by
# a child. Asked to end (SIGTERM), it serves on for a while, because the network learns a little later
# that the pod is going away, and then waits for what is in flight.

use strict;
use warnings;
use IO::Socket::INET;
use POSIX ();

my $head_bytes_max    = 16 * 1024;
my $body_bytes_max    = 1024 * 1024;
my $request_seconds   = 30;
my $children_max      = 64;

# serve(port => 8080, drain_seconds => 3, answer => sub { my ($request) = @_; ... return response })
# A request has method, path, query (hash), body and number (how many came before, plus one); a
# response has status, type, headers (hash) and body.
sub serve {
    my (%options) = @_;
    my $listener = IO::Socket::INET->new(
        LocalAddr => '0.0.0.0',
        LocalPort => $options{port},
        Listen    => 128,
        ReuseAddr => 1,
    ) or die "cannot listen on port $options{port}: $!\n";

    my $end_at;
    my $children = 0;
    my $count    = 0;
    local $SIG{TERM} = local $SIG{INT} = sub { $end_at //= time + $options{drain_seconds} };
    print STDERR "listening on port $options{port}\n";

    until (defined $end_at && time >= $end_at) {
        $children-- while $children > 0 && waitpid(-1, POSIX::WNOHANG()) > 0;
        my $ready = '';
        vec($ready, fileno($listener), 1) = 1;
        next if $children >= $children_max && select(undef, undef, undef, 0.01) >= 0;
        next unless select($ready, undef, undef, 0.25) > 0;
        my $client = $listener->accept or next;
        $count++;
        my $pid = fork;
        if (!defined $pid) { close $client; next }
        if ($pid == 0) {
            $SIG{TERM} = $SIG{INT} = 'IGNORE';
            close $listener;
            handle($client, $count, $options{answer});
            POSIX::_exit(0);
        }
        $children++;
        close $client;
    }
    close $listener;
    1 while wait > 0;
    print STDERR "ended after $count requests\n";
}

sub handle {
    my ($client, $number, $answer) = @_;
    local $SIG{ALRM} = sub { POSIX::_exit(0) };
    alarm $request_seconds;
    binmode $client;
    my $request = read_request($client);
    return respond($client, { status => '400 Bad Request', body => "bad request\n" }) unless $request;
    $request->{number} = $number;
    respond($client, $answer->($request));
}

sub read_request {
    my ($client) = @_;
    my $bytes = '';
    until ($bytes =~ /\r?\n\r?\n/) {
        return if length $bytes > $head_bytes_max;
        return unless sysread $client, $bytes, 4096, length $bytes;
    }
    my ($head, $body) = split /\r?\n\r?\n/, $bytes, 2;
    return unless $head =~ m{^([A-Z]+) ([^ ?]*)(?:\?([^ ]*))? HTTP/1\.[01]};
    my ($method, $path, $query) = ($1, $2, $3 // '');
    my ($length) = $head =~ /^content-length:\s*(\d+)/im;
    $length //= 0;
    return if $length > $body_bytes_max;
    while (length $body < $length) {
        return unless sysread $client, $body, $length - length $body, length $body;
    }
    my %query = map { my ($name, $value) = split /=/, $_, 2; ($name => $value // '') } split /&/, $query;
    return { method => $method, path => $path, query => \%query, body => $body };
}

sub respond {
    my ($client, $response) = @_;
    my $body    = $response->{body}    // '';
    my $status  = $response->{status}  // '200 OK';
    my $type    = $response->{type}    // 'text/plain; charset=utf-8';
    my $headers = $response->{headers} // {};
    syswrite $client, join "\r\n", "HTTP/1.1 $status", "Content-Type: $type",
        (map { "$_: $headers->{$_}" } sort keys %$headers),
        'Content-Length: ' . length $body, 'Connection: close', '', $body;
    shutdown $client, 1;
    # Wait for the other side to close, so that a reset does not swallow the answer.
    1 while sysread $client, my $rest, 4096;
}

1;
