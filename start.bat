@echo off
wsl --cd "%~dp0." ./start.sh %*
