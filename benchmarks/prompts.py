"""How fast prompts are filled, and how full evaluations keep an endpoint.

    python benchmarks/prompts.py rendering [--rounds 50]
    python benchmarks/prompts.py evaluation

Each part is a module of its own: prompts_rendering.py, prompts_evaluation.py.
"""

import argparse
import importlib
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("rendering", "evaluation")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(dest="part", required=True)
    found = {name: importlib.import_module(f"benchmarks.prompts_{name}") for name in PARTS if is_there(name)}
    for name, module in found.items():
        module.add_arguments(parts.add_parser(name, help=module.__doc__))
    options = parser.parse_args()
    raise SystemExit(found[options.part].run(options))


def is_there(name: str) -> bool:
    return (ROOT / "benchmarks" / f"prompts_{name}.py").is_file()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("SALESIQ_DATA_DIR", tempfile.mkdtemp(prefix="prompts-benchmark-"))
    main()
