# Stands in for the course's "flasksklearn": the same port, paths and shape of answers, but with a
# linear formula of our own in place of a trained model.
#
#   GET  /          a heading
#   POST /predict   {"CHAS":{"0":0},"RM":{"0":6.575},…} gives {"prediction":[…]}

use strict;
use warnings;
use lib '/app';
use Serve;

my %weight = (CHAS => 2.7, RM => 3.8, TAX => -0.012, PTRATIO => -0.95, B => 0.009, LSTAT => -0.52);
my $bias = 17.8;

sub answer {
    my ($request) = @_;
    my ($method, $path) = @{$request}{qw(method path)};
    return { body => "<h3>Sklearn Prediction Home</h3>", type => 'text/html; charset=utf-8' }
        if $path eq '/';
    return { status => '404 Not Found', body => "not found\n" } if $path ne '/predict';
    return { status => '405 Method Not Allowed', body => "POST a house\n" } if $method ne 'POST';

    my %house = $request->{body} =~ /"(\w+)"\s*:\s*\{\s*"0"\s*:\s*(-?\d+(?:\.\d+)?)\s*\}/g;
    return { status => '400 Bad Request', body => "no number of a house in the body\n" } unless %house;
    my $price = $bias;
    $price += $weight{$_} * ($house{$_} // 0) for sort keys %weight;
    my $json = sprintf '{"prediction":[%.6f]}' . "\n", $price;
    return { body => $json, type => 'application/json' };
}

Serve::serve(port => $ENV{PORT} // 80, drain_seconds => 3, answer => \&answer);
