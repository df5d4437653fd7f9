"""Files as students write them, in several styles: pieces that tests put together."""

HEAD = """\
import sys, os
sys.path.append(os.pardir)
import numpy as np
import matplotlib.pyplot as plt
"""

FUNCTIONS = """\
def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def softmax(x):
    if x.ndim == 2:
        x = x.T
        x = x - np.max(x, axis=0)
        return (np.exp(x) / np.sum(np.exp(x), axis=0)).T
    x = x - np.max(x)
    return np.exp(x) / np.sum(np.exp(x))

def cross_entropy_error(y, t):
    if y.ndim == 1:
        t = t.reshape(1, t.size)
        y = y.reshape(1, y.size)
    return -np.sum(t * np.log(y + 1e-7)) / y.shape[0]

def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        old = x[i]
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        grad[i] = (above - f(x)) / (2 * h)
        x[i] = old
    return grad
"""

DIRECT_NET = """\
class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {}
        self.params["W1"] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = weight_init_std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)

    def predict(self, x):
        a1 = np.dot(x, self.params["W1"]) + self.params["b1"]
        z1 = sigmoid(a1)
        a2 = np.dot(z1, self.params["W2"]) + self.params["b2"]
        return softmax(a2)

    def loss(self, x, t):
        return cross_entropy_error(self.predict(x), t)

    def accuracy(self, x, t):
        return np.mean(np.argmax(self.predict(x), axis=1) == np.argmax(t, axis=1))

    def numerical_gradient(self, x, t):
        loss_W = lambda W: self.loss(x, t)
        return {key: numerical_gradient(loss_W, self.params[key]) for key in self.params}

    def gradient(self, x, t):
        W1, W2 = self.params["W1"], self.params["W2"]
        b1, b2 = self.params["b1"], self.params["b2"]
        grads = {}
        batch_num = x.shape[0]
        a1 = np.dot(x, W1) + b1
        z1 = sigmoid(a1)
        a2 = np.dot(z1, W2) + b2
        y = softmax(a2)
        dy = (y - t) / batch_num
        grads["W2"] = np.dot(z1.T, dy)
        grads["b2"] = np.sum(dy, axis=0)
        dz1 = np.dot(dy, W2.T)
        da1 = (1.0 - z1) * z1 * dz1
        grads["W1"] = np.dot(x.T, da1)
        grads["b1"] = np.sum(da1, axis=0)
        return grads
"""

LAYER_NET = """\
class Relu:
    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        return dout

class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)

class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        return cross_entropy_error(self.y, self.t)

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        return (self.y - self.t) / batch_size

class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {
            "W1": weight_init_std * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }
        self.layers = [Affine(self.params["W1"], self.params["b1"]), Relu(),
                       Affine(self.params["W2"], self.params["b2"])]
        self.lastLayer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        return self.lastLayer.forward(self.predict(x), t)

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.lastLayer.backward(1)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        first, last = self.layers[0], self.layers[2]
        return {"W1": first.dW, "b1": first.db, "W2": last.dW, "b2": last.db}
"""

ATTRIBUTES_NET = """\
class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = np.random.randn(n_hidden, n_out)
        self.b2 = np.zeros((1, n_out))

    def predict(self, x):
        self.z1 = sigmoid(x @ self.W1 + self.b1)
        return softmax(self.z1 @ self.W2 + self.b2)

    def loss(self, x, t):
        return cross_entropy_error(self.predict(x), t)

    def gradient(self, x, t):
        d2 = (self.predict(x) - t) / len(x)
        d1 = (d2 @ self.W2.T) * self.z1 * (1 - self.z1)
        return x.T @ d1, d1.sum(axis=0), self.z1.T @ d2, d2.sum(axis=0)
"""

TRAINING = """\
network = TwoLayerNet(784, 50, 10)
for i in range(10 ** 9):
    print(i)
plt.plot([1, 2])
plt.show()
while True:
    pass
"""

NOTE = """\
import numpy as np

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def calc_output(W1, W2, x):
    y1 = sigmoid(np.matmul(W1, x))
    return sigmoid(np.matmul(W2, y1)), y1

def calc_delta(d, y):
    e = d - y
    return y * (1 - y) * e

def calc_delta1(W2, delta, y1):
    e1 = np.matmul(W2.T, delta)
    return y1 * (1 - y1) * e1

def backprop_XOR(W1, W2, X, D, alpha):
    for k in range(4):
        x, d = X[k], D[k]
        y, y1 = calc_output(W1, W2, x)
        delta = calc_delta(d, y)
        delta1 = calc_delta1(W2, delta, y1)
        W1 = W1 + (alpha * delta1).reshape(4, 1) * x.reshape(1, 3)
        W2 = W2 + alpha * delta * y1
    return W1, W2

def BackpropCE(W1, W2, X, D, alpha):
    for x, d in zip(X, D):
        y, y1 = calc_output(W1, W2, x)
        delta = calcDelta_ce(d, y)
        delta1 = calc_delta1(W2, delta, y1)
        W1 = W1 + alpha * np.outer(delta1, x)
        W2 = W2 + alpha * delta * y1
    return W1, W2

def calcDelta_ce(d, y):
    return d - y
"""

DELTA_RULE = """\
import numpy as np

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def calc_output(W, x):
    return sigmoid(np.matmul(W, x))

def calc_error(d, y):
    return y * (1 - y) * (d - y)

def delta_GD(W, X, D, alpha):
    for k in range(len(X)):
        delta = calc_error(D[k], calc_output(W, X[k]))
        dW = alpha * delta * X[k]
        W = W + dW
    return W
"""

LAYERS = """\
class Sigmoid:
    def forward(self, x):
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out

class MulLayer:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        return dout * self.y, dout * self.x

class AddLayer:
    def forward(self, x, y):
        return x + y

    def backward(self, dout):
        return dout, dout
"""

DESCENT = """\
def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x = init_x
    for i in range(step_num):
        grad = numerical_gradient(f, x)
        x -= lr * grad
    return x

def relu_grad(x):
    grad = np.zeros_like(x)
    grad[x >= 0] = 1
    return grad
"""

LOOP = """\
import numpy as np

def train(network, x_train, t_train, iters_num=10000, batch_size=100, learning_rate=0.1):
    losses = []
    for i in range(iters_num):
        mask = np.random.choice(x_train.shape[0], batch_size)
        x_batch = x_train[mask]
        t_batch = t_train[mask]
        grad = network.gradient(x_batch, t_batch)
        for key in ("W1", "b1", "W2", "b2"):
            network.params[key] -= learning_rate * grad[key]
        losses.append(network.loss(x_batch, t_batch))
    return losses
"""
