package Postgres;

# Asks a PostgreSQL server, in version 3 of its protocol. Only what a query without parameters over a
# connection without a password needs; perl-base has no driver.

use strict;
use warnings;
use IO::Socket::INET;

my $protocol_version  = 3 << 16;
my $message_bytes_max = 1024 * 1024;

# query(host => 'db', port => 5432, user => 'postgres', database => 'postgres', sql => '...')
# The rows, each a list of texts. Dies with the reason, as the server puts it.
sub query {
    my (%options) = @_;
    my $socket = IO::Socket::INET->new(
        PeerAddr => $options{host},
        PeerPort => $options{port},
        Timeout  => 5,
    ) or die "cannot connect to $options{host}:$options{port}: $@\n";
    binmode $socket;
    my $parameters = join "\0", user => $options{user}, database => $options{database}, '', '';
    print {$socket} pack('N N', 8 + length $parameters, $protocol_version), $parameters;
    rows_until_ready($socket);
    print {$socket} message(Q => "$options{sql}\0");
    $socket->flush;
    my @rows = rows_until_ready($socket);
    print {$socket} message(X => '');
    return @rows;
}

sub message {
    my ($type, $content) = @_;
    return $type . pack('N', 4 + length $content) . $content;
}

sub rows_until_ready {
    my ($socket) = @_;
    $socket->flush;
    my (@rows, $error);
    while (1) {
        my ($type, $length) = unpack 'a N', bytes($socket, 5);
        die "the server sends too much at once\n" if $length > $message_bytes_max;
        my $content = bytes($socket, $length - 4);
        push @rows, [row($content)] if $type eq 'D';
        $error = reason($content) if $type eq 'E';
        die "$error\n" if defined $error && $type =~ /[EZ]/;
        die "the server asks for a password\n" if $type eq 'R' && unpack 'N', $content;
        return @rows if $type eq 'Z';
    }
}

sub bytes {
    my ($socket, $count) = @_;
    my $bytes = '';
    while (length $bytes < $count) {
        sysread $socket, $bytes, $count - length $bytes, length $bytes or die "the server hung up\n";
    }
    return $bytes;
}

sub row {
    my ($content) = @_;
    my ($count, $rest) = unpack 'n a*', $content;
    my @values;
    for (1 .. $count) {
        my ($length, $after) = unpack 'N a*', $rest;
        my $is_null = $length == 0xffffffff;
        push @values, $is_null ? undef : substr $after, 0, $length;
        $rest = $is_null ? $after : substr $after, $length;
    }
    return @values;
}

# The text of an error: its field M among those that end with a zero byte.
sub reason {
    my ($content) = @_;
    return $content =~ /(?:^|\0)M([^\0]*)/ ? $1 : 'the server refused';
}

1;
