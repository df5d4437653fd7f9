"""Findings in words, Korean or English, with the line to look at."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments.check.apart import Answer
from experiments.check.judge import Finding, Verdict
from experiments.check.source import Source

Language = Literal["en", "ko"]

WORDS = {
    "en": {
        Verdict.RIGHT: "right",
        Verdict.CONVENTION: "right, in another convention",
        Verdict.ONE_SAMPLE: "right for one sample (a vector), not for a batch (a matrix)",
        Verdict.WRONG: "wrong",
        Verdict.UNKNOWN: "differs, cause unknown",
        Verdict.FAILED: "could not be run",
        "differ": "{} {} not what Keras computes.",
        "agree": "{} {} right.",
        "look": "Look at `{}`, {}.",
        "correction": "It should read: {}",
        "no cause": "No known mistake computes these numbers. Largest differences: {}.",
        "no value": "{}: {}",
        "numerical right": "Your numerical gradient agrees with Keras: trust it, the mistake is in "
        "`gradient`.",
        "numerical wrong": "Your numerical gradient is not Keras' gradient: check the function "
        "that takes it on a matrix.",
        "difference": "{} by {:.2g} at {} (rounding explains {:.2g})",
        "shape": "{}: {} (yours and Keras')",
        "is": ("is", "are"),
        "and": " and ",
        "far": "predict, with large scores",
    },
    "ko": {
        Verdict.RIGHT: "맞음",
        Verdict.CONVENTION: "맞음(규약이 다름)",
        Verdict.ONE_SAMPLE: "표본 하나(벡터)에는 맞지만 배치(행렬)에는 맞지 않음",
        Verdict.WRONG: "틀림",
        Verdict.UNKNOWN: "다름, 원인 모름",
        Verdict.FAILED: "실행할 수 없음",
        "differ": "Keras와 다릅니다: {}{}",
        "agree": "맞습니다: {}{}",
        "look": "`{}`({})을 보세요.",
        "correction": "이렇게 고치세요: {}",
        "no cause": "알려진 실수 가운데 이 값을 내는 것이 없습니다. 가장 큰 차이: {}.",
        "no value": "{}: {}",
        "numerical right": "수치 미분은 Keras와 일치합니다. 실수는 `gradient`에 있습니다.",
        "numerical wrong": "수치 미분이 Keras의 기울기와 다릅니다. 행렬에도 맞는지 확인하세요.",
        "difference": "{}: {:.2g} ({}, 반올림 오차는 {:.2g}까지)",
        "shape": "{}: 형상 {} (내 코드와 Keras)",
        "is": ("", ""),
        "and": ", ",
        "far": "점수가 클 때의 predict",
    },
}

HINTS = {
    "en": {
        "expected a sequence of integers or a single integer": "np.zeros(x) takes a shape: "
        "`np.zeros_like(x)` is meant.",
        "only 0-dimensional arrays can be converted": "A single element was expected where a row "
        "of a matrix came: index it with [i, j].",
    },
    "ko": {
        "expected a sequence of integers or a single integer": "np.zeros(x)는 형상을 받습니다. "
        "`np.zeros_like(x)`를 쓰세요.",
        "only 0-dimensional arrays can be converted": "원소 하나가 필요한 곳에 행렬의 행이 "
        "왔습니다. [i, j]로 꺼내세요.",
    },
}
"""What to do about an error, by what its message contains."""

METHODS = {
    "predict": {"a1", "z1", "a2", "y", "x"},
    "loss": {"loss", "t"},
    "accuracy": {"accuracy"},
    "numerical_gradient": {"numerical_gradient"},
    "gradient": {"delta2", "back", "slope", "delta1", "gW1", "gb1", "gW2", "gb2"},
    "forward": {"relu_function", "sigmoid_function", "affine_forward", "softmax_with_loss"},
    "backward": {
        "relu_backward",
        "sigmoid_backward",
        "affine_dx",
        "affine_dW",
        "affine_db",
        "softmax_with_loss_backward",
        "mul_backward",
        "add_backward",
    },
}
"""In which method of a net or layer a formula is."""

TRACES = {
    "a1": r"W1",
    "z1": r"sigmoid|relu|exp",
    "a2": r"W2",
    "y": r"softmax|exp|sigmoid",
    "loss": r"log|error|loss",
    "delta2": r"-\s*t\b|t\s*-",
    "back": r"W2",
    "slope": r"1(\.0)?\s*-|W2.*\.T|sigmoid_grad",
    "gW1": r"W1['\"\]]*\s*=",
    "gb1": r"b1['\"\]]*\s*=",
    "gW2": r"W2['\"\]]*\s*=",
    "gb2": r"b2['\"\]]*\s*=",
    "sigmoid_function": r"exp",
    "slope_function": r"return",
    "relu_function": r"return|max",
    "relu_slope_function": r">|return",
    "softmax_function": r"\bsum\(|exp\(",
    "squared_error_function": r"sum|mean|\*\*",
    "cross_entropy_function": r"log",
    "numerical_gradient": r"/",
    "derivative_function": r"/",
    "descent_step": r"-=|\+=|-|\+",
    "relu_backward": r"mask|dout",
    "sigmoid_backward": r"dout",
    "affine_forward": r"dot|@|matmul",
    "affine_dx": r"return|dx\s*=",
    "affine_dW": r"dW\s*=",
    "affine_db": r"db\s*=",
    "softmax_with_loss_backward": r"-\s*self\.t|self\.y|return",
    "mul_backward": r"dout",
    "add_backward": r"dout",
    "and_gate": r"=",
    "or_gate": r"=",
    "nand_gate": r"=",
    "xor_gate": r"return",
    "output_delta": r"\*",
    "cross_entropy_delta": r"-",
    "hidden_delta": r"\*",
    "unit_output": r"sigmoid|exp|return",
    "delta": r"delta\s*=",
    "gW": r"dW\s*=",
    "t": r"t\w*\[",
    **{f"new_{name}": rf"{name}\s*[-+]?=|\]\s*[-+]?=" for name in ("W1", "b1", "W2", "b2")},
    "new_W": r"W\s*=|W\s*[+-]=",
}
"""What the line that computes a quantity is likely to contain."""


@dataclass(frozen=True)
class Explanation:
    """A finding as sentences.

    Attributes:
        subject: name in the file.
        verdict: the word of the finding.
        headline: the verdict in words.
        sentences: what is to be said.
        line: of the file, counted from 1, if there is one to look at.
        file: the imported file in which it is, if it is not the checked one.
        faults: ids of the named mistakes.
        evidence: of every array that differs: its name, and row by row the difference of every
            element relative to the largest one, 0 within rounding.
    """

    subject: str
    verdict: Verdict
    headline: str
    sentences: tuple[str, ...]
    line: int | None
    file: str
    faults: tuple[str, ...]
    evidence: tuple[tuple[str, list[list[float]]], ...] = ()


def explain(finding: Finding, source: Source, language: Language, file: str = "") -> Explanation:
    """Say what was found, why, and where to look.

    Args:
        finding: what was found.
        source: of the file in which it is.
        language: of the sentences.
        file: what to call that file, if it is not the checked one.
    """
    words = WORDS[language]
    sentences = []
    if finding.verdict in (Verdict.WRONG, Verdict.UNKNOWN, Verdict.ONE_SAMPLE):
        for key, quantities in (("differ", finding.wrong), ("agree", finding.right)):
            if quantities:
                names = [_name(quantity, words) for quantity in quantities]
                plural = words["is"][len(names) > 1]
                sentences.append(words[key].format(_listed(names, words), plural))
    for fault in finding.faults:
        sentences.append(fault.ko if language == "ko" else fault.en)
        if not fault.convention:
            sentences.append(words["correction"].format(f"`{fault.correction}`"))
    if finding.verdict is Verdict.UNKNOWN:
        largest = [
            words["shape"].format(_name(quantity, words), where)
            if where.startswith("shapes")
            else words["difference"].format(_name(quantity, words), difference, where or "–", bound)
            for quantity, (difference, bound, where) in finding.differences.items()
        ]
        if largest:
            sentences.append(words["no cause"].format("; ".join(largest)))
    if finding.numerical is False or (
        finding.numerical and any(q.startswith("g") for q in finding.wrong)
    ):
        sentences.append(words["numerical right" if finding.numerical else "numerical wrong"])
    for answer, quantities in _by_reason(finding.failed):
        at = f" ({source.place(answer.line)})" if answer.line else ""
        sentences.append(words["no value"].format("; ".join(quantities), answer.why + at))
        for sign, hint in HINTS[language].items():
            if sign in answer.why:
                sentences.append(hint)
    where, line = _where(finding, source)
    if finding.verdict is Verdict.FAILED:
        line = next((answer.line for answer in finding.failed if answer.line), line)
    if line and finding.verdict in (Verdict.WRONG, Verdict.UNKNOWN):
        sentences.append(words["look"].format(where, say_place(source.place(line), language)))
    return Explanation(
        finding.subject,
        finding.verdict,
        words[finding.verdict],
        tuple(sentences),
        line,
        file,
        tuple(fault.id for fault in finding.faults),
        tuple(
            (_name(quantity, words), np.atleast_2d(relative).tolist())
            for quantity, relative in finding.relative.items()
            if finding.verdict in (Verdict.WRONG, Verdict.UNKNOWN) and relative.ndim in (1, 2)
        ),
    )


def _by_reason(failed: Sequence[Answer]) -> list[tuple[Answer, list[str]]]:
    """What failed for the same reason together: one of the answers, and all the quantities."""
    found: dict[tuple[str, int | None], tuple[Answer, list[str]]] = {}
    for answer in failed:
        found.setdefault((answer.why, answer.line), (answer, []))[1].append(answer.quantity)
    return list(found.values())


def say_place(place: str, language: Language) -> str:
    """A line or cell in the language."""
    if language == "en":
        return place
    return re.sub(r"cell (\d+)", r"\1번 셀", re.sub(r"line (\d+)", r"\1번째 줄", place))


def _name(quantity: str, words: dict) -> str:
    """What a quantity is called in the file."""
    if quantity in ("y", "a2"):
        return "predict"
    if quantity == "far_y":
        return words["far"]
    if re.fullmatch(r"g[Wb][12]", quantity):
        return f"gradient['{quantity[1:]}']"
    return quantity


def _listed(names: Sequence[str], words: dict) -> str:
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + words["and"] + names[-1]


def _where(finding: Finding, source: Source) -> tuple[str, int | None]:
    """The function or method to look at, and the likeliest line of it."""
    name, quantity = finding.subject, _first_quantity(finding)
    method = next((m for m, names in METHODS.items() if quantity in names), "")
    if method == "predict" and finding.wrong == ("loss",):
        method = "loss"
    if f"{name}.{method}" in source.defined:
        name = f"{name}.{method}"
    node = source.defined.get(name)
    if node is None:
        return name, None
    pattern = TRACES.get(quantity)
    if any(fault.id == "stops-after-first" for fault in finding.faults):
        pattern = r"return"
    return name, _likely_line(node, source, pattern) or node.lineno


def _first_quantity(finding: Finding) -> str:
    if finding.faults:
        return next(iter(finding.faults[0].formulas))
    return finding.wrong[0] if finding.wrong else ""


def _likely_line(node: ast.stmt, source: Source, pattern: str | None) -> int | None:
    """The last line of a definition that holds what a wrong line is likely to contain."""
    if pattern is None:
        return None
    lines = source.text.split("\n")
    first = node.lineno + (node.end_lineno != node.lineno)  # after the `def`, unless all in one
    found = [
        number
        for number in range(first, (node.end_lineno or node.lineno) + 1)
        if re.search(pattern, lines[number - 1].partition("#")[0])
    ]
    return found[-1] if found else None
