"""A small file of TOML that somebody wrote by hand: read whole, or refused and said why."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from codebreakers.errors import RequestError

__all__ = ["LARGEST_FILE", "read_toml"]

LARGEST_FILE = 1 << 20
"""Bytes."""


def read_toml(path: Path, holds: str, example: str) -> dict[str, Any]:
    """Return what a file of TOML holds.

    Parameters
    ----------
    path : Path
        In UTF-8, with a byte-order mark or without.
    holds : str
        What the file is to hold, to end "a TOML file that".
    example : str
        A sentence that shows how to write it.

    Raises
    ------
    RequestError
        It is no file, is larger than `LARGEST_FILE`, cannot be read, or is no TOML.
    """
    try:
        # A device or a pipe has no end, and a folder no words.
        if path.exists() and (not path.is_file() or path.stat().st_size > LARGEST_FILE):
            raise RequestError(
                f"{path} is not a file of at most {LARGEST_FILE:,} bytes.",
                remedy=f"Name a TOML file that {holds}.",
            )
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}.", remedy=example) from error
    except UnicodeDecodeError as error:
        raise RequestError(f"{path} is not text in UTF-8.", remedy="Save it as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RequestError(f"{path} is no TOML: {error}.", remedy=example) from error
