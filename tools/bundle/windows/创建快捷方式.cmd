@echo off
rem Shortcuts on the desktop, and "Send to" of the right mouse button.
"%~dp0python\python.exe" -X utf8 "%~dp0python\shortcuts.py"
if not defined XLCHECK_NO_PAUSE pause
