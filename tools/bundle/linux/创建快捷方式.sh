#!/bin/sh
# Icons in the menu and on the desktop of this user. Files dropped on the first are checked.
set -e
here=$(dirname "$(readlink -f "$0")")
menu=${XDG_DATA_HOME:-$HOME/.local/share}/applications
desktop=$(xdg-user-dir DESKTOP 2>/dev/null || true)
[ -n "$desktop" ] && [ "$desktop" != "$HOME" ] || desktop=$HOME/Desktop
[ -d "$desktop" ] || [ ! -d "$HOME/桌面" ] || desktop=$HOME/桌面
# In Exec a path stands in quotes, with \ before what the shell of the specification would read.
quoted=$(printf '%s' "$here" | sed -e 's/[\\"`$]/\\\\&/g' -e 's/%/%%/g')
mkdir -p "$menu"
for name in xlcheck-drop xlcheck-page; do
    awk -v here="$quoted" '{ while ((at = index($0, "@HERE@")) > 0) $0 = substr($0, 1, at - 1) here substr($0, at + 6); print }' \
        "$here/$name.desktop" > "$menu/$name.desktop"
    if [ -d "$desktop" ]; then
        cp "$menu/$name.desktop" "$desktop/$name.desktop"
        chmod 755 "$desktop/$name.desktop"
    fi
done
echo "已创建：菜单$([ -d "$desktop" ] && echo "和桌面")里的“检查决算公开表”（把文件拖上去）和“决算公开表检查页面”。"
