"""A Keras program in sentences: what every model is, and what does not fit."""

from collections.abc import Iterator, Sequence

from experiments.check.explain import Explanation, excerpt
from experiments.check.finding import Assessment
from experiments.check.keras_program.net import against_numpy, chain_of, dense_layers, last_dense
from experiments.check.keras_program.program import KerasProgram, Model
from experiments.check.keras_program.remarks import Remark, of_model, of_program
from experiments.check.source import Source
from experiments.words import Problem, Words


def explain_program(program: KerasProgram, source: Source, say: Words) -> Iterator[Explanation]:
    """What is said of a program: of every model, and of calls that are gone.

    Args:
        program: as it was run.
        source: its text.
        say: the words of the language.
    """
    for remark in of_program(program):
        verdict = Assessment.WRONG if remark.is_wrong else Assessment.CONVENTION
        name = "unused" if remark.id == "unused" else "gone"
        headline = say(f"check.keras.{name} headline")
        sentences = (remark.says.told(say),)
        subject = source.place(remark.line).told(say)
        yield _explanation(subject, verdict, headline, sentences, [remark], source)
    for model in program.models:
        yield _of_model(model, source, say)


def _of_model(model: Model, source: Source, say: Words) -> Explanation:
    remarks = list(of_model(model))
    sentences = [describe(model, say), *(remark.says.told(say) for remark in remarks)]
    verdict = Assessment.WRONG if any(r.is_wrong for r in remarks) else Assessment.RIGHT
    twin, agrees = _twin(model, say)
    if not agrees and verdict is Assessment.RIGHT:
        verdict = Assessment.UNKNOWN
    if not remarks and not last_dense(model):
        verdict = Assessment.FAILED
    unseen = verdict is Assessment.RIGHT and all(fit.t is None for fit in model.fits)
    headline = say(f"check.keras.headline.{'no data' if unseen else verdict}")
    subject = say("check.keras.model", place=source.place(model.line).told(say))
    return _explanation(subject, verdict, headline, [*sentences, twin], remarks, source)


def _explanation(
    subject: str,
    verdict: Assessment,
    headline: str,
    sentences: Sequence[str],
    remarks: Sequence[Remark],
    source: Source,
) -> Explanation:
    wrong = [remark for remark in remarks if remark.is_wrong]
    line = wrong[0].line if wrong else None
    return Explanation(
        subject,
        verdict,
        headline,
        tuple(sentences),
        line,
        "",
        tuple(remark.id.replace(" ", "-") for remark in wrong),
        tuple(excerpt(source, line)),
        tuple(remark.today for remark in wrong if remark.today),
    )


def describe(model: Model, say: Words) -> str:
    """A model in one sentence: layers, loss, optimizer, number of parameters."""
    shape = "×".join(map(str, model.inputs)) or "?"
    layers = [say("check.keras.inputs", inputs=shape), *_layers(model, say)]
    optimizer, key = model.optimizer, "optimizer by name" if model.by_name else "optimizer"
    rate = "?" if optimizer.rate is None else f"{optimizer.rate:g}"
    return say(
        "check.keras.is",
        layers=" – ".join(layers),
        loss=_loss(model, say),
        optimizer=say(f"check.keras.{key}", name=optimizer.kind, rate=rate),
        parameters=f"{model.parameters:,}" if model.parameters else "?",
    )


def _layers(model: Model, say: Words) -> Iterator[str]:
    try:
        dense = dense_layers(model)
    except Problem:
        yield from (layer.kind for layer in model.layers if layer.kind != "InputLayer")
        return
    for layer in dense:
        activation = say.get(f"check.net.activation.{layer.activation}", layer.activation)
        yield say("check.keras.dense", units=layer.units, activation=activation)


def _loss(model: Model, say: Words) -> str:
    name = say.get(f"check.net.loss.{model.loss.kind}", model.loss.kind)
    try:
        reduction = chain_of(model).of.reduction
    except Problem:
        return name
    return f"{name}, {say(f'check.net.reduction.{reduction}')}"


def _twin(model: Model, say: Words) -> tuple[str, bool]:
    """What a NumPy twin says of the description, and whether it agrees."""
    try:
        comparisons = against_numpy(model, chain_of(model))
    except Problem as problem:
        return say("check.keras.no twin", why=problem.told(say)), True
    apart = [one.quantity for one in comparisons if not one.passed]
    if apart:
        return say("check.keras.twin differs", names=", ".join(apart)), False
    nearest = max(one.share for one in comparisons)
    return say("check.keras.twin", share=f"{nearest:.2g}"), True
