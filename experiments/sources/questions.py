"""Questions that the authors of the sources ask in them, each answered by an experiment."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Question:
    """One question; its answer stands in the words, under "question".

    Attributes:
        id: its name there.
        source: number of the document.
        quote: as it stands there.
        experiment: name of the experiment that answers it.
    """

    id: str
    source: str
    quote: str
    experiment: str


@cache
def load() -> tuple[Question, ...]:
    """All questions, in the order of the course."""
    text = files("experiments.sources").joinpath("questions.toml").read_text("utf-8")
    return tuple(Question(**block) for block in tomllib.loads(text)["questions"])
