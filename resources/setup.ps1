<#
Sets Pickglass up on Windows, then does what it is told. Safe to run again at any time.

  powershell -ExecutionPolicy Bypass -File resources\setup.ps1 run --demo
  powershell -ExecutionPolicy Bypass -File resources\setup.ps1 test

All goes into the folder .venv beside this one.
#>
param(
    [Parameter(Position = 0)] [ValidateSet("run", "test")] [string] $Command = "run",
    [Parameter(ValueFromRemainingArguments = $true)] [string[]] $Rest = @()
)
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..")

function Find-Python {
    # Windows PowerShell takes what a program writes to a redirected stderr for an error, and "Stop"
    # would end the script at the first Python that is not there (PowerShell issue 4002).
    $ErrorActionPreference = "Continue"
    foreach ($version in "3.11", "3.12", "3.13") {
        if (Get-Command py -ErrorAction SilentlyContinue) {
            $found = & py "-$version" -c "import sys; print(sys.executable)" 2>$null
            if ($LASTEXITCODE -eq 0) { return $found }
        }
    }
    if (Get-Command python -ErrorAction SilentlyContinue) {
        & python -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))" 2>$null
        if ($LASTEXITCODE -eq 0) { return "python" }
    }
    throw "Pickglass needs Python 3.11, 3.12 or 3.13 (https://www.python.org/downloads/)."
}

function Install-Requirements([string] $File) {
    $stamp = ".venv\installed-" + $File.Replace("/", "-")
    $wanted = (Get-Content "requirements.txt", $File -Raw) -join ""
    if (-not (Test-Path $stamp) -or (Get-Content $stamp -Raw) -ne $wanted) {
        Write-Host "Installing $File into .venv (the first time this takes some minutes)..."
        & .venv\Scripts\python -m pip install --quiet --disable-pip-version-check -r $File
        if ($LASTEXITCODE -ne 0) { throw "pip could not install $File." }
        Set-Content -Path $stamp -Value $wanted -NoNewline
    }
}

if (-not (Test-Path ".venv\Scripts\python.exe")) {
    & (Find-Python) -m venv .venv
}
if ($Command -eq "run") {
    Install-Requirements "requirements.txt"
    & .venv\Scripts\python main.py @Rest
} else {
    Install-Requirements "tests/requirements.txt"
    & .venv\Scripts\python -m pytest @Rest
}
exit $LASTEXITCODE
