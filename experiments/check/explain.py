"""Findings in the words of a language, with the line to look at."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments import subjects
from experiments.check.apart import Answer
from experiments.check.chain import Chain
from experiments.check.finding import FINE, Assessment, Difference, Finding
from experiments.check.fit import Fit
from experiments.check.inside.nets import OCCASIONS, OWN_SLOPES
from experiments.check.source import Source
from experiments.check.twin_code import twin_code, written_rate
from experiments.report.places import place_in_words
from experiments.subjects.subject import Mistake
from experiments.words import Words

DIFFERENT = (Assessment.WRONG, Assessment.UNKNOWN, Assessment.ONE_SAMPLE)
HINTS = {
    r"expected a sequence of integers or a single integer": "check.hint.shape",
    r"only 0-dimensional arrays can be converted": "check.hint.element",
    r"shapes (\(\d+,\d+\)) and \1 not aligned": "check.hint.dot",
}
"""What to do about an error, by a pattern that its message contains."""


LINES_OF = {
    "stops-after-first": r"return",
    "difference-first-only": r"return",
    "softmax-maximum-of-all": r"max\(",
    "accuracy-other-divisor": r"return|/",
    "accuracy-not-divided": r"return",
    **dict.fromkeys(
        (
            *("momentum-uphill", "momentum-averaged", "momentum-kept-whole"),
            *("momentum-forgotten", "momentum-without-rate", "adagrad-not-gathered"),
            *("rmsprop-shares-exchanged", "rmsprop-forgets-nothing", "rmsprop-without-share"),
        ),
        r"self\.\w+\[\w+\]\s*[-+*]?=(?!.*zeros)",
    ),
}
"""What the line of a mistake is likely to contain, where its formula's is another."""

AROUND = 3
"""Lines shown before and after the one to look at."""

LONGEST = 24
"""Lines shown of a definition of which no line can be told to be the one."""


@dataclass(frozen=True)
class Shown:
    """A line of a file.

    Attributes:
        number: in the script, or in its cell.
        text: the line.
        marked: whether it is the one to look at.
    """

    number: int
    text: str
    marked: bool


@dataclass(frozen=True)
class Evidence:
    """A quantity that differs from Keras'.

    Attributes:
        name: what it is called.
        place: of the element that is farthest off, or both shapes.
        own: the file's value there, if the shapes are the same.
        keras: Keras'.
        bound: how far the two may lie apart by rounding.
        rows: of a vector or matrix, row by row: the difference of every element relative to the
            largest one, 0 within rounding.
    """

    name: str
    place: str
    own: float | None
    keras: float | None
    bound: float
    rows: list[list[float]]


@dataclass(frozen=True)
class Explanation:
    """A finding as sentences.

    Attributes:
        subject: name in the file.
        verdict: of the finding.
        headline: the verdict in words.
        sentences: what is to be said.
        line: of the file, counted from 1, if there is one to look at.
        file: the imported file in which it is, if it is not the checked one.
        faults: ids of the named mistakes.
        excerpt: the lines around that line.
        corrections: how the line should read.
        evidence: of every quantity that differs.
        keras: code of a net's twin.
    """

    subject: str
    verdict: Assessment
    headline: str
    sentences: tuple[str, ...]
    line: int | None
    file: str
    faults: tuple[str, ...]
    excerpt: tuple[Shown, ...] = ()
    corrections: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    keras: str = ""


def explain(finding: Finding, source: Source, say: Words, file: str = "") -> Explanation:
    """Say what was found, why, and where to look.

    Args:
        finding: what was found.
        source: of the file in which it is.
        say: the words of the language.
        file: what to call that file, if it is not the checked one.
    """
    where, node, line = _where(finding, source)
    line = finding.line or line
    if finding.verdict is Assessment.FAILED:
        line = next((answer.line for answer in finding.failed if answer.line), line)
    begins = line or (node.lineno if node else None)
    sentences = [
        *what_it_is(finding, say),
        *([finding.note.told(say)] if finding.note else []),
        *_what_differs(finding, say),
        *_causes(finding, say),
        *_opinion_of_differences(finding, say),
        *_failures(finding, source, say),
    ]
    different = finding.verdict in DIFFERENT
    if begins and different:
        is_in = node is not None and node.lineno <= begins <= (node.end_lineno or begins)
        key = "check.look" if is_in else "check.look there"
        sentences.append(say(key, name=where, place=source.place(begins).told(say)))
    return Explanation(
        finding.subject,
        finding.verdict,
        say(f"check.verdict.{finding.verdict}"),
        tuple(sentences),
        begins,
        file,
        tuple(fault.id for fault in finding.faults),
        tuple(excerpt(source, line, node)) if (node or line) and different else (),
        tuple(_corrections(finding, say)),
        tuple(evidence(finding.differences, say)) if different else (),
        _keras_code(finding),
    )


def _corrections(finding: Finding, say: Words) -> Iterator[str]:
    """How the lines of its mistakes should read, where that can be said once for all programs."""
    for fault in finding.faults:
        if not fault.convention and (code := _in_words(fault, finding, say)[1]):
            yield code


def _in_words(fault: Mistake, finding: Finding, say: Words) -> tuple[str, str]:
    """What is wrong, and how the line should read if that can be said of such a net."""
    parameter, never, _ = fault.id.partition("-never-updated")
    if finding.fit and never:
        name = finding.fit.place.names.get(parameter, parameter)
        return say("mistake.never-updated.says", name=f"`{name}`"), ""
    of = finding.fit.chain.of if finding.fit else finding.description
    other = f"mistake.{fault.id}.other"
    if of and not of.has_the_books_layers and other in say.sentences:
        return say(other), ""
    return say.mistake(fault.id), say.mistake(fault.id, "write")


def _keras_code(finding: Finding) -> str:
    if finding.fit:
        chain = finding.fit.chain
        without = [n for n, layer in enumerate(chain.layers, 1) if layer not in chain.biased]
        rate = "rate" if chain.shares else written_rate(chain.rate)
        code = twin_code(chain.of, chain.widths, without, chain.bias_unit, rate)
        return f"{code}  # layer by layer: {', '.join(_rates(chain))}" if chain.shares else code
    return twin_code(finding.description) if finding.description else ""


def _rates(chain: Chain) -> list[str]:
    """Of every layer, from the inputs to the outputs."""
    return [f"{chain.rate * chain.shares.get(layer, 1.0):.6g}" for layer in chain.layers]


def excerpt(source: Source, line: int | None, node: ast.stmt | None = None) -> Iterator[Shown]:
    """The lines around a line; where none is to be marked, the whole definition `node`."""
    if line:
        first, last = line - AROUND, line + AROUND
    elif node:
        first, last = node.lineno, min(node.end_lineno or node.lineno, node.lineno + LONGEST)
    else:
        return
    lines = source.text.split("\n")
    for number in range(max(1, first), min(len(lines), last) + 1):
        place = source.place(number)
        if place.cell == source.place(line or first).cell:
            yield Shown(place.line, lines[number - 1], number == line)


def evidence(differences: Mapping[str, Difference], say: Words) -> Iterator[Evidence]:
    """What differs, with both numbers and a map of all elements."""
    for quantity, difference in differences.items():
        is_map = difference.relative.ndim in (1, 2)
        yield Evidence(
            _name(quantity, say),
            place_in_words(difference.place, say),
            difference.own,
            difference.keras,
            difference.bound,
            np.atleast_2d(difference.relative).tolist() if is_map else [],
        )


def what_it_is(finding: Finding, say: Words) -> Iterator[str]:
    """A net in one sentence, as it is trained or as a class has it."""
    if finding.fit:
        yield _what_it_trains(finding.fit, say)
    of = finding.description
    if of is None:
        return
    epsilon = say("check.net.epsilon", epsilon=f"{of.epsilon:g}")
    loss = say(f"check.net.loss.{of.loss}") + epsilon * ("entropy" in of.loss and of.epsilon > 0)
    yield say(
        "check.net.is",
        hidden=say(f"check.net.activation.{of.hidden}"),
        output=say(f"check.net.activation.{of.output}"),
        loss=loss,
        reduction=say(f"check.net.reduction.{of.reduction}"),
        l2=say("check.net.l2", strength=f"{of.l2:g}") if of.l2 else "",
        scores=say("check.net.scores") if of.scores else "",
    )


def _what_it_trains(fit: Fit, say: Words) -> str:
    chain = fit.chain
    of, without = chain.of, len(chain.biased) < len(chain.layers)
    deep = len(chain.layers) > 1
    hidden = say("check.net.hidden", hidden=say(f"check.net.activation.{of.hidden}"))
    data = [fit.place.data(step)[0] for step in range(fit.place.steps)]
    samples, x = len(data[0]), np.unique(np.concatenate(data), axis=0)
    ones = without and len(x) > 1 and bool((x == 1).all(axis=0).any())
    reduction = say(f"check.net.reduction.{of.reduction}")
    kind = "tried with" if fit.place.is_made_up else "trains"
    kind = "tried for gradients" if fit.place.is_of_gradients else kind
    return say(
        f"check.net.{kind}",
        widths="–".join(map(str, chain.widths)),
        hidden=hidden if deep else "",
        output=say(f"check.net.activation.{of.output}"),
        loss=say(f"check.net.loss.{of.loss}"),
        reduction=(say("check.net.of", reduction=reduction) if samples > 1 else "")
        + (say("check.net.l2", strength=f"{of.l2:g}") if of.l2 else ""),
        rate=say("check.net.rates", rates=", ".join(_rates(chain)))
        if chain.shares
        else f"{chain.rate:.6g}",
        samples=say(f"check.net.samples.{'one' if samples == 1 else 'many'}", n=samples),
        biases=say(f"check.net.{'some' if chain.biased else 'without'} biases")
        if without and not (ones or chain.bias_unit)
        else "",
        unit=say("check.net.ones") * ones + say("check.net.bias unit") * chain.bias_unit,
    )


def _what_differs(finding: Finding, say: Words) -> Iterator[str]:
    if finding.verdict not in (*DIFFERENT, Assessment.FAILED):
        return
    for key, quantities in (("differ", finding.wrong), ("agree", finding.right)):
        if quantities:
            told = list(dict.fromkeys(_name(quantity, say) for quantity in quantities))
            names, number = say.listed(told), "one" if len(told) == 1 else "many"
            later = key == "agree" and any(f.id.startswith("only-") for f in finding.faults)
            yield say(f"check.{key}.{'at first' if later else number}", names=names)


def _causes(finding: Finding, say: Words) -> Iterator[str]:
    told = ((_in_words(fault, finding, say), fault.convention) for fault in finding.faults)
    for (says, code), convention in dict.fromkeys(told):
        yield says
        if not convention and code:
            yield say("check.correction", code=code)
    if finding.verdict is Assessment.UNKNOWN and finding.differences and not finding.faults:
        largest = [
            say("check.shapes", name=_name(quantity, say), shapes=place_in_words(found.place, say))
            if found.place.shapes
            else say(
                "check.difference",
                name=_name(quantity, say),
                difference=f"{found.largest:.2g}",
                place=say("check.element", index=list(found.place.index))
                if found.place.index
                else "",
                bound=f"{found.bound:.2g}",
            )
            for quantity, found in finding.differences.items()
        ]
        yield say("check.no cause", differences="; ".join(largest))


def _opinion_of_differences(finding: Finding, say: Words) -> Iterator[str]:
    if finding.numerical is False:
        yield say("check.numerical wrong")
    elif finding.numerical and any(quantity.startswith("g") for quantity in finding.wrong):
        yield say("check.numerical right")


def _failures(finding: Finding, source: Source, say: Words) -> Iterator[str]:
    """What failed for the same reason together, and what to do about it."""
    together: dict[tuple[str, int | None], list[Answer]] = {}
    of_labels = [answer for answer in finding.failed if "labels" in answer.quantity]
    others = [answer for answer in finding.failed if answer not in of_labels]
    fine_but_for_labels = others or finding.verdict is not Assessment.FAILED
    for answer in others if fine_but_for_labels else of_labels:
        reason = answer.why.told(say) if answer.why else ""
        together.setdefault((reason, answer.line), []).append(answer)
    for (reason, line), answers in together.items():
        names = [_asked(quantity, say) for quantity in _but_again([a.quantity for a in answers])]
        if line:
            reason = say("check.at", why=reason, place=source.place(line).told(say))
        yield say("check.no value", names="; ".join(names), why=reason)
        for sign, hint in HINTS.items():
            if re.search(sign, reason):
                yield say(hint)
    has_gradient = any(quantity in ("gW1", "gW2") for quantity in finding.right)
    if of_labels and finding.verdict in FINE and has_gradient:
        yield say("check.one-hot only")


def _but_again(quantities: Sequence[str]) -> list[str]:
    """Quantities without those on an occasion that fail without any occasion as well."""
    failed = {"loss", "gradient"} & set(quantities)

    def is_again(quantity: str) -> bool:
        what, occasion = _on_occasion(quantity)
        return bool(occasion and (what in failed or (occasion == OWN_SLOPES and failed)))

    return [quantity for quantity in quantities if not is_again(quantity)]


def _on_occasion(quantity: str) -> tuple[str, str]:
    """What was asked for, and the occasion, if it was one."""
    for occasion in (OWN_SLOPES, *OCCASIONS):
        if found := re.fullmatch(rf"(.+), {occasion}|{occasion}(?:: (.+))?", quantity):
            return found[1] or found[2] or "gradient", occasion
    return quantity, ""


def _asked(quantity: str, say: Words) -> str:
    what, occasion = _on_occasion(quantity)
    if not occasion or occasion == OWN_SLOPES:
        return _name(what, say)
    return say("check.occasion", what=_name(what, say), occasion=say(f"occasion.{occasion}"))


def _name(quantity: str, say: Words) -> str:
    """What a quantity is called in the file."""
    if re.fullmatch(r"g[Wb]\d", quantity):
        return f"gradient['{quantity[1:]}']"
    return say.get(f"quantity.{quantity}", quantity)


def _where(finding: Finding, source: Source) -> tuple[str, ast.stmt | None, int | None]:
    """The function or method to look at, its definition, and the likeliest line if there is one."""
    name, quantity = finding.subject, _first_quantity(finding)
    method = subjects.methods().get(quantity, "")
    if method == "predict" and finding.wrong == ("loss",):
        method = "loss"
    if f"{name}.{method}" in source.defined:
        name = f"{name}.{method}"
    elif finding.about == "net" and method in source.defined:
        name = method  # a net of functions
    node = source.defined.get(name) or source.loop_called(name)
    if node is None:
        return name, None, None
    if any(fault.id.startswith("only-") for fault in finding.faults):
        return name, node, None  # right elsewhere: no line says where
    told = (LINES_OF[fault.id] for fault in finding.faults if fault.id in LINES_OF)
    pattern = next(told, subjects.traces().get(quantity))
    return name, node, _likely_line(node, source, pattern)


def _first_quantity(finding: Finding) -> str:
    first = min(finding.faults, key=lambda fault: fault.convention, default=None)
    if first:
        return next(iter(first.formulas))
    return finding.wrong[0] if finding.wrong else ""


def _likely_line(node: ast.stmt, source: Source, pattern: str | None) -> int | None:
    """The last line of a definition that holds what a wrong line is likely to contain."""
    if pattern is None:
        return None
    lines: Sequence[str] = source.text.split("\n")
    first = node.lineno + (node.end_lineno != node.lineno)  # after the `def`, unless all in one
    matching = [
        number
        for number in range(first, (node.end_lineno or node.lineno) + 1)
        if re.search(pattern, lines[number - 1].partition("#")[0])
    ]
    return matching[-1] if matching else None
