"""Every sentence a reader sees, one folder per language, and the errors that are told in them.

A sentence is found by its key, as "verdict.EXACT", and filled with values by name. The texts of the
experiments lie beside their files in the catalog.
"""

import locale
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ko")


@dataclass(frozen=True, eq=False)
class Words:
    """The sentences of a language.

    Attributes:
        language: "en" or "ko".
        sentences: by key.
    """

    language: str
    sentences: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of a key, filled.

        Raises:
            KeyError: if there is none, or a value for it is missing.
        """
        sentence = self.sentences[key]
        return sentence.format(**values) if values else sentence

    def get(self, key: str, otherwise: str) -> str:
        """The sentence of a key, or something else where there is none."""
        return self.sentences.get(key, otherwise)

    def mistake(self, name: str, what: str = "says") -> str:
        """What is wrong in a mistake; "write": how the line should read; "other": in other nets.

        The last is what is wrong in nets whose activations or loss are not the book's.
        """
        _, other, epsilon = name.partition("loss-epsilon-is-")
        if other:
            return self(f"mistake.loss-epsilon-is.{what}", epsilon=epsilon)
        _, of_any, same = name.partition("-optimizer-")
        if of_any:
            return self(f"mistake.optimizer-{same}.{what}")
        parameter, never, _ = name.partition("-never-updated")
        if not never:
            return self(f"mistake.{name}.{what}")
        names = ", ".join(repr(n) for n in ("W1", "b1", "W2", "b2"))
        return self(f"mistake.never-updated.{what}", name=parameter, names=names)

    def listed(self, names: list[str]) -> str:
        """Names in a row, as the language joins them."""
        if len(names) < 2:
            return "".join(names)
        return self(f"list.{'two' if len(names) == 2 else 'many'}").format(
            first=", ".join(names[:-1]), last=names[-1]
        )


@cache
def of(language: str) -> Words:
    """The words of a language, "en" or "ko"."""
    sentences: dict[str, str] = {}

    def take(table: Mapping, prefix: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                take(value, f"{prefix}{key}.")
            else:
                sentences[prefix + key] = value.strip("\n")

    for file in files(__name__).joinpath(language).iterdir():
        take(tomllib.loads(file.read_text("utf-8")), "")
    return Words(language, sentences)


def spoken() -> str:
    """The language that the user's locale says."""
    try:
        name = locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:  # named in the environment, but not installed here
        name = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE", "")
    return "ko" if name.startswith("ko") else "en"


class Problem(Exception):  # noqa: N818 (the errors derived from it end with Error)
    """Something that a user is told in a sentence.

    Attributes:
        key: of the sentence.
        values: what it is filled with.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def __str__(self) -> str:
        return self.told(of("en"))

    def __reduce__(self) -> tuple:
        return _problem, (type(self), self.key, self.values)

    def told(self, say: Words) -> str:
        """The sentence in a language."""
        values = {
            name: value.told(say) if isinstance(value, Problem) else value
            for name, value in self.values.items()
        }
        return say(self.key, **values)


def _problem(kind: type[Problem], key: str, values: dict) -> Problem:
    """One that comes from another process."""
    return kind(key, **values)
