@echo off
rem Opens a page of this machine, into which workbooks are dropped. Closing this window ends it.
title xlcheck
"%~dp0python\python.exe" -X utf8 -m xlcheck page %*
if errorlevel 1 if not defined XLCHECK_NO_PAUSE pause
