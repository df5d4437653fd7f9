"""How far two right computations of the same thing may lie apart: running error bounds.

A `Bounded` array carries beside every element how far a computation in its precision may have got
from the exact value, in units of the rounding error u. Whatever is computed with it, by scratch's
own code or by a variant of it, brings its bound along, element by element. Two right
implementations sum in different orders and call different exponentials; they may differ by 2·u·E.

Every operation adds one rounding of its result to what its operands bring along, an exponential or
a logarithm two; a sum of n terms √n, since rounding errors are as often up as down (a probable
bound: the certain one has n, which is taken where n is small, as of so few √n is exceeded now and
then). Second orders are kept, since a saturated unit has σ′ = 0 and no first-order error; and every
result, product and partial sum may lose what lies below the smallest normal number, which
TensorFlow flushes to zero.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import ArrayLike
from scipy.special import xlog1py, xlogy

UNIT_ROUNDOFF = {"float64": 2.0**-53, "float32": 2.0**-24}
"""u: half the distance from 1 to the next number."""
_UNIT_ROUNDOFF = {np.dtype(name): u for name, u in UNIT_ROUNDOFF.items()}
_LOST = {dtype: float(np.finfo(dtype).tiny / u) for dtype, u in _UNIT_ROUNDOFF.items()}

Axis = int | tuple[int, ...] | None
Operand = Any
"""What NumPy's operators take: arrays of any kind, numbers, places."""


@dataclass(frozen=True)
class Term:
    """An operand as a rule sees it: magnitudes and error bounds, u, and what is flushed to 0."""

    value: np.ndarray
    error: np.ndarray
    u: float
    lost: float


FEW = 8
"""Terms of a sum up to which the certain bound is taken."""


def roundings(terms: int) -> float:
    """How many roundings of its terms' magnitudes a sum may be off by: n, or √n of many."""
    return float(max(min(terms, FEW), np.sqrt(terms)))


def _product(a: Term, b: Term, value: np.ndarray) -> np.ndarray:
    cross = np.abs(a.value) * b.error + a.error * np.abs(b.value)
    return cross + a.u * a.error * b.error + np.abs(value)


def _power(a: Term, b: Term, value: np.ndarray) -> np.ndarray:
    """A whole power as so many products, ½ as the square root; others are refused."""
    exponent = float(b.value) if b.value.size == 1 else 0.0
    if exponent == 0.5:
        return _square_root(a, value)
    if not exponent.is_integer() or exponent < 1:
        raise TypeError("error bounds know whole powers from 1 on and ½, of one exponent")
    power, error = a.value, a.error
    for _ in range(int(exponent) - 1):
        error = _product(replace(a, value=power, error=error), a, power * a.value)
        power = power * a.value
    return error


def _quotient(a: Term, b: Term, value: np.ndarray) -> np.ndarray:
    least = np.abs(b.value) - b.u * b.error
    error = (a.error + np.abs(value) * b.error) / np.where(least > 0, least, 0) + np.abs(value)
    return np.where(np.isinf(b.value), 0, error)  # a sigmoid far below 0: 1 / (1 + ∞)


def _matrix_product(a: Term, b: Term, value: np.ndarray) -> np.ndarray:
    sizes = np.abs(a.value), np.abs(b.value)
    terms = a.value.shape[-1]
    error = sizes[0] @ (roundings(terms) * sizes[1] + b.error) + 2 * terms * a.lost
    return error + a.error @ (sizes[1] + a.u * b.error) if a.error.any() else error


def _exponential(a: Term, value: np.ndarray) -> np.ndarray:
    return np.where(np.isinf(value), np.inf, value * (np.expm1(a.u * a.error) / a.u + 2))


def _logarithm(scale: float, shift: float = 0.0) -> Callable[[Term, np.ndarray], np.ndarray]:
    """Rule of scale · log(shift + a); the bound is infinite where rounding may reach 0."""

    def rule(a: Term, value: np.ndarray) -> np.ndarray:
        relative = a.u * a.error / np.abs(shift + a.value)
        moved = -np.log1p(-np.minimum(relative, 1)) / a.u
        return scale * moved + 2 * np.abs(value)

    return rule


def _times_logarithm(shift: float) -> Callable[[Term, Term, np.ndarray], np.ndarray]:
    """Rule of b · log(shift + a), which is 0 where b is."""
    logarithm = _logarithm(1.0, shift)

    def rule(b: Term, a: Term, value: np.ndarray) -> np.ndarray:
        size = np.where(b.value, np.abs(value) / np.where(b.value, np.abs(b.value), 1), 0)
        return np.where(b.value, np.abs(b.value) * logarithm(a, size) + np.abs(value), 0)

    return rule


def _square_root(a: Term, value: np.ndarray) -> np.ndarray:
    """What a's error moves the root by, most on the side of 0, and one rounding."""
    least = np.sqrt(np.maximum(a.value - a.u * a.error, 0))
    most = np.sqrt(a.value + a.u * a.error)
    from_zero = np.maximum(value, most - value) / a.u
    moved = np.where(least > 0, a.error / (value + least), from_zero)
    return np.where(a.error > 0, moved, 0) + value


RULES: dict[np.ufunc, Callable[..., np.ndarray]] = {
    np.add: lambda a, b, value: a.error + b.error + np.abs(value),
    np.subtract: lambda a, b, value: a.error + b.error + np.abs(value),
    np.multiply: _product,
    np.divide: _quotient,
    np.matmul: _matrix_product,
    np.negative: lambda a, value: a.error,
    np.absolute: lambda a, value: a.error,
    np.square: lambda a, value: _product(a, a, value),
    np.power: _power,
    np.maximum: lambda a, b, value: np.maximum(a.error, b.error),
    np.exp: _exponential,
    np.sqrt: _square_root,
    np.tanh: lambda a, value: (1 - value**2) * a.error + a.u * a.error**2 + 2 * np.abs(value),
    np.log: _logarithm(1.0),
    np.log2: _logarithm(1 / np.log(2)),
    np.log10: _logarithm(1 / np.log(10)),
    np.log1p: _logarithm(1.0, shift=1.0),
    np.logaddexp: lambda a, b, value: np.maximum(a.error, b.error) + 2 * np.abs(value),
    xlogy: _times_logarithm(0.0),
    xlog1py: _times_logarithm(1.0),
}
"""The error bound that each operation's result has."""

COMPARISONS = (np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal)
"""Operations that give truth values, which carry no bound."""


class Bounded(NDArrayOperatorsMixin):
    """An array with its running error bound, for NumPy's operators and functions.

    Values are held in float64, whatever precision the bound is for.

    Attributes:
        value: the numbers.
        error: E, of the same shape, in units of u; inputs of a computation have 0.
        dtype: the precision of the computation that the bound is for.
    """

    def __init__(self, value: ArrayLike, dtype: str | np.dtype, error: ArrayLike = 0.0) -> None:
        self.value = np.array(value, float)
        self.dtype = np.dtype(dtype)
        self.error = np.empty(self.value.shape)
        self.error[...] = error

    @classmethod
    def given(cls, array: np.ndarray, dtype: str) -> Self:
        """An input of a computation: exact, unless it is held in a lower precision than that.

        NumPy rounds the product of such an array and a number, as η x, in the array's own.
        """
        own, u = _UNIT_ROUNDOFF.get(array.dtype, 0.0), UNIT_ROUNDOFF[dtype]
        return cls(array, dtype, np.abs(array) * (own / u) if own > u else 0.0)

    @property
    def allowed(self) -> np.ndarray:
        """How far two right computations may lie apart: 2·u·E."""
        return 2 * _UNIT_ROUNDOFF[self.dtype] * self.error

    @property
    def _lost(self) -> float:
        """What a result below the smallest normal number loses, in units of u."""
        return _LOST[self.dtype]

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.value.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.value.ndim

    @property
    def size(self) -> int:
        """Number of elements."""
        return self.value.size

    @property
    def T(self) -> Self:  # noqa: N802 (NumPy's name)
        """Transposed."""
        return self._like(self.value.T, self.error.T)

    @property
    def mT(self) -> Self:  # noqa: N802 (NumPy's name)
        """With the last two axes exchanged."""
        return self._like(self.value.mT, self.error.mT)

    def reshape(self, *shape: int) -> Self:
        """In another shape."""
        return self._like(self.value.reshape(*shape), self.error.reshape(*shape))

    def astype(self, dtype: object) -> Self:
        """The same: the bound stays in the precision it is for."""
        return self

    def copy(self) -> Self:
        """An independent copy."""
        return self._like(self.value, self.error)

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """Sum; see `roundings`."""
        value = self.value.sum(axis, keepdims=keepdims)
        count = max(self.size // max(value.size, 1), 1)
        sizes = np.abs(self.value).sum(axis, keepdims=keepdims)
        error = self.error.sum(axis, keepdims=keepdims) + count * self._lost
        return self._like(value, error + roundings(count) * sizes)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """Mean: the sum divided by the number of its terms."""
        total = self.sum(axis, keepdims)
        return total / (self.size / total.size)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """Largest element."""
        error = self.error.max(axis, keepdims=keepdims)
        return self._like(self.value.max(axis, keepdims=keepdims), error)

    def argmax(self, axis: int | None = None) -> np.ndarray | np.intp:
        """Place of the largest element."""
        return self.value.argmax(axis)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, key: Operand) -> Self:
        return self._like(self.value[key], self.error[key])

    def __setitem__(self, key: Operand, new: Operand) -> None:
        new = self._bounded(new)
        self.value[key], self.error[key] = new.value, new.error

    def _like(self, value: np.ndarray, error: ArrayLike) -> Self:
        return type(self)(value, self.dtype, error)

    def _bounded(self, operand: Operand) -> "Bounded":
        return operand if isinstance(operand, Bounded) else Bounded(operand, self.dtype)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Operand, **given: Operand
    ) -> object:
        operands = [self._bounded(operand) for operand in inputs]
        values = [operand.value for operand in operands]
        if ufunc in COMPARISONS:
            return ufunc(*values)
        if method != "__call__" or ufunc not in RULES:
            return NotImplemented
        u = _UNIT_ROUNDOFF[self.dtype]
        lost = self._lost
        with np.errstate(all="ignore"):
            value = ufunc(*values)
            terms = [Term(operand.value, operand.error, u, lost) for operand in operands]
            error = RULES[ufunc](*terms, value) + lost
        result = self._like(value, np.where(np.isnan(error), np.inf, error))
        for target in given.get("out", ()):
            target[...] = result
            return target
        return result

    def __array_function__(
        self, function: Callable, types: object, args: tuple, given: dict
    ) -> object:
        """NumPy's functions that are no ufuncs: those with a method here, `where` and `take`."""
        array, *rest = args
        if function is np.where:
            chosen, other = (self._bounded(operand) for operand in rest)
            error = np.where(array, chosen.error, other.error)
            return self._like(np.where(array, chosen.value, other.value), error)
        if function is np.atleast_2d:
            return array if array.ndim > 1 else array[np.newaxis]
        if function is np.take:
            taken = (np.take(held, *rest, **given) for held in (array.value, array.error))
            return self._like(*taken)
        if function in (np.sum, np.mean, np.max, np.argmax, np.reshape):
            return getattr(array, function.__name__)(*rest, **given)
        if function in (np.shape, np.size, np.ndim):
            return function(array.value)
        return NotImplemented
