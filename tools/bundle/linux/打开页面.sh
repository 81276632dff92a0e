#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/xlcheck" page "$@"
