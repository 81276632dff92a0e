; One exe: unpacks itself once into the user's folder, then checks what was dropped on it; opened by itself it shows the page.
Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
SetCompressorDictSize 32
SetDateSave off
RequestExecutionLevel user
SilentInstall silent
AutoCloseWindow true
Name "xlcheck"
OutFile "${OUT}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "xlcheck"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "检查部门决算公开表"
VIAddVersionKey "LegalCopyright" "MIT"
!include FileFunc.nsh

Var home
Var args
Var there
Var began

Function Unpack
  ; $home: where to. The error flag is set where it can't be written (looking at the flag takes it down). A half unpacked
  ; folder has no mark, and is unpacked again.
  ClearErrors
  IfFileExists "$home\complete" done
  CreateDirectory "$home"
  IfErrors failed
  SetOverwrite try
  !include "${FILES}"
  IfErrors failed
  FileOpen $0 "$home\complete" w
  IfErrors failed
  FileWrite $0 "${KEY}"
  FileClose $0
  Goto done
failed:
  SetErrors
done:
FunctionEnd

Section
  System::Call 'kernel32::GetCurrentDirectoryW(i ${NSIS_MAX_STRLEN}, w .r1)'
  StrCpy $began $1
  StrCpy $home "$LOCALAPPDATA\xlcheck\program-${KEY}"
  Call Unpack
  IfErrors 0 ready
  StrCpy $home "$TEMP\xlcheck\program-${KEY}"
  Call Unpack
  IfErrors 0 ready
  MessageBox MB_OK|MB_ICONSTOP "没有能写文件的地方：用户文件夹和临时文件夹都写不了。请检查磁盘空间和权限。" /SD IDOK
  SetErrorLevel 70
  Quit
ready:
  SetOutPath "$began"
  ${GetParameters} $args
  ClearErrors
  StrCmp $args "" page
  ; The whole line goes to xlcheck by the environment: variables of NSIS hold ${NSIS_MAX_STRLEN} characters, lines 32,767.
  System::Call 'kernel32::GetCommandLineW() p .r2'
  System::Call 'kernel32::SetEnvironmentVariableW(w "XLCHECK_EXE_CALL", p r2)'
  ExecWait '"$home\python\python.exe" -X utf8 -m xlcheck drop' $there
  Goto end
page:
  ExecWait '"$home\python\python.exe" -X utf8 -m xlcheck page' $there
end:
  IfErrors 0 started
  MessageBox MB_OK|MB_ICONSTOP "程序没能启动：$home" /SD IDOK
  StrCpy $there 70
started:
  SetErrorLevel $there
SectionEnd
