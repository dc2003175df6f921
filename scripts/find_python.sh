#!/bin/sh
# Print the first Python 3.11 or 3.12 on PATH that can make virtual environments.
# A version manager's shim may exist and still fail, so every candidate is run.
set -u
IFS=:
for name in python3.11 python3.12 python3 python; do
    for folder in $PATH; do
        candidate=$folder/$name
        [ -x "$candidate" ] || continue
        "$candidate" - 2>/dev/null <<'PYTHON' && exit 0
import ensurepip, sys, venv
if not (3, 11) <= sys.version_info[:2] <= (3, 12):
    sys.exit(1)
print(sys.executable)
PYTHON
    done
done
echo "No working Python 3.11 or 3.12 (with venv and ensurepip) on PATH." >&2
exit 1
