# A sentence of five words, each from one of the pods that words has, with that pod's address.
#
#   /               the page
#   /words/KIND     one word as JSON, and in the header "source" the address of the pod it is from

use strict;
use warnings;
use lib '/app';
use IO::Socket::INET;
use Serve;

my $words_port       = 8080;
my $answer_bytes_max = 64 * 1024;
my @sentence         = ([qw(adjective noun)], [qw(verb)], [qw(adjective noun)]);

sub answer {
    my ($request) = @_;
    my $path = $request->{path};
    return { body => page(), type => 'text/html; charset=utf-8' } if $path eq '/';
    return { body => "ok\n" } if $path eq '/healthz';
    my ($kind) = $path =~ m{^/words/(noun|verb|adjective)$};
    return { status => '404 Not Found', body => "not found\n" } unless $kind;
    my $word = eval { ask($kind) };
    return { status => '503 Service Unavailable', body => "$@" } unless $word;
    return {
        body    => $word->{json},
        type    => 'application/json; charset=utf-8',
        headers => { Source => $word->{source}, 'Cache-Control' => 'no-store' },
    };
}

# Asks one of the addresses that the name has, so that every pod has its turn.
sub ask {
    my ($kind) = @_;
    my (undef, undef, undef, undef, @addresses) = gethostbyname 'words';
    die "nobody is called words\n" unless @addresses;
    my $source = join '.', unpack 'C4', $addresses[rand @addresses];
    my $answer = fetch($source, "/$kind");
    my ($json) = $answer =~ m{^HTTP/1\.1 200 .*?\r\n\r\n(\{.*\})$}s or die "$source: $answer\n";
    return { json => $json, source => $source };
}

sub fetch {
    my ($address, $path) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $words_port, Timeout => 5)
        or die "$address: $@\n";
    print {$socket} "GET $path HTTP/1.1\r\nHost: words\r\nConnection: close\r\n\r\n";
    $socket->flush;
    my $answer = '';
    1 while length $answer < $answer_bytes_max && sysread $socket, $answer, 4096, length $answer;
    return $answer;
}

sub page {
    my $complete = 1;
    my $lines = join '', map { '<p>' . join('', map { brick($_, \$complete) } @$_) . "</p>\n" } @sentence;
    # The database may need a moment more than the page.
    my $again = $complete ? '' : qq(<meta http-equiv="refresh" content="1">\n);
    return <<"END";
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Wordsmith</title>
$again<style>
body { margin: 0; min-height: 100vh; display: grid; place-content: center; background: #f3efe6;
  font-family: Georgia, serif; color: #1d2b36; text-align: center; }
p { margin: 0.4rem; display: flex; flex-wrap: wrap; gap: 0.8rem; justify-content: center; }
.brick { padding: 0.7rem 1.4rem; border-radius: 0.4rem; font-size: 2rem; background: #fff;
  border-bottom: 0.35rem solid #2f6f8f; }
.noun { border-color: #c7792b; }
.verb { border-color: #4d7c4a; }
small { display: block; font: 0.8rem monospace; color: #5c6a73; }
</style>
</head>
<body>
<main>
$lines<p><a href="/">another sentence</a></p>
</main>
</body>
</html>
END
}

sub brick {
    my ($kind, $complete) = @_;
    my $word = eval { ask($kind) };
    print STDERR "$kind: $@" unless $word;
    $$complete = 0 unless $word;
    my ($text, $source) = $word ? (text_of($word->{json}), $word->{source}) : ('…', 'not there yet');
    return qq(<span class="brick $kind">$text<small>$source</small></span>);
}

sub text_of {
    my ($json) = @_;
    my ($text) = $json =~ /"word":"((?:[^"\\]|\\.)*)"/;
    $text =~ s/\\(.)/$1/g;
    my %entity = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;');
    $text =~ s/([&<>])/$entity{$1}/g;
    return $text;
}

Serve::serve(port => 80, drain_seconds => 2, answer => \&answer);
