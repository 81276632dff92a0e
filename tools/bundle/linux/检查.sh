#!/bin/sh
# What the icon does with files dropped on it: the window stays open where something has to be read.
here=$(dirname "$(readlink -f "$0")")
"$here/xlcheck" drop "$@"
code=$?
if [ "$code" != 0 ] && [ -t 0 ]; then
    printf '按回车键关闭窗口'
    read -r _
fi
exit "$code"
