"""Which of its kernels OpenBLAS is told to take."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.__main__ import use_wide_registers

WIDE = "flags\t\t: fpu avx2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16\n"


@pytest.fixture
def chosen(monkeypatch):
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    return lambda: os.environ.get("OPENBLAS_CORETYPE")


@pytest.mark.parametrize(
    ("says", "kernels"),
    [(WIDE, "SkylakeX"), (WIDE.replace("avx512vl", ""), None), ("Features\t: fp asimd", None)],
)
def test_wide_registers_are_used_where_there_are_any(says, kernels, chosen, tmp_path):
    processor = tmp_path / "cpuinfo"
    processor.write_text(says)
    use_wide_registers(processor)
    assert chosen() == kernels


def test_a_choice_of_the_users_stands(chosen, monkeypatch, tmp_path):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    (tmp_path / "cpuinfo").write_text(WIDE)
    use_wide_registers(tmp_path / "cpuinfo")
    assert chosen() == "Haswell"
    use_wide_registers(tmp_path / "is not there")


@pytest.mark.skipif(
    not Path("/proc/cpuinfo").exists() or "avx512vl" not in Path("/proc/cpuinfo").read_text(),
    reason="this processor has no wide registers",
)
def test_openblas_takes_what_it_is_told(chosen):
    code = (
        "from experiments.__main__ import use_wide_registers; use_wide_registers()\n"
        "import numpy, threadpoolctl; print(threadpoolctl.threadpool_info()[0]['architecture'])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "SkylakeX"
