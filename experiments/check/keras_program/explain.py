"""A Keras program in sentences: what every model is, and what does not fit."""

from collections.abc import Iterator, Sequence

from experiments.check.explain import Explanation, excerpt
from experiments.check.finding import Assessment
from experiments.check.keras_program.judge import Judged
from experiments.check.keras_program.net import chain_of, dense_layers
from experiments.check.keras_program.program import KerasProgram, Model
from experiments.check.keras_program.remarks import Remark, of_program
from experiments.check.source import Source
from experiments.words import Problem, Words


def explain_program(
    program: KerasProgram, judged: Sequence[Judged], source: Source, say: Words
) -> Iterator[Explanation]:
    """What is said of a program: of calls that are gone, and of every model.

    Args:
        program: as it was run.
        judged: its models.
        source: its text.
        say: the words of the language.
    """
    for remark in of_program(program):
        name = "unused" if remark.id == "unused" else "gone"
        headline = say(f"check.keras.{name} headline")
        subject, told = source.place(remark.line).told(say), [remark.says.told(say)]
        yield _explanation(subject, Assessment.WRONG, headline, told, [remark], source)
    for one in judged:
        yield _of_model(one, source, say)


def _of_model(judged: Judged, source: Source, say: Words) -> Explanation:
    model, verdict = judged.model, judged.verdict
    unseen = verdict is Assessment.RIGHT and all(fit.t is None for fit in model.fits)
    own = verdict is Assessment.FAILED and model.own
    headline = say(f"check.keras.headline.{'no data' if unseen else 'own' if own else verdict}")
    subject = say("check.keras.model", place=source.place(model.line).told(say))
    remarks = [remark.says.told(say) for remark in judged.remarks]
    sentences = [describe(model, say), *remarks, _twin(judged, say)]
    return _explanation(subject, verdict, headline, sentences, judged.remarks, source)


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
    try:
        of = chain_of(model).of
    except Problem:
        return say.get(f"check.net.loss.{model.loss.kind}", model.loss.kind)
    kind = model.loss.kind if model.loss.kind.endswith("labels") else of.loss
    name = say.get(f"check.net.loss.{kind}", kind)
    return f"{name}, {say(f'check.net.reduction.{of.reduction}')}"


def _twin(judged: Judged, say: Words) -> str:
    """What a NumPy twin says of the description."""
    if judged.model.own:
        return say("check.keras.own training", names=", ".join(f"`{n}`" for n in judged.model.own))
    if isinstance(judged.twin, Problem):
        return say("check.keras.no twin", why=judged.twin.told(say))
    if judged.apart:
        return say("check.keras.twin differs", names=", ".join(judged.apart))
    nearest = max(compared.share for compared in judged.twin)
    return say("check.keras.twin", share=f"{nearest:.2g}")
