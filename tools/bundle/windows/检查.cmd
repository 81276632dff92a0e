@echo off
rem Workbooks or folders dropped on this icon are checked. Windows quotes dropped paths only where they hold a space, and
rem cmd.exe cuts its arguments at an "&": so the whole line is handed on, and xlcheck takes the paths from it.
set "XLCHECK_HOME=%~dp0"
setlocal EnableDelayedExpansion
set "XLCHECK_CALL=!cmdcmdline!"
"!XLCHECK_HOME!python\python.exe" -X utf8 -m xlcheck drop %*
set "XLCHECK_CODE=!errorlevel!"
if not "!XLCHECK_CODE!"=="0" if not defined XLCHECK_NO_PAUSE pause
rem Behind an "&" of a path stands what cmd.exe would run next: nothing is run, this shell ends here.
if not "!cmdcmdline: /c =!"=="!cmdcmdline!" exit !XLCHECK_CODE!
exit /b !XLCHECK_CODE!
