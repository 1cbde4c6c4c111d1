#!/bin/sh
set -eu
curl -s -o /dev/null http://localhost:6379/
