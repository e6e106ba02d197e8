"""Makes the folders of seeds for the fuzz targets, one text per file: python3 fuzz/corpus.py FOLDER (in asl/).

The seeds are the lines of fuzz/seeds/, the expressions of tests/jsonata/, and the definitions of tests/definitions/.
"""

import json
import pathlib
import sys

ASL = pathlib.Path(__file__).resolve().parent.parent


def texts():
    """The seeds of each target."""
    for lines in sorted((ASL / "fuzz/seeds").glob("*.txt")):
        for line in lines.read_text(encoding="utf-8").splitlines():
            yield lines.stem, line
    for line in (ASL / "tests/jsonata/cases.jsonl").read_text(encoding="utf-8").splitlines():
        yield "expression", json.loads(line)["expression"]
    for definition in sorted((ASL / "tests/definitions").iterdir()):
        # Without spaces, so that changes meet what means something.
        document = json.loads(definition.read_text(encoding="utf-8"))
        yield "definition", json.dumps(document, separators=(",", ":"))


def main():
    """Writes them."""
    folder = pathlib.Path(sys.argv[1])
    for number, (target, text) in enumerate(texts()):
        (folder / target).mkdir(parents=True, exist_ok=True)
        (folder / target / f"seed-{number}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
