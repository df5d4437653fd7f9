"""The vocabulary of the catalog: what an experiment is, as plain frozen data."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Start:
    """How a training's parameters are drawn, in the order in which the source's code draws them.

    Attributes:
        distribution: "uniform" is 2 · random − 1, so [−1, 1); "normal" is randn · scale. Biases
            (one-dimensional shapes) are zero and draw nothing.
        shapes: (name, shape) of every parameter, in the order of drawing.
        scale: standard deviation of "normal".
    """

    distribution: Literal["uniform", "normal"]
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    scale: float = 1.0


def uniform(**shapes: tuple[int, ...]) -> Start:
    """Weights uniform in [−1, 1), drawn in the order of the arguments (sources 002, 003)."""
    return Start("uniform", tuple(shapes.items()))


def normal(scale: float, **shapes: tuple[int, ...]) -> Start:
    """Weights normal with the given standard deviation, biases zero (sources 000, 004)."""
    return Start("normal", tuple(shapes.items()), scale)


@dataclass(frozen=True)
class Order:
    """How the samples of each step are chosen.

    Attributes:
        kind: "in order" walks through the samples again and again, drawing nothing;
            "with replacement" draws every batch from all samples.
        batch_size: samples per step.
    """

    kind: Literal["in order", "with replacement"]
    batch_size: int


def in_order(batch_size: int) -> Order:
    """The samples in their own order, `batch_size` at a time (sources 002, 003)."""
    return Order("in order", batch_size)


def with_replacement(batch_size: int) -> Order:
    """`np.random.choice(samples, batch_size)` at every step (sources 000, 004)."""
    return Order("with replacement", batch_size)


@dataclass(frozen=True)
class Training:
    """One training, done by both sides from the same start on the same batches.

    Attributes:
        name: what tells it from the experiment's other trainings.
        model: "file.Model", a name that `scratch` and `keras_ref` both have.
        data: name of the data set, as `experiments.data.load` knows it.
        start: how the parameters are drawn.
        order: how the batches are chosen.
        learning_rate: η.
        steps: number of updates.
        seed: of the one generator from which start and batches come.
        options: further arguments of the model.
        evaluate_at: numbers of updates after which the accuracy on all data is taken.
    """

    name: str
    model: str
    data: str
    start: Start
    order: Order
    learning_rate: float
    steps: int
    seed: int = 0
    options: dict[str, bool] = field(default_factory=dict)
    evaluate_at: tuple[int, ...] = ()

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """Numbers of updates after which the weights are kept.

        1, 2, 5, 10, … , those of `evaluate_at`, and the last two: the sources print outputs
        computed before the last update.
        """
        log_spaced = {m * 10**e for e in range(8) for m in (1, 2, 5)}
        kept = log_spaced | {*self.evaluate_at, self.steps - 1, self.steps}
        return tuple(sorted(step for step in kept if 0 < step <= self.steps))


@dataclass(frozen=True)
class Experiment:
    """A system of the sources: one or more trainings, and what is to be said about them.

    Attributes:
        name: the name on the command line and of the report's folder.
        lesson: its place in the course; the report follows it.
        title: English title.
        title_ko: Korean title, in the book's terms.
        sources: numbers of the documents it comes from.
        trainings: what is trained.
        discussion: Markdown with Jinja placeholders; `m["training"]["measurement"]` is a
            measured value, so that no figure in the text is typed by hand.
    """

    name: str
    lesson: int
    title: str
    title_ko: str
    sources: tuple[str, ...]
    trainings: tuple[Training, ...]
    discussion: str
