"""The files of the project, made from the templates that travel with this package.

Templates end in ``.txt``, so that no tool reads them as source files. `_filled` lists the names,
such as ``$payer``, that are replaced in a template and its path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.scaffold.names import PREFIX


def folder_of(payer: str) -> str:
    """Return the name of the project and of its folder."""
    return f"{PREFIX}{payer}"


def package_of(payer: str) -> str:
    """Return the name of the project's package."""
    return folder_of(payer).replace("-", "_")


def files_of(payer: str, *, with_python: bool = False) -> dict[str, str]:
    """Return the text of each file by its path in the project, in order.

    The package has a profile with its cases; with Python, it has a rule in code too.
    """
    filled = _filled(payer)
    parts = ["profile", "python"] if with_python else ["profile"]
    told = {
        Template(path).substitute(filled): Template(text).substitute(filled)
        for part in parts
        for path, text in _templates(files(__package__) / "templates" / part, "")
    }
    return dict(sorted(told.items()))


def _filled(payer: str) -> Mapping[str, str]:
    return {
        "payer": payer,
        "package": package_of(payer),
        "title": payer.replace("-", " ").title(),
        "version": version("payer-rules"),
    }


def _templates(folder: Traversable, above: str) -> Iterator[tuple[str, str]]:
    """Yield the path of each file that the folder has a template of, and the template."""
    for each in folder.iterdir():
        path = f"{above}{each.name}"
        if each.is_dir():
            yield from _templates(each, f"{path}/")
        else:
            yield path.removesuffix(".txt"), each.read_text(encoding="utf-8")


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files into the folder, which is new or empty; raises `InputError` on failure.

    No file is overwritten. The folder appears when all files are written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            remedy = "Move it away, or go to another folder."
            raise InputError(
                [
                    Problem(
                        str(folder),
                        "is there already and not an empty folder",
                        remedy,
                        ErrorCode.EXISTING_FILE,
                    )
                ]
            )
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as aside:
            draft = Path(aside, folder.name)
            draft.mkdir()
            _write_into(draft, texts)
            if folder.exists():
                folder.rmdir()
            draft.rename(folder)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError(
            [Problem(str(folder), message, "Go to another folder.", ErrorCode.OUTPUT_FILE)]
        ) from error


def _write_into(folder: Path, texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
