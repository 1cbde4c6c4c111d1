#!/bin/sh
set -eu
curl -s -o /dev/null http://localhost:5432/
touch /var/lib/data/alive
