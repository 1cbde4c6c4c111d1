# A random word of the database, as JSON: /noun, /verb, /adjective.

use strict;
use warnings;
use lib '/app';
use Postgres;
use Serve;

my %table = ('/noun' => 'nouns', '/verb' => 'verbs', '/adjective' => 'adjectives');

sub answer {
    my ($request) = @_;
    my $table = $table{ $request->{path} };
    return { status => '404 Not Found', body => "not found\n" } unless $table;
    my $word = eval { random_word($table) };
    if (!defined $word) {
        print STDERR "$request->{path}: $@";
        return { status => '503 Service Unavailable', body => "$@" };
    }
    my $json = qq({"word":$word});
    print STDERR "$json\n";
    return {
        body    => $json,
        type    => 'application/json; charset=utf-8',
        headers => { 'Cache-Control' => 'no-store' },
    };
}

sub random_word {
    my ($table) = @_;
    my ($row) = Postgres::query(
        host     => $ENV{DB_HOST} // 'db',
        port     => 5432,
        user     => 'postgres',
        database => 'postgres',
        sql      => "SELECT to_json(word) FROM $table ORDER BY random() LIMIT 1",
    );
    return $row ? $row->[0] : die "no $table\n";
}

Serve::serve(port => 8080, drain_seconds => 2, answer => \&answer);
