"""The pictures of a report. Each function draws one figure from numbers of `results.json`.

Scratch is a broad pale line and Keras a thin dark dashed one on top of it, so that both can be
seen where they coincide. Colours are Okabe and Ito's, which colour-blind readers can tell apart.
"""

import base64
import io
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

BLUE, ORANGE, GREEN, VERMILION, PURPLE, GREY = (
    "#56B4E9",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#777777",
)
SCRATCH = {"color": BLUE, "linewidth": 4, "solid_capstyle": "round", "label": "scratch (NumPy)"}
KERAS = {"color": "#222222", "linewidth": 1.1, "linestyle": (0, (4, 3)), "label": "tf.keras"}
CYCLE = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, GREY)
STYLE = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "axes.formatter.useoffset": False,
}


def to_png(figure: Figure) -> bytes:
    """The figure as PNG bytes, the same on every run."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return buffer.getvalue()


def in_words(measurement: str) -> str:
    """A measurement's name for a reader: "output 1, after 9,999 updates"."""
    quantity, _, step = measurement.partition("@")
    if quantity.startswith("output["):
        quantity = f"output {int(quantity[7:-1]) + 1}"
    if not step:
        return quantity
    plural = "s" if int(step) > 1 else ""
    return f"{quantity.replace('_', ' ')}, after {int(step):,} update{plural}"


def _figure(rows: int, columns: int, size: tuple[float, float], **kwargs: object) -> tuple:
    figure = Figure(figsize=size)
    return figure, figure.subplots(rows, columns, **kwargs)


def _thousands(axes: Axes) -> None:
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


@mpl.rc_context(STYLE)
def loss(training: dict) -> Figure:
    """Loss of both sides against updates, and below it their difference on a log scale."""
    curve = training["loss"]
    step, scratch, keras = (np.array(curve[key]) for key in ("step", "scratch", "keras"))
    figure, (top, bottom) = _figure(
        2, 1, (7.2, 5.2), sharex=True, gridspec_kw={"height_ratios": [2, 1.2]}
    )
    top.plot(step, scratch, **SCRATCH)
    top.plot(step, keras, **KERAS)
    if scratch.max() > 10 * scratch.min():
        top.set_yscale("log")
    per_pass = "" if curve["updates_per_point"] == 1 else ", mean of each pass"
    top.set_ylabel("loss")
    top.set_title(f"Loss{per_pass}: {training['spec']['name']}")
    top.legend()

    floor = 1e-18
    difference = np.abs(keras - scratch)
    bottom.plot(
        step,
        np.maximum(difference, floor),
        ".",
        color=GREY,
        markersize=3,
        label="|keras − scratch|",
    )
    if residuals := curve["without_epsilon"]:
        bottom.plot(
            residuals["step"],
            np.maximum(np.abs(residuals["difference"]), floor),
            "o",
            color=VERMILION,
            markersize=4,
            label="the same without the sources' ε in log(y + ε)",
        )
    bottom.set_yscale("log")
    bottom.minorticks_off()
    bottom.set_ylim(floor / 2, max(10 * difference.max(), 1e-14))
    bottom.set_ylabel("difference\n(0 drawn at $10^{-18}$)")
    bottom.set_xlabel("updates")
    bottom.legend(loc="center right", fontsize=8.5)
    _thousands(bottom)
    return figure


@mpl.rc_context(STYLE)
def weight_difference(training: dict) -> Figure:
    """‖Δθ‖ / ‖θ‖ of every parameter against updates, both axes logarithmic, and its bound."""
    weights = training["weights"]
    figure, axes = _figure(1, 1, (7.2, 3.8))
    for color, (name, series) in zip(CYCLE, weights["relative_difference"].items(), strict=False):
        axes.loglog(
            weights["step"],
            np.maximum(series, 1e-18),
            "o-",
            color=color,
            markersize=4,
            linewidth=1.3,
            label=name,
        )
        allowed = weights["allowed"][name]
        axes.loglog(weights["step"][: len(allowed)], allowed, ":", color=color, linewidth=1.3)
    axes.plot([], [], ":", color=GREY, label="bounds, from shadows")
    axes.minorticks_off()
    axes.set_ylim(bottom=5e-19)
    axes.set_xlabel("updates")
    axes.set_ylabel("‖scratch − keras‖ / ‖scratch‖\n(0 drawn at $10^{-18}$)")
    axes.set_title(f"Relative difference of the weights along training: {training['spec']['name']}")
    figure.legend(ncols=5, loc="outside lower center")
    return figure


@mpl.rc_context(STYLE)
def kill_matrix(kills: pd.DataFrame, rungs: Sequence[str]) -> Figure:
    """Every fault against every rung: how many times its bound the largest difference is.

    Args:
        kills: one row per injection, with a column for every rung.
        rungs: in the ladder's order.
    """
    faults = list(dict.fromkeys(kills.fault))
    figure, panels = _figure(1, 2, (9.0, 0.155 * len(faults) + 1.2), sharey=True)
    colours = mpl.colormaps["inferno_r"].with_extremes(under="#dddddd", bad="white")
    for axes, dtype in zip(panels, ("float64", "float32"), strict=True):
        found = kills[kills.dtype == dtype].groupby("fault")[list(rungs)].max().loc[faults]
        powers = np.log10(np.clip(found.to_numpy(float), 1e-30, 1e16))
        image = axes.imshow(powers, cmap=colours, vmin=1e-9, vmax=16, aspect="auto")
        axes.set_xticks(range(len(rungs)), rungs, rotation=45, ha="left", fontsize=8)
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(faults)), faults, fontsize=6.5)
        axes.set_title(dtype)
        axes.grid(visible=False)
    bar = figure.colorbar(image, ax=panels, location="bottom", fraction=0.02, pad=0.005)
    bar.set_label("largest difference / bound: power of ten (grey: within the bound)")
    return figure


@mpl.rc_context(STYLE)
def bench(table: pd.DataFrame, ours: str, limit: str) -> Figure:
    """Median times of all contestants, a panel per precision and number of cores, with spreads."""
    settings = list(table.groupby(["dtype", "cores"], sort=False))
    figure, axes = _figure(1, len(settings), (4 * len(settings), 4.6), squeeze=False)
    for panel, ((dtype, cores), rows) in zip(axes[0], settings, strict=True):
        rows = rows.sort_values("seconds", ascending=False)
        colours = [{ours: BLUE, limit: GREY}.get(name, ORANGE) for name in rows.contestant]
        spread = [rows.seconds - rows.fastest, rows.slowest - rows.seconds]
        panel.barh(rows.contestant, rows.seconds, color=colours, xerr=spread, height=0.7)
        for place, row in enumerate(rows.itertuples()):
            panel.text(row.slowest, place, f" {row.to_ours:.2f}×", va="center", fontsize=8)
        panel.set_title(f"{dtype}, {cores} core{'s' if cores > 1 else ''}")
        panel.set_xlabel("seconds (× ours)")
        panel.margins(x=0.18)
        panel.grid(visible=False, axis="y")
    return figure


@mpl.rc_context(STYLE)
def accuracy(training: dict, figures: Sequence[dict]) -> Figure:
    """Training and test accuracy of both sides, with the printed values and the seeds' range."""
    figure, panels = _figure(2, 2, (9.6, 6.6), sharey="row", sharex=True)
    for column, split in zip(panels.T, ("train", "test"), strict=True):
        rows = {
            int(key.split("@")[1]): values
            for key, values in training["measurements"].items()
            if key.startswith(f"{split}_accuracy@")
        }
        printed = {
            int(f["measures"].split("@")[1]): f
            for f in figures
            if f["measures"].startswith(f"{split}_accuracy@")
            and f["part"] == training["spec"]["name"]
        }
        for axes in column:
            _accuracy_panel(axes, rows, printed)
        column[0].set_title({"train": "training images", "test": "test images"}[split])
        column[1].set_xlabel("updates")
    panels[0, 0].set_ylabel("accuracy")
    panels[0, 0].set_ylim(0, 1)
    panels[1, 0].set_ylabel("accuracy, enlarged")
    late = [v["scratch"] for k, v in training["measurements"].items() if "accuracy@" in k]
    panels[1, 0].set_ylim(np.quantile(late, 0.15) - 0.01, max(late) + 0.01)
    panels[0, 1].legend(loc="best")
    return figure


def _accuracy_panel(axes: Axes, rows: dict[int, dict], printed: dict[int, dict]) -> None:
    if ranged := {step: f for step, f in printed.items() if f["low"] is not None}:
        low, high = ([f[end] for f in ranged.values()] for end in ("low", "high"))
        label = f"range of {next(iter(ranged.values()))['seeds']} seeds"
        band = {"color": ORANGE, "alpha": 0.35, "label": label}
        if len(ranged) > 1:
            axes.fill_between(list(ranged), low, high, linewidth=0, **band)
        else:
            axes.vlines(list(ranged), low, high, linewidth=12, **band)
    axes.plot(list(rows), [values["scratch"] for values in rows.values()], **SCRATCH)
    axes.plot(list(rows), [values["keras"] for values in rows.values()], **KERAS)
    if printed:
        axes.plot(
            list(printed),
            [float(f["printed"]) for f in printed.values()],
            "x",
            color=VERMILION,
            markersize=6,
            markeredgewidth=1.6,
            label="printed in the source",
            zorder=5,
        )
    _thousands(axes)


@mpl.rc_context(STYLE)
def seeds(figures: Sequence[dict], ensemble: dict) -> Figure:
    """Where each counting printed value lies among the seeds, one panel per scale of values."""
    figure, panels = _figure(
        len(figures),
        1,
        (7.6, 0.6 + 0.85 * len(figures)),
        squeeze=False,
        sharex=_same_scale(figures),
    )
    for axes, printed in zip(panels[:, 0], figures, strict=True):
        values = np.sort(ensemble["values"][printed["measures"]])
        # A fixed pattern spreads the dots: equal values stay apart and every run looks the same.
        height = 0.3 * np.sin(np.arange(len(values)) * 2.4)
        size, alpha = (5, 0.8) if len(values) < 100 else (3, 0.35)
        axes.plot(values, height, "o", color=BLUE, alpha=alpha, markersize=size, mew=0)
        axes.plot(float(printed["printed"]), 0, "x", color=VERMILION, markersize=9, mew=2)
        axes.set_yticks([0], [in_words(printed["measures"]).replace(", ", ",\n")])
        axes.set_ylim(-0.6, 0.6)
    handles = [
        Line2D([], [], color=VERMILION, marker="x", linestyle="", mew=2, label="printed"),
        Line2D([], [], color=BLUE, marker="o", linestyle="", label="one seed of the scratch model"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _same_scale(figures: Sequence[dict]) -> bool:
    values = [float(f["printed"]) for f in figures]
    return max(values) < 2 * min(values)


@mpl.rc_context(STYLE)
def surface(training: dict) -> Figure:
    """Outputs over the plane of the two inputs, one panel per side, with the four targets."""
    field = training["surface"]
    grid = np.array(field["grid"])
    figure, panels = _figure(1, 2, (8.6, 4.2), sharey=True)
    # A net that hardly moves from ½ gets a scale of its own, or nothing could be seen.
    reach = np.abs(np.array(field["scratch"]) - 0.5).max()
    half = 0.5 if reach > 0.25 else reach
    levels = np.linspace(0.5 - half, 0.5 + half, 21)
    for axes, side, title in zip(
        panels, ("scratch", "keras"), ("scratch (NumPy)", "tf.keras"), strict=True
    ):
        axes.grid(visible=False)
        values = np.array(field[side])
        image = axes.contourf(grid, grid, values, levels=levels, cmap="cividis", extend="both")
        if values.min() < 0.5 < values.max():
            axes.contour(grid, grid, values, levels=[0.5], colors="white", linewidths=2)
        for (x1, x2), target in zip(
            ((0, 0), (0, 1), (1, 0), (1, 1)), training["targets"], strict=True
        ):
            axes.plot(x1, x2, "o", markersize=19, color="white", markeredgecolor="black")
            axes.annotate(f"{target:.0f}", (x1, x2), ha="center", va="center")
        axes.set_title(title)
        axes.set_xlabel("x₁")
        axes.set_aspect("equal")
        axes.xaxis.set_major_locator(MaxNLocator(4))
    panels[0].set_ylabel("x₂")
    figure.colorbar(
        image, ax=panels, label="output y", ticks=levels[::4], shrink=0.85, format="%.2f"
    )
    figure.suptitle(
        f"{training['spec']['name']}: output over the plane, targets in circles, white line y = ½\n"
        f"largest difference between the panels {field['largest_difference']:.1e}",
        fontsize=10,
    )
    return figure


@mpl.rc_context(STYLE)
def hidden_units(training: dict) -> Figure:
    """The weights into every hidden unit as 28×28 images, side by side on one symmetric scale."""
    shown = training["hidden_units"]
    percent = np.frombuffer(base64.b64decode(shown["percent"]), np.int8)
    units = percent.reshape(-1, 28, 28) * (shown["largest"] / 100)
    columns, gap = 10, 3
    rows = -(-len(units) // columns)
    tile = 28 + gap
    mosaic = np.full((rows * tile, columns * tile), np.nan)
    for number, unit in enumerate(units):
        top, left = tile * (number // columns), tile * (number % columns)
        mosaic[top : top + 28, left : left + 28] = unit
    limit = shown["largest"]
    figure, axes = _figure(1, 1, (9.0, 0.85 * rows + 0.6))
    image = axes.imshow(mosaic, cmap="RdBu_r", norm=TwoSlopeNorm(0, -limit, limit))
    axes.axis("off")
    figure.colorbar(image, ax=axes, shrink=0.9, label="weight", aspect=30)
    axes.set_title(f"Weights into hidden units 0 to {len(units) - 1} (scratch)", fontsize=11)
    return figure


@mpl.rc_context(STYLE)
def samples(training: dict) -> Figure:
    """Test digits with both sides' decisions: a row decided rightly, a row wrongly."""
    rows = training["samples"]["right"], training["samples"]["wrong"]
    figure, panels = _figure(2, max(map(len, rows)), (9.0, 3.9), squeeze=False)
    for axes in panels.flat:
        axes.axis("off")
    cells = [pair for row in zip(panels, rows, strict=True) for pair in zip(*row, strict=False)]
    for axes, sample in cells:
        axes.axis("on")
        axes.imshow(np.reshape(sample["pixels"], (28, 28)), cmap="gray_r")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.grid(visible=False)
        right = sample["scratch"] == sample["true"]
        axes.set_title(
            f"scratch {sample['scratch']} · keras {sample['keras']}\n"
            f"true {sample['true']}   ({sample['probability']:.0%})",
            fontsize=8.5,
            color="#222222" if right else VERMILION,
        )
        for spine in axes.spines.values():
            spine.set_visible(True)
            spine.set_color(GREY if right else VERMILION)
    figure.suptitle(
        "First test images decided rightly (above) and wrongly (below); "
        "in brackets the probability that scratch gives its answer",
        fontsize=9.5,
    )
    return figure


@mpl.rc_context(STYLE)
def confusion(training: dict) -> Figure:
    """Confusion matrix on the test images: counts, rows true, columns decided."""
    counts = np.array(training["confusion"]["scratch"])
    same = counts.tolist() == training["confusion"]["keras"]
    figure, axes = _figure(1, 1, (6.4, 5.4))
    axes.grid(visible=False)
    errors = np.where(np.eye(10, dtype=bool), 0, counts)
    axes.imshow(errors, cmap="Oranges", vmin=0, vmax=max(errors.max(), 1) * 1.3)
    for (true, decided), count in np.ndenumerate(counts):
        axes.annotate(
            f"{count:,}",
            (decided, true),
            ha="center",
            va="center",
            fontsize=8,
            fontweight="bold" if true == decided else "normal",
            color="#bbbbbb" if count == 0 else "black",
        )
    axes.set_xticks(range(10))
    axes.set_yticks(range(10))
    axes.set_xlabel("decided")
    axes.set_ylabel("true digit")
    axes.set_title(
        "Test images by true digit and decision "
        + ("(both sides alike)" if same else "(scratch; Keras differs)")
        + "\ncolour: errors only",
        fontsize=10,
    )
    return figure


@mpl.rc_context(STYLE)
def curves(values: dict) -> Figure:
    """Functions of the value called x: both sides, a panel for each."""
    x = np.array(values["x"]["scratch"])
    names = [name for name in values if name != "x"]
    figure, panels = _figure(1, len(names), (2.9 * len(names) + 0.6, 3.1), squeeze=False)
    for axes, name in zip(panels[0], names, strict=True):
        axes.plot(x, values[name]["scratch"], **SCRATCH)
        axes.plot(x, values[name]["keras"], **KERAS)
        axes.set_title(name)
    panels[0, 0].legend(loc="best", fontsize=8)
    return figure


@mpl.rc_context(STYLE)
def planes(values: dict) -> Figure:
    """Answers 0 or 1 over the plane of two inputs, with the answers at the four corners."""
    grid = np.array(values["x"]["scratch"])
    names = [name for name in values if name != "x"]
    figure, panels = _figure(1, len(names), (2.6 * len(names), 3.0), sharey=True)
    for axes, name in zip(panels, names, strict=True):
        axes.grid(visible=False)
        answers = np.array(values[name]["scratch"])
        axes.contourf(grid, grid, answers, levels=[-0.5, 0.5, 1.5], colors=["#dddddd", ORANGE])
        axes.contour(grid, grid, answers, levels=[0.5], colors="black", linewidths=1.2)
        for corner in ((0, 0), (0, 1), (1, 0), (1, 1)):
            column, row = (int(np.abs(grid - c).argmin()) for c in corner)
            axes.plot(*corner, "o", markersize=17, color="white", markeredgecolor="black")
            axes.annotate(str(answers[row, column]), corner, ha="center", va="center")
        axes.set_title(name)
        axes.set_xlabel("x₁")
        axes.set_aspect("equal")
        axes.set_xticks([0, 1])
        axes.set_yticks([0, 1])
    panels[0].set_ylabel("x₂")
    return figure


@mpl.rc_context(STYLE)
def digits(values: dict) -> Figure:
    """Images in a row, titled by their names."""
    figure, panels = _figure(1, len(values), (9.6, 1.5))
    for axes, (name, sides) in zip(panels, values.items(), strict=True):
        axes.imshow(np.array(sides["scratch"]), cmap="gray_r")
        axes.axis("off")
        axes.set_title(name.partition(": ")[2] or name, fontsize=10)
    return figure
