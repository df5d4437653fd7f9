import os
import subprocess
import sys

import pytest


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )


@pytest.mark.slow
def test_import_is_quiet_and_ignores_the_users_keras_settings(tmp_path):
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text('{"floatx": "float16", "epsilon": 0.5}')
    code = "from keras_ref.runtime import keras; print(keras.backend.floatx())"
    done = run(code, HOME=str(tmp_path), KERAS_BACKEND="jax")
    assert (done.stdout, done.stderr) == ("float32\n", "")


def test_a_failing_import_shows_what_it_said(tmp_path):
    (tmp_path / "tensorflow.py").write_text(
        "import os; os.write(2, b'native trouble\\n'); raise ImportError('broken wheel')"
    )
    done = run("import keras_ref.runtime", PYTHONPATH=str(tmp_path))
    assert "native trouble" in done.stderr
    assert "broken wheel" in done.stderr
