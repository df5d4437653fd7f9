"""How HTML pages are filled: every sentence in all languages, of which the page shows one."""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from experiments import words
from experiments.judge.ladder import Comparison
from experiments.judge.rungs import LOOKS, RUNGS, Verdict
from experiments.report.environment import Phrases, short, significant

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")

Render = Callable[[str], Markup]


def marked(text: str) -> Markup:
    """A sentence of ours: Markdown within a line counts."""
    return Markup(MARKDOWN.renderInline(text))


def literal(text: str) -> Markup:
    """A sentence that may hold a stranger's text: nothing counts but code between backticks."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


@cache
def environment(package: str = "experiments.report") -> jinja2.Environment:
    """The templates of a package, and the base of all pages; what is put into them is escaped."""
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader(package, "templates"),
                jinja2.PackageLoader("experiments.report", "templates"),
            ]
        ),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= translated(words.LANGUAGES, marked) | {
        "asset": lambda package, name: Markup(
            files(package).joinpath("templates", name).read_text("utf-8")
        ),
        "rungs": RUNGS,
        "looks": LOOKS,
        "verdicts": list(Verdict),
        "verdict_words": {
            v: " / ".join(words.of(language)(f"web.verdict.{v}") for language in ("ko", "en"))
            for v in Verdict
        },
    }
    made.filters |= {
        "six": significant,
        "frames": lambda along: json.dumps([[f.step, *f.percent] for f in along]).replace(" ", ""),
        "markdown": lambda text: Markup(MARKDOWN.render(text)),
        "thousands": lambda number: f"{number:,}",
        "short": short,
        "power": lambda power: ", ".join(f"{n} {e:.1g}" for n, e in power.smallest.items()),
    }
    made.filters["by_state"] = by_state
    return made


def by_state(comparisons: Iterable[Comparison]) -> list[tuple[str, str, list[Comparison]]]:
    """Neighbours of one rung and one state: (rung, state, the comparisons)."""
    grouped = itertools.groupby(comparisons, key=lambda row: (row.rung, row.state))
    return [(rung, state, list(rows)) for (rung, state), rows in grouped]


def translated(languages: Sequence[str], render: Render) -> dict[str, Any]:
    """What templates say things by, in all of some languages.

    Args:
        languages: which.
        render: of a sentence.
    """
    phrases = {language: Phrases(words.of(language)) for language in languages}

    def every(text: Callable[[str], object]) -> Markup:
        """What a function of a language gives, in each; once, where all are the same."""
        told = {language: render(str(text(language))) for language in languages}
        if len(set(told.values())) == 1:
            return next(iter(told.values()))
        return Markup("").join(
            Markup('<span lang="{}">{}</span>').format(language, sentence)
            for language, sentence in told.items()
        )

    def say(key: str, **values: Any) -> Markup:  # noqa: ANN401
        """A sentence; a value that is a mapping by language is taken in that language."""

        def said(language: str) -> str:
            chosen = {
                name: value[language] if isinstance(value, Mapping) else value
                for name, value in values.items()
            }
            return words.of(language)(key, **chosen)

        return every(said)

    return {
        "languages": languages,
        "say": say,
        "each": lambda by_language: every(lambda language: by_language[language]),
        "told": lambda method, *of: every(lambda lang: getattr(phrases[lang], method)(*of)),
        "part": lambda name: {lang: phrases[lang].part(name) for lang in languages},
    }
