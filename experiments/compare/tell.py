"""A comparison as what is told of a file: lines, a page, JSON."""

import re
from collections.abc import Iterator, Sequence

from experiments import words
from experiments.check.checked import Checked
from experiments.check.explain import Explanation, evidence, explain, what_it_is
from experiments.check.finding import FINE, Assessment, Difference
from experiments.check.keras_program.explain import describe, explain_program
from experiments.check.keras_program.judge import judge_program
from experiments.check.keras_program.program import KerasProgram
from experiments.check.source import Source
from experiments.compare.differences import differences, goes_by_samples
from experiments.compare.ladder import rungs
from experiments.compare.own import Own
from experiments.compare.theirs import Theirs
from experiments.judge.ladder import Comparison
from experiments.report.places import place_in_words
from experiments.words import Words

FACTORS = {"compare.factor of a class", "compare.factor by samples"}
"""What is said where all numbers are the same but for a factor of loss and gradient."""

SAME_NUMBERS = {"compare.factor", "compare.epsilon", *FACTORS}
"""Differences of descriptions with which all numbers may be the same."""

NOT_RIGHT = (Assessment.WRONG, Assessment.UNKNOWN)

Rungs = Sequence[tuple[Comparison, Difference | None]]


def tell(
    own: Own,
    theirs: Theirs,
    source: Source,
    keras: tuple[Source, KerasProgram] | None,
    languages: Sequence[str],
) -> dict[str, Checked]:
    """What a comparison found, by language.

    Args:
        own: the hand-written net.
        theirs: the Keras model.
        source: the file of the former.
        keras: the program of the latter, and what was seen when it was run.
        languages: to tell it in.
    """
    found = list(rungs(own, theirs))
    judged = list(judge_program(keras[1])) if keras else []
    told = {}
    for language in languages:
        say = words.of(language)
        explanations = [_together(own, theirs, found, say)]
        if own.finding.verdict in NOT_RIGHT:
            explanations.append(explain(own.finding, source, say))
        if keras:
            explanations += [
                one for one in explain_program(keras[1], judged, keras[0], say)
                if one.verdict is Assessment.WRONG
            ]  # fmt: skip
        told[language] = Checked(source.path, tuple(explanations), language=language)
    return told


def _together(own: Own, theirs: Theirs, found: Rungs, say: Words) -> Explanation:
    apart = {one.quantity: wrong for one, wrong in found if wrong}
    different = list(differences(own, theirs))
    keys = {problem.key for problem in different}
    verdict, headline = _verdict(own, bool(apart), keys)
    told = keys if own.is_trained else keys - {"compare.epsilon"}
    sentences = [
        say("compare.yours", what=" ".join(what_it_is(own.finding, say))),
        say("compare.theirs", what=describe(theirs.model, say)),
        *([say("compare.among", n=theirs.among)] if theirs.among > 1 else []),
        _mapping(own, say),
        *(problem.told(say) for problem in different),
        *_rungs(own, theirs, found, say),
    ]
    if told and own.finding.verdict in FINE:
        sentences.append(_rest(own, say))
    if not own.is_trained:
        sentences.append(say("compare.not trained here"))
    if _rates_make_up(own, theirs, keys):
        sentences.append(say("compare.made up"))
    numbers = evidence({_called(own, name, say): wrong for name, wrong in apart.items()}, say)
    return Explanation(
        say("compare.subject"), verdict, say(f"compare.verdict.{headline}"), tuple(sentences),
        None, "", (), (), (), tuple(numbers),
    )  # fmt: skip


def _verdict(own: Own, is_apart: bool, keys: set[str]) -> tuple[Assessment, str]:
    """What the numbers and the differences by these keys come to, and its headline."""
    is_right = own.finding.verdict not in NOT_RIGHT
    if is_apart or not is_right or not keys <= SAME_NUMBERS:
        return Assessment.WRONG, "differ" if is_right else "yours is wrong"
    if not own.has_gradient:
        return Assessment.FAILED, "same forth"
    verdict = Assessment.CONVENTION if keys else Assessment.RIGHT
    if keys & FACTORS:
        return verdict, "same but for a factor"
    if not own.is_trained:
        return verdict, "same net"
    return verdict, "same here" if keys else "same"


def _rates_make_up(own: Own, theirs: Theirs, keys: set[str]) -> bool:
    """Whether the losses differ by a factor, and the rates by the same the other way round."""
    by_a_factor = {*FACTORS, "compare.factor"}
    only_a_factor = bool(keys & by_a_factor) and keys <= {*by_a_factor, "compare.epsilon"}
    return own.is_trained and only_a_factor and theirs.is_plain and not goes_by_samples(own, theirs)


def _mapping(own: Own, say: Words) -> str:
    """Which parameter goes where."""
    number = {layer: place for place, layer in enumerate(own.chain.layers, 1)}
    turned = say("compare.transposed") if own.columns else ""
    names = own.finding.fit.place.names if own.finding.fit else {}
    pairs = [
        say(
            f"compare.carried.{'kernel' if name[0] == 'W' else 'bias'}",
            name=f"`{names.get(name, name)}`",
            shape="×".join(map(str, values.shape)),
            layer=number[name[1:]],
        )
        for name, values in own.start.items()
    ]
    return say("compare.mapping", pairs=", ".join(pairs), turned=turned)


def _rungs(own: Own, theirs: Theirs, found: Rungs, say: Words) -> Iterator[str]:
    """The ladder up to the first rung that differs, and how far the others agree."""
    if not found:
        yield say("compare.no rungs")
        return
    equal = [one for one, wrong in found if wrong is None]
    if equal:
        share = f"{max(one.share for one in equal):.2g}"
        yield say("compare.equal", names=say.listed(_equal(own, equal, say)), share=share)
    if not own.is_loop and not any(one.quantity.startswith("g") for one, _ in found):
        yield say("compare.no gradient")
    first = next(((one, wrong) for one, wrong in found if wrong), None)
    if first and first[1]:
        one, wrong = first
        place = place_in_words(wrong.place, say)
        yield say(
            "compare.first",
            name=_called(own, one.quantity, say) + (f" {place}" if place else ""),
            own="–" if wrong.own is None else f"{wrong.own:.8g}",
            keras="–" if wrong.keras is None else f"{wrong.keras:.8g}",
            bound=f"{wrong.bound:.2g}",
        )


def _equal(own: Own, equal: Sequence[Comparison], say: Words) -> list[str]:
    """The rungs that are equal; of updates in which all parameters are, the updates."""
    if len(equal) == len(own.values) and own.is_loop:
        many = len(own.batches) > 1
        return [say(f"compare.rung.{'all updates' if many else 'the update'}", n=len(own.batches))]
    return [_called(own, one.quantity, say) for one in equal]


def _called(own: Own, quantity: str, say: Words) -> str:
    """What a rung is called; a parameter of a loop as the program calls it."""
    name, _, step = quantity.partition("@")
    if step:
        theirs = own.finding.fit.place.names if own.finding.fit else {}
        parameter = name.removeprefix("new_")
        called = f"`{theirs[parameter]}`" if parameter in theirs else parameter
        return say("compare.rung.update", name=called, n=int(step) + 1)
    if re.fullmatch(r"g[Wb]\w+", name):
        return say("compare.rung.gradient", name=name[1:])
    return say(f"compare.rung.{name}")


def _rest(own: Own, say: Words) -> str:
    """That nothing else is different: one's own net equals the Keras model of its description."""
    return say("compare.rest loop" if own.is_loop else "compare.rest")
