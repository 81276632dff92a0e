@echo off
rem xlcheck for those who type: the same commands as in the handbook.
"%~dp0python\python.exe" -X utf8 -m xlcheck %*
