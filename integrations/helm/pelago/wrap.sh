#!/bin/sh
# Helm 4 throws away what a plugin writes to standard error, so that an error would have no message. It goes to Helm's own
# standard error where that is a pipe or a terminal, else to the terminal, if there is one.
for place in "/proc/$PPID/fd/2" /dev/tty; do
    if { test -p "$place" || test -c "$place"; } && (: >"$place") 2>/dev/null; then
        exec pelago wrap "$@" 2>"$place"
    fi
done
exec pelago wrap "$@"
