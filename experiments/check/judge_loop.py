"""A stranger's training loop over arrays of its own: which net it trains, and whether rightly."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise, product

import numpy as np
from threadpoolctl import threadpool_limits

from experiments.check import keras_answers
from experiments.check.apart import Outcome, Turn
from experiments.check.finding import FINE, Assessment, Finding
from experiments.check.fit import MOST_WORK, Fit, fits, values
from experiments.check.grammar import NATURAL
from experiments.check.inside.protocol import GIVEN_SLOPES, GIVEN_X
from experiments.check.left_out import with_what_it_leaves
from experiments.check.loop_loss import (
    another_loss,
    computed_loss,
    decay_of,
    is_by_reduction,
    times_its_slope,
)
from experiments.check.places import MOST_STEPS
from experiments.check.rates import as_given, by_layer, in_other_words, possible_rates
from experiments.check.source import Source
from experiments.check.states import (
    changed,
    go_one_by_one,
    is_multiple,
    only_sums_up,
    reshaped,
    with_rows_of_numbers,
    without_copies,
)
from experiments.faults.replay import Compute, Dictionary, steps_of_training
from experiments.judge.bounds import Bounded
from experiments.judge.ladder import compare
from experiments.subjects import hidden_layer
from experiments.subjects.subject import Mistake
from experiments.subjects.training_loop import BATCH_MISTAKES, update_mistakes
from experiments.subjects.training_loop import SUBJECT as TRAIN
from experiments.words import Problem

SEEN_IN = {"slope": ("slope", "delta1"), "back": ("back", "delta1")}
"""Where the numbers of an exchanged formula may be seen, nearest first."""

UPDATED_BY = {"slope": "W1", "back": "W1", "delta1": "W1", "delta2": "W2"}
"""The parameter whose update shows a wrong quantity, where that has no line of its own."""

APART = next(m for m in BATCH_MISTAKES if m.id == "samples-and-targets-apart")

AFTER_THE_LOOP = Mistake("update-after-the-loop", "trajectory", {"new_W1": lambda v: None})
"""What is said of an update that stands behind its loop, and so is done once."""

OF_ANOTHER_SCALE = Mistake("gradient-of-another-scale", "gradient", {"new_W2": lambda v: None})
"""What is said of a gradient that is the slope of a net's loss, but for a factor."""

L2_IN_THE_LOSS = Mistake("l2-in-the-loss-only", "gradient", {"new_W2": lambda v: None})
"""What is said of a loss with an L2 term that its gradient lacks."""

UPHILL = next(m for m in update_mistakes(("W1",)) if m.id == "update-uphill")
"""What is said of gradients that are added."""

NEAR = 1e-3
"""How far, relative to its size, a mistake's result may lie off to be looked at closely."""

BIAS_MISSING = {
    number: next(m for m in hidden_layer.MISTAKES if m.id == f"bias{number}-missing")
    for number in ("1", "2")
}
"""What is said of a bias that is updated and never added, by the layer's name."""

MISTAKES_PER_NET = 200
"""About how many mistakes are tried for each net."""

TRIED, MOST_UNSEEN = 6, 10
"""Nets that are looked up with mistakes, where none explains a loop without."""


@threadpool_limits.wrap(limits=1, user_api="blas")
def judge_loops(
    outcome: Outcome, source: Source, others: Sequence[Finding]
) -> tuple[list[Finding], list[int]]:
    """What is found of loops that train nets of their own arrays, and the lines of the others.

    The others change arrays as one changes weights, and it is not known to what end.

    Args:
        outcome: of the file.
        source: the file.
        others: what is found of its functions, which explain a loop that calls them.
    """
    differences = {o.subject for o in others if o.about == "numerical_gradient"}
    asked = {other.subject for other in others if other.verdict is not Assessment.FAILED}
    blamed = {other.subject for other in others if other.verdict not in FINE}
    turns = _by_line(outcome.turns)
    end = turns.pop(0, [])
    found: list[Finding] = []
    unknown: list[tuple[set[int], Finding, frozenset[str]]] = []
    known: set[int] = set()
    lines: set[int] = set()
    open_lines: dict[int, set[int]] = {}
    for line, of_loop in sorted(turns.items(), key=lambda one: (-len(one[1][0].inside), one[0])):
        if line in known:
            continue
        around = {line for turn in of_loop for line in turn.inside}
        if (called := source.called(line).partition(":")[0]) in asked:
            known |= around if called not in differences else set()
            continue
        states = without_copies(with_rows_of_numbers([turn.arrays for turn in of_loop]))
        if go_one_by_one(states) or only_sums_up(states, len(around)):
            continue
        is_last = of_loop[0].function == "<module>" and not around and not lines
        afterwards = end if is_last else []
        finding = _found_of(of_loop, states, afterwards, outcome.turns, source, differences)
        if finding is not None and finding.verdict is Assessment.UNKNOWN:
            unknown.append((around, finding, frozenset(source.used_from(line))))
        elif finding is None:
            if any(source.goes_on(name) for name in [*changed(states), *reshaped(states)]):
                open_lines[line] = around
        else:
            uses = frozenset(source.used_from(line))
            known |= around
            found.append(replace(finding, uses=uses))
            lines.add(line)
    used = set().union(*(finding.uses for finding in found))
    for around, finding, uses in unknown:  # what a loop around explains, or what it calls
        is_used = finding.subject.partition(":")[0] in used
        if not around & lines and not uses & blamed and not is_used:
            found.append(replace(finding, uses=uses))
            lines.add(source.line_called(finding.subject))
    explained = lines | known | open_lines.keys()
    return found, [
        line
        for line, around in open_lines.items()
        if line not in known
        and not around & explained
        and not _is_inside_of(others, [source.called(outer) for outer in around])
        and source.called(line).partition(":")[0] not in used
    ]


def _is_inside_of(others: Sequence[Finding], around: Sequence[str]) -> bool:
    """Whether one of the loops around another one trains a watched net."""
    watched = {other.subject for other in others if other.about == TRAIN.name}
    return any(name.rpartition(": ")[2] in watched for name in around)


def _by_line(turns: Sequence[Turn]) -> dict[int, list[Turn]]:
    """The turns of every loop; of one that was watched several times the last ones."""
    found: dict[int, list[Turn]] = {}
    for turn in turns:
        if turn.turn == 0 or turn.line not in found:
            found[turn.line] = []
        found[turn.line].append(turn)
    return found


def _found_of(
    of_loop: Sequence[Turn],
    states: Sequence[Mapping[str, np.ndarray]],
    afterwards: Sequence[Turn],
    turns: Sequence[Turn],
    source: Source,
    differences: Collection[str],
) -> Finding | None:
    """What is found of one loop: of its turns, or of what stands behind it."""
    line = of_loop[0].line
    within = next((turn.within for turn in of_loop if turn.within), {})
    if len(states) > MOST_STEPS + 1:  # it has changed something at last
        states, within = states[-MOST_STEPS - 1 :], {}
    finding = _judge(line, states, within, source, differences) if len(states) > 1 else None
    if finding is None and afterwards:
        finding = _after_the_loop(line, [states[-1], afterwards[0].arrays], source)
    if finding is not None and finding.fit and _are_apart(finding.fit, turns):
        faults = (APART, *finding.faults)
        finding = replace(finding, verdict=Assessment.WRONG, faults=faults, note=None)
    return finding


def _after_the_loop(
    line: int, states: Sequence[Mapping[str, np.ndarray]], source: Source
) -> Finding | None:
    """What is found of an update that is done once, after a loop that does not train."""
    found = _judge(line, states, {}, source)
    if found is None or not found.fit or not found.fit.seen or found.fit.place.still:
        return None
    return replace(found, verdict=Assessment.WRONG, faults=(AFTER_THE_LOOP,), note=None)


def given_batches(findings: Sequence[Finding], turns: Sequence[Turn]) -> set[str]:
    """Functions that are right for one sample only, and have answered to a batch in a loop."""
    return {
        finding.subject
        for finding in findings
        if finding.verdict is Assessment.ONE_SAMPLE
        and any(
            answer.ndim == 2 and len(answer) > 1
            for turn in turns
            if GIVEN_X not in turn.arrays  # a check's own batch says nothing of the program's
            and (answer := turn.within.get(f"{finding.subject}()")) is not None
        )
    }


@np.errstate(all="ignore")
def _judge(
    line: int,
    states: Sequence[Mapping[str, np.ndarray]],
    within: Mapping[str, np.ndarray],
    source: Source,
    differences: Collection[str] = (),
) -> Finding | None:
    """A loop by what it did; None if it trains nothing that is known here.

    Args:
        line: of the loop.
        states: the arrays before every turn, and after the last one.
        within: what functions computed in the first turn.
        source: the program.
        differences: functions of it that take gradients by differences.
    """
    name = source.called(line)
    own_slopes = GIVEN_SLOPES in states[0]
    by_differences = (
        own_slopes
        or bool(NUMERICAL.fullmatch(name.rpartition(".")[2]))
        or not source.reaches(line).isdisjoint(differences)
        or source.calls(line, NUMERICAL)
    )
    possible = fits(states, within, source, by_differences)
    if (right := _judged_right(possible, name, source, line, by_differences)) is not None:
        return with_what_it_leaves(right, states, source, line)
    for fit in possible:
        if fit.idle_bias in BIAS_MISSING and not source.is_added(fit.left[0]):
            told, fault = in_other_words(fit, source), BIAS_MISSING[fit.idle_bias]
            at = source.assigned(fit.left[0], line) or line
            return Finding(
                name, "loop", Assessment.WRONG, fit.left, fit.place.expressions,
                (fault,), fit=told, line=at,
            )  # fmt: skip
    possible = [
        fit
        for fit in possible
        if not fit.left and all(map(source.starts_like_weights, fit.place.still))
        if fit.is_of_its_targets or not fit.seen
    ]
    seen = [fit for fit in possible if fit.seen]
    deep = [fit for fit in possible if len(fit.chain.layers) > 1]
    likely = sorted(seen or deep[:MOST_UNSEEN], key=lambda fit: not fit.has_a_right_part)
    small = [fit for fit in likely[:TRIED] if fit.place.work < MOST_WORK // MISTAKES_PER_NET]
    tried = [_diagnosed(fit, source) for fit in small]
    known = [one for one in tried if one is not None]
    if not known:
        return _by_parts(likely, name, source, line)
    fit, faults = min(known, key=lambda one: len(one[1]))
    line = _line_of(fit, faults[0], source, line) or line
    unexplained = _unexplained(fit)
    names = fit.place.names.items()
    wrong = tuple(dict.fromkeys(theirs for ours, theirs in names if ours in unexplained))
    rest = tuple(theirs for theirs in fit.place.expressions if theirs not in wrong)
    return Finding(name, "loop", Assessment.WRONG, wrong, rest, faults, fit=fit, line=line)


def _judged_right(
    possible: Sequence[Fit], name: str, source: Source, line: int, by_differences: bool
) -> Finding | None:
    """What is found of a loop whose updates a net explains without a mistake."""
    for fit in possible:
        if not fit.is_whole:
            break
        if by_differences:
            rate = as_given(fit) or float(f"{fit.chain.rate:.4g}")
            of = replace(fit.chain.of, l2=float(f"{fit.chain.of.l2:.4g}"))
            fit = in_other_words(replace(fit, chain=replace(fit.chain, of=of, rate=rate)), source)
            has_none = GIVEN_SLOPES in fit.place.states[0]
            right = fit.place.expressions
            by_them = Problem("check.slopes only" if has_none else "check.numeric")
            return Finding(name, "loop", Assessment.RIGHT, right=right, fit=fit, note=by_them)
        told = in_other_words(fit, source)
        if fit.varies and told is fit:  # by rates that nobody has written
            wrong, varies = fit.place.expressions, Problem("check.varies")
            return Finding(name, "loop", Assessment.UNKNOWN, wrong, fit=fit, note=varies)
        fit = told
        if _unexplained(fit) == ():
            right = fit.place.expressions
            if of_another := _with_the_wrong_loss(fit, name, source, line):
                return of_another
            if of_scale := _of_another_scale(fit, name, line):
                return of_scale
            note = another_loss(fit) or _stale(fit, source, line)
            return Finding(name, "loop", Assessment.RIGHT, right=right, fit=fit, note=note)
    for fit in possible:
        own = by_layer(fit, source) if fit.seen and not fit.left else None
        if own and _unexplained(own) == ():
            right = own.place.expressions
            return Finding(name, "loop", Assessment.RIGHT, right=right, fit=own)
    return None


NUMERICAL = re.compile(r"(\w+_)?numerical_?(grad\w*|diff\w*)")
"""What methods are called that take a net's gradient by differences."""


def _of_another_scale(fit: Fit, name: str, line: int) -> Finding | None:
    """What is found of a net whose steps are not those of its own loss, but for a factor."""
    factor, right = times_its_slope(fit), fit.place.expressions
    if factor is None or abs(factor - 1) <= fit.place.close:
        return None
    told = f"{factor:.4g}"
    if is_by_reduction(fit, factor):
        note = Problem("check.scale by reduction", factor=told)
        return Finding(name, "loop", Assessment.CONVENTION, right=right, fit=fit, note=note)
    note = Problem("check.scale", factor=told)
    return Finding(
        name,
        "loop",
        Assessment.WRONG,
        right,
        (),
        (OF_ANOTHER_SCALE,),
        fit=fit,
        note=note,
        line=line,
    )


def _by_parts(likely: Sequence[Fit], name: str, source: Source, line: int) -> Finding | None:
    """What is found of a loop that no known mistake explains, by what it does to each parameter.

    Only what is known to train in part can be said to train the rest otherwise.
    """
    seen = [fit for fit in likely if fit.seen]
    for fit in seen:
        if uphill := fit.uphill:
            return _partly_uphill(fit, uphill, name, source, line)
    in_part = (_right_in_part(fit, name, source) for fit in seen)
    return next((finding for finding in in_part if finding is not None), None)


def _partly_uphill(
    fit: Fit, uphill: Sequence[str], name: str, source: Source, line: int
) -> Finding:
    """What is found of a loop that adds some of the gradients and takes off the others."""
    rate = next(rate for ours in fit.place.names if (rate := fit.rate_of(ours)))
    told = in_other_words(replace(fit, chain=replace(fit.chain, rate=rate)), source)
    wrong = tuple(fit.place.names[ours] for ours in uphill)
    right = tuple(theirs for theirs in fit.place.expressions if theirs not in wrong)
    at = source.assigned(wrong[0], line) or line
    return Finding(
        name, "loop", Assessment.WRONG, wrong, right, (UPHILL,), fit=told, line=at
    )  # fmt: skip


def _right_in_part(fit: Fit, name: str, source: Source) -> Finding | None:
    """What is to be said of a net some of whose parameters are updated rightly; None if none is."""
    if len(fit.chain.layers) < 2:
        return None
    rates = {ours: fit.rate_of(ours) for ours in fit.place.names}
    right = tuple(theirs for ours, theirs in fit.place.names.items() if rates[ours])
    wrong = tuple(theirs for theirs in fit.place.names.values() if theirs not in right)
    if not right or not wrong:
        return None
    rate = next(rate for rate in rates.values() if rate)
    found = in_other_words(replace(fit, chain=replace(fit.chain, rate=rate)), source)
    return Finding(name, "loop", Assessment.UNKNOWN, wrong, right, fit=found)


def _are_apart(fit: Fit, turns: Sequence[Turn]) -> bool:
    """Whether samples have other targets in a loop than they had when the program began."""
    x, t = fit.place.data(0)
    used = {(a.tobytes(), b.tobytes()) for a, b in zip(x, t, strict=True)}
    for turn in turns:
        paired = [
            pairs
            for pairs in _pairs(turn, x.shape[1], t.shape[1])
            if {a for a, _ in used} <= {a for a, _ in pairs}
            and {b for _, b in used} <= {b for _, b in pairs}
        ]
        if paired:
            return not any(used <= pairs for pairs in paired)
    return False


def _pairs(turn: Turn, inputs: int, outputs: int) -> Iterator[set[tuple[bytes, bytes]]]:
    """The rows of two arrays of equal length, as pairs, where no two of the first are alike."""
    arrays = [np.asarray(a, float) for a in turn.arrays.values() if a.ndim and len(a) > 1]
    samples = [a for a in arrays if a.ndim == 2 and a.shape[1] == inputs]
    targets = [a.reshape(len(a), -1) for a in arrays if a.size == len(a) * outputs]
    for one, other in product(samples, targets):
        if len(one) == len(other) and one is not other:
            pairs = {(a.tobytes(), b.tobytes()) for a, b in zip(one, other, strict=True)}
            if len({a for a, _ in pairs}) == len(one):
                yield pairs


def _with_the_wrong_loss(fit: Fit, name: str, source: Source, line: int) -> Finding | None:
    """What is found of a loop whose updates are right for another loss than it computes.

    The cross-entropy that goes with its output, if a known mistake in that one's gradient gives
    the same updates; the loss with an L2 term, if the updates lack it.
    """
    of = fit.chain.of
    natural = next((loss for loss, output in NATURAL if output == of.output), "")
    computed = computed_loss(fit) or (natural if source.has_logarithms_only(line) else "")
    right = fit.place.expressions
    if "squared" in of.loss and computed and computed == natural:
        meant = replace(of, loss=computed, reduction="sum")
        entropy = replace(fit, chain=replace(fit.chain, of=meant))
        found = _diagnosed(entropy, source)
        if found is not None:
            fit, faults = found
            at = _line_of(fit, faults[0], source, line) or line
            return Finding(
                name, "loop", Assessment.WRONG, right, (), faults, fit=fit, line=at
            )  # fmt: skip
    if not of.l2 and (strength := decay_of(fit, source)):
        note = Problem("check.l2 in the loss", strength=f"{strength:.6g}")
        return Finding(
            name, "loop", Assessment.WRONG, faults=(L2_IN_THE_LOSS,), fit=fit, note=note, line=line
        )
    return None


def _stale(fit: Fit, source: Source, line: int) -> Problem | None:
    """What to say of outputs that are shown after a loop, and are those before its last update."""
    v = values(fit.place, fit.chain, 0)
    shown = [
        name
        for name, array in fit.place.states[1].items()
        if array.size > 1 and is_multiple(array, v.y) and source.is_printed_after(name, line)
    ]
    return Problem("check.stale", name=shown[0]) if shown else None


def _replay(fit: Fit) -> tuple[Compute, dict[str, np.ndarray]]:
    """What computes the parameters after every step, and what they were, by the same names."""
    place = fit.place
    data = [place.data(step) for step in range(place.steps)]
    samples, targets = (np.concatenate(parts) for parts in zip(*data, strict=True))
    samples = samples.astype(place.dtype_of_inputs)
    ends = np.cumsum([0, *(len(x) for x, _ in data)])
    batches = [np.arange(*one) for one in pairwise(ends)]
    observed = {
        f"new_{name}@{step}": values
        for step in range(place.steps)
        for name, values in place.params(step + 1).items()
    }
    drawn, rate = place.params(0), fit.chain.rate
    return steps_of_training(drawn, samples, targets, batches, rate, list(observed)), observed


def _unexplained(fit: Fit) -> tuple[str, ...]:
    """The parameters that a net's training does not leave as they were found, to rounding.

    The first update is held against Keras', all of them against the net's own formulas.
    """
    compute, observed = _replay(fit)
    dtype = fit.place.dtype
    with np.errstate(all="ignore"):
        right = compute(fit.chain.formulas, lambda a: Bounded.given(np.asarray(a), dtype))
    wrong: dict[str, None] = {}
    for key, found in observed.items():
        bounded = right[key]
        assert isinstance(bounded, Bounded)
        sides = [bounded.value]
        if key.endswith("@0"):
            sides.append(keras_update(fit)[key.removeprefix("new_").removesuffix("@0")])
        for side in sides:
            if not compare("check", "loop", key, found, side, 2 * bounded.allowed).passed:
                wrong[key.removeprefix("new_").partition("@")[0]] = None
    return tuple(wrong)


def keras_update(fit: Fit) -> dict[str, np.ndarray]:
    """The parameters after the first update by Keras' gradient, by our names."""
    chain, start = fit.chain, fit.place.params(0)
    number = {layer: str(place) for place, layer in enumerate(chain.layers, 1)}
    named = {name[0] + number[name[1:]]: values for name, values in start.items()}
    of = chain.of
    x, t = fit.place.data(0)
    gradient = keras_answers.gradient_of(
        named, of.hidden, of.output, of.loss, of.reduction, of.l2, chain.bias_unit, x, t
    )
    return {
        name: values
        - chain.rate * chain.shares.get(name[1:], 1.0) * gradient[name[0] + number[name[1:]]]
        for name, values in start.items()
    }


def _diagnosed(fit: Fit, source: Source) -> tuple[Fit, tuple[Mistake, ...]] | None:
    """The mistakes with which a net explains a loop, and the rate with which they do."""
    if rate := fit.rate_of("W2"):
        fit = replace(fit, chain=replace(fit.chain, rate=rate))
    of_one_step = [m for m in fit.chain.mistakes if m.rung in ("layers", "gradient")]
    for size in (1, 2) if fit.seen else (1,):
        for faults in combinations(of_one_step, size):
            if size > 1 and faults[0].formulas.keys() & faults[1].formulas.keys():
                continue
            rate = fit.rate_with({name: f for m in faults for name, f in m.formulas.items()})
            if rate is not None:
                found = in_other_words(replace(fit, chain=replace(fit.chain, rate=rate)), source)
                return found, faults
        if size == 1 and (of_updates := _diagnosed_updates(fit, source)):
            return of_updates
    return None


def _diagnosed_updates(fit: Fit, source: Source) -> tuple[Fit, tuple[Mistake, ...]] | None:
    """The mistake of its updates with which a net explains a loop, at a rate that may be meant."""
    for rate in possible_rates(fit, source):
        at_rate = in_other_words(replace(fit, chain=replace(fit.chain, rate=rate)), source)
        compute, observed = _replay(at_rate)
        mistakes = [m for m in at_rate.chain.mistakes if m.rung not in ("layers", "gradient")]
        dictionary = Dictionary(at_rate.chain.formulas, mistakes, compute, fit.place.dtype, most=1)
        found = dictionary.diagnose(observed, within=NEAR)
        if found.known and found.faults:
            return at_rate, found.faults
    return None


def _line_of(fit: Fit, fault: Mistake, source: Source, loop: int) -> int | None:
    """The line that computes what a mistake is in, told by its numbers; else the update's.

    Of several with these numbers the last one: there something is missing.
    """
    quantity, names = next(iter(fault.formulas)), fit.place.names
    if fault.id == "back-through-new-W2":
        return source.assigned(names["W2"], loop)
    wrong = values(fit.place, fit.chain, 0, fault.formulas)
    at_hand = {**fit.place.within, **fit.place.states[1]}
    for name in SEEN_IN.get(quantity, (quantity,)):
        with np.errstate(all="ignore"):
            looked_for = np.asarray(getattr(wrong, name), float)
        lines = [
            source.assigned(expression, loop) or 0
            for expression, array in at_hand.items()
            if is_multiple(array, looked_for)
        ]
        if any(lines):
            return max(lines)
    return source.assigned(names.get(UPDATED_BY.get(quantity, quantity[-2:]), ""), loop)
