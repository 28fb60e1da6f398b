"""Make one site of docs/ and of the pages at the top of the repository, with links that work in both places.

People read the same files in the repository, so their links are paths of the repository. A link to a file that is no
page of the site (code, Terraform, a README in a folder) keeps its text and loses its target; one to a file that does
not exist fails the strict build.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
TOP = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#:]+)(#[^)\s]*)?\)")
_CODE = re.compile(r"(^```.*?^```|``[^`]+``|`[^`\n]+`)", re.DOTALL | re.MULTILINE)

log = logging.getLogger("mkdocs.hooks.repository_links")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages at the top of the repository."""
    for source, page in TOP.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn the page's paths of the repository into pages of the site."""
    place = {new: old for old, new in TOP.items()}.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def link(found: re.Match[str]) -> str:
        image, text, path, anchor = found.group(1), found.group(2), found.group(3), found.group(4) or ""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(place), path))
        if not (ROOT / target).exists():
            log.warning("%s links to %s, which does not exist", place, path)
        page_of_target = TOP.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else None)
        if page_of_target is None or files.get_file_from_path(page_of_target) is None:
            return f"{text} (`{target}`)" if target not in text else text
        relative = posixpath.relpath(page_of_target, posixpath.dirname(page.file.src_uri) or ".")
        return f"{image}[{text}]({relative}{anchor})"

    # A link in code is an example, not a link.
    return "".join(part if _CODE.fullmatch(part) else _LINK.sub(link, part) for part in _CODE.split(markdown))
