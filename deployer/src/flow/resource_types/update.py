#!/usr/bin/env python3
"""Writes list.txt: the resource types that CloudFormation has, in any region.

    python3 deployer/src/flow/resource_types/update.py           writes it
    python3 deployer/src/flow/resource_types/update.py --check   compares it with what would be written

The types come with cfn-lint from PyPI, at the version below, which has AWS's schemas of them. To update the list, raise the
version, run this, and read what changed. The first line of the list names its source. Then, for each service:

    SNS Subscription Topic TopicPolicy
"""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

CFN_LINT = "1.58.0"
LIST = Path(__file__).resolve().parent / "list.txt"


def types():
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*download, f"cfn-lint=={CFN_LINT}"], check=True)
        wheel = zipfile.ZipFile(next(Path(folder).glob("*.whl")))
        regions = [name for name in wheel.namelist() if name.startswith("cfnlint/data/schemas/providers/")]
        return {kind for name in regions if name.endswith(".json") for kind in json.loads(wheel.read(name))}


def text():
    services = defaultdict(list)
    for kind in types():
        owner, service, name = kind.split("::")
        if owner == "AWS":
            services[service].append(name)
    lines = [f"{service} {' '.join(sorted(names))}\n" for service, names in sorted(services.items())]
    return f"cfn-lint {CFN_LINT}\n" + "".join(lines)


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(None if LIST.read_text() == text() else f"{LIST} is not what {__file__} writes")
    LIST.write_text(text())
