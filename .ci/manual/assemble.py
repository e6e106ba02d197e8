#!/usr/bin/env python3
"""Copies the pages of the manual into one folder, with links that work there, and lists them for MkDocs.

The pages are read in the repository and as a site. The site also has pages from outside docs/, such as the front page
and the flows' own pages. A link to one of them is changed to its place on the site. A link to any other file of the
repository, such as a source, becomes plain text, because the site does not have that file. A link to a file that does
not exist is an error.
"""

import os
import posixpath
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Pages outside docs/, by their place on the site.
PLACES = {
    "README.md": "front-page.md",
    "ARCHITECTURE.md": "how-it-works/architecture.md",
    "CONTRIBUTING.md": "how-it-works/contributing.md",
    "CHANGELOG.md": "changelog.md",
    "LICENSE": "license.txt",
}
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^\s*```")


def places():
    """The place on the site of each file that the site has."""
    found = dict(PLACES)
    for file in sorted((ROOT / "docs").rglob("*")):
        if file.is_file():
            found[file.relative_to(ROOT).as_posix()] = file.relative_to(ROOT / "docs").as_posix()
    for page in sorted((ROOT / "state-machines").glob("*/README.md")):
        found[page.relative_to(ROOT).as_posix()] = f"flows/{page.parent.name}.md"
    return found


class Broken(Exception):
    """A link that leads nowhere."""


def relink(text, source, found):
    """The text of a page with links that work on the site."""
    target = found[source]

    def link(match):
        mark, label, address = match.groups()
        if re.match(r"[a-z]+:", address) or address.startswith("#"):
            return match.group(0)
        path, _, anchor = address.partition("#")
        file = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if not (ROOT / file).exists():
            raise Broken(f"{source}: {address} does not exist")
        if file not in found:
            return label
        place = posixpath.relpath(found[file], posixpath.dirname(target) or ".")
        return f"{mark}[{label}]({place}{'#' + anchor if anchor else ''})"

    lines, within = [], False
    for line in text.split("\n"):
        within ^= bool(FENCE.match(line))
        lines.append(line if within else LINK.sub(link, line))
    return "\n".join(lines)


def flows(found):
    """The page that lists the built-in flows."""
    rows = []
    for source, place in found.items():
        if place.startswith("flows/"):
            text = (ROOT / source).read_text("utf-8").split("\n")
            title = text[0].lstrip("# ")
            rows.append(f"- [{title}]({posixpath.basename(place)})")
    return "# Built-in flows\n\n" + "\n".join(rows) + "\n"


def contents(found):
    """The settings of the site, with the pages of the folders that grow."""
    text = (ROOT / ".ci/manual/mkdocs.yml").read_text("utf-8")
    for word, folder in (("COMMANDS", "reference/commands"), ("FLOWS", "flows"), ("DECISIONS", "decisions")):
        pages = sorted(place for place in found.values() if re.fullmatch(rf"{folder}/[^/]+\.md", place))
        first = [page for page in pages if page.endswith(("/index.md", "/README.md"))]
        indent = re.search(rf"^( *)- .*: {word}$", text, re.MULTILINE).group(1) + "    "
        rows = "".join(f"\n{indent}- {page}" for page in first + [page for page in pages if page not in first])
        text = text.replace(f": {word}", f":{rows}")
    return text


def main():
    target, settings = Path(sys.argv[1]), Path(sys.argv[2])
    shutil.rmtree(target, ignore_errors=True)
    found, broken = places(), []
    for source, place in found.items():
        file = target / place
        file.parent.mkdir(parents=True, exist_ok=True)
        if not place.endswith(".md"):
            shutil.copyfile(ROOT / source, file)
            continue
        try:
            file.write_text(relink((ROOT / source).read_text("utf-8"), source, found), "utf-8")
        except Broken as error:
            broken.append(str(error))
    (target / "flows/index.md").write_text(flows(found), "utf-8")
    settings.write_text(contents({**found, "": "flows/index.md"}), "utf-8")
    shutil.copyfile(ROOT / ".ci/manual/style.css", target / "style.css")
    if broken:
        sys.exit("\n".join(broken))


if __name__ == "__main__":
    os.umask(0o022)
    main()
