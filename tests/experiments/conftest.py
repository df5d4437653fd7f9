"""A world without MNIST and without a network, and a tiny experiment."""

import numpy as np
import pytest

from experiments import catalog
from experiments.check.processes import Processes
from experiments.data import dataset, mnist
from experiments.record.results import load
from experiments.spec import Evaluation, Experiment, Training, in_order, uniform
from experiments.suite import experiments as suite
from experiments.suite.options import Options


def _sigmoid(package):
    return {"y": np.asarray(package("functions").sigmoid(np.array([0.5])))}


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """No MNIST to be found, no network, an empty working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr(mnist.Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(mnist, "_download", lambda: None)
    dataset.load.cache_clear()
    dataset.images_of.cache_clear()
    yield
    dataset.load.cache_clear()
    dataset.images_of.cache_clear()


@pytest.fixture(scope="session")
def processes():
    """They run the strangers' files of all tests."""
    with Processes() as several:
        yield several


@pytest.fixture(scope="session")
def training():
    return Training(
        name="tiny net",
        model="sigmoid_mlp.SigmoidMLP",
        data="xor",
        start=uniform(W1=(3, 6), W2=(6, 1)),
        order=in_order(4),
        learning_rate=0.2,
        steps=30,
        seed=3,
    )


@pytest.fixture
def texts(monkeypatch):
    """A text of the tiny experiment in both languages."""
    first = (
        '{% if "tiny net" in m %}{{ "%.3f" | format(m["tiny net"]["output[0]@30"]) }}{% endif %}'
    )
    said = {
        "en": catalog.Text("Tiny", f"It gives {first}.", f"The first output is {first}."),
        "ko": catalog.Text("작은 실험", f"{first}이 나옵니다.", f"첫 출력은 {first}입니다."),
    }
    monkeypatch.setattr(catalog, "text", lambda name, language: said[language])


@pytest.fixture(scope="session")
def experiment(training):
    return Experiment(
        name="tiny",
        lesson=1,
        sources=("003",),
        trainings=(training,),
        evaluations=(Evaluation(name="logistic", compute=_sigmoid, roundings=8),),
    )


@pytest.fixture(scope="session")
def record(experiment, tmp_path_factory):
    """The record of a run of the tiny experiment."""
    out = tmp_path_factory.mktemp("run")
    list(suite.run([experiment], Options(out), lambda label, total: lambda n: None))
    return load(out)
