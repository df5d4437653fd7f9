"""Finding, verifying and refusing MNIST, on small files of our own making."""

import contextlib
import functools
import gzip
import hashlib
import http.server
import struct
import threading
import time
import zipfile

import numpy as np
import pytest

from experiments.data import DataError, load, mnist

NAMES = list(mnist.SHA256)
DOWNLOAD = mnist._download
"""The real one, before the tests' world without a network takes it away."""


def idx(array):
    shape = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + shape + array.astype(np.uint8).tobytes()


@pytest.fixture
def arrays(rng, monkeypatch):
    """Four small arrays that count as MNIST for the length of a test."""
    made = [
        rng.integers(256, size=(6, 28, 28)),
        rng.integers(10, size=6),
        rng.integers(256, size=(3, 28, 28)),
        rng.integers(10, size=3),
    ]
    digests = {n: hashlib.sha256(idx(a)).hexdigest() for n, a in zip(NAMES, made, strict=True)}
    monkeypatch.setattr(mnist, "SHA256", digests)
    return made


def put(folder, arrays, form):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(NAMES, arrays, strict=True):
        if form == "gz":
            (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
        elif form == "dots":
            (folder / name.replace("-idx", ".idx")).write_bytes(idx(array))
        else:
            (folder / name).write_bytes(idx(array))


def put_npz(folder, arrays):
    folder.mkdir(parents=True, exist_ok=True)
    named = dict(zip(mnist.NPZ_ARRAYS, (a.astype(np.uint8) for a in arrays), strict=True))
    np.savez(folder / mnist.NPZ, **named)


@pytest.mark.parametrize("form", ["plain", "gz", "dots", "npz"])
def test_every_container_gives_the_same_data(form, arrays, tmp_path):
    put_npz(tmp_path / "d", arrays) if form == "npz" else put(tmp_path / "d", arrays, form)
    found = mnist.find(tmp_path / "d")
    assert found.name == "mnist"
    np.testing.assert_array_equal(found.train[0], arrays[0])
    np.testing.assert_array_equal(found.test[1], arrays[3])


def test_pixels_are_divided_in_float32_and_labels_are_one_hot(arrays, tmp_path):
    put(tmp_path / "d", arrays, "gz")
    data = load("mnist", "float64", tmp_path / "d")
    assert data.x.shape == (6, 784)
    expected = arrays[0].reshape(6, 784).astype(np.float32) / np.float32(255)
    np.testing.assert_array_equal(data.x, expected.astype(float))
    np.testing.assert_array_equal(data.t.argmax(axis=1), arrays[1])
    np.testing.assert_array_equal(data.t.sum(axis=1), 1)


def test_the_order_of_the_places(arrays, tmp_path, monkeypatch):
    """Each place that is added is preferred to those before it."""
    places = [tmp_path / "home/.keras/datasets", mnist.DOWNLOADED, mnist.PROJECT_FOLDER]
    put_npz(places[0], arrays)
    assert mnist.find().name == "mnist"
    read = []
    original = mnist._read
    monkeypatch.setattr(mnist, "_read", lambda folder: read.append(folder) or original(folder))
    for place in places[1:]:
        put(place, arrays, "gz")
        mnist.find()
        assert read[-1] == place
    monkeypatch.setenv("MNIST_DIR", str(tmp_path / "env"))
    put(tmp_path / "env", arrays, "gz")
    mnist.find()
    assert read[-1] == tmp_path / "env"
    put(tmp_path / "option", arrays, "gz")
    mnist.find(tmp_path / "option")
    assert read[-1] == tmp_path / "option"


def damage_content(path):
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-1] + b"!"))


def truncate(path):
    path.write_bytes(path.read_bytes()[:40])


def not_gzip(path):
    path.write_bytes(b"<html>404</html>")


def flip_a_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(bytes(data))


def another_type(path):
    raw = bytearray(gzip.decompress(path.read_bytes()))
    raw[2] = 0x0D  # floats
    path.write_bytes(gzip.compress(bytes(raw)))


def another_magic(path):
    path.write_bytes(gzip.compress(b"!" + gzip.decompress(path.read_bytes())[1:]))


def bomb(path):
    raw = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(raw + bytes(mnist.LARGEST), 1))


@pytest.mark.parametrize(
    "damage",
    [damage_content, truncate, not_gzip, flip_a_bit, another_type, another_magic, bomb],
)
def test_a_damaged_file_is_named_and_left_alone(damage, arrays, tmp_path, caplog):
    put(tmp_path / "d", arrays, "gz")
    victim = tmp_path / "d" / f"{NAMES[2]}.gz"
    damage(victim)
    before = victim.read_bytes()
    with pytest.raises(DataError, match=NAMES[2]):
        mnist.find(tmp_path / "d")

    put(mnist.PROJECT_FOLDER, arrays, "gz")
    damage(mnist.PROJECT_FOLDER / f"{NAMES[2]}.gz")
    assert mnist.find().name == "digits"
    assert NAMES[2] in caplog.text
    assert victim.read_bytes() == before


def test_a_damaged_npz_is_named(arrays, tmp_path):
    put_npz(tmp_path / "d", arrays)
    truncate(tmp_path / "d" / mnist.NPZ)
    with pytest.raises(DataError, match=r"mnist\.npz is damaged"):
        mnist.find(tmp_path / "d")


def encrypted(path):
    """As if with a password: bit 0 of the flags, in each member's header and in the directory."""
    raw = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = raw.find(mark)
        while place >= 0:
            raw[place + flags] |= 1
            place = raw.find(mark, place + 4)
    path.write_bytes(bytes(raw))


def compressed_in_an_unknown_way(path):
    raw = bytearray(path.read_bytes())
    for mark, method in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        place = raw.find(mark)
        while place >= 0:
            raw[place + method] = 97
            place = raw.find(mark, place + 4)
    path.write_bytes(bytes(raw))


def zip_bomb(path):
    whole = np.zeros(mnist.LARGEST + 1, np.uint8)
    np.savez_compressed(path, **dict.fromkeys(mnist.NPZ_ARRAYS, whole))


def claims_a_terabyte(path):
    header = (
        b"\x93NUMPY\1\0v\0{'descr': '|u1', 'fortran_order': False, 'shape': (1099511627776,), }"
    )
    with zipfile.ZipFile(path, "w") as container:
        for name in mnist.NPZ_ARRAYS:
            container.writestr(f"{name}.npy", header.ljust(127) + b"\n")


@pytest.mark.parametrize(
    "damage", [encrypted, compressed_in_an_unknown_way, zip_bomb, claims_a_terabyte]
)
def test_an_npz_that_cannot_be_read_is_named(damage, arrays, tmp_path):
    put_npz(tmp_path / "d", arrays)
    damage(tmp_path / "d" / mnist.NPZ)
    with pytest.raises(DataError, match=r"mnist\.npz is damaged"):
        mnist.find(tmp_path / "d")


def test_an_account_without_a_home_has_no_cache_of_keras(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(mnist.Path, "home", homeless)
    assert mnist.find().name == "digits"


def test_a_named_folder_without_mnist_is_an_error(tmp_path):
    with pytest.raises(DataError, match="has no MNIST"):
        mnist.find(tmp_path)


def test_digits_stand_in_and_it_is_said(caplog):
    data = load("mnist", "float32")
    assert (data.name, data.x.shape, data.x_test.shape) == ("digits", (1500, 784), (297, 784))
    assert data.x.min() >= 0
    assert data.x.max() == 1
    assert "stand in" in caplog.text
    assert "MNIST_DIR" in caplog.text


@pytest.fixture
def mirror(tmp_path):
    """A web server on this machine; gives its folder and address."""
    folder = tmp_path / "mirror"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def online(mirror, monkeypatch):
    folder, address = mirror
    monkeypatch.setattr(mnist, "_download", DOWNLOAD)
    monkeypatch.setattr(mnist, "NPZ_MIRRORS", (f"{address}absent/mnist.npz", f"{address}mnist.npz"))
    monkeypatch.setattr(mnist, "IDX_MIRRORS", (address,))
    return folder


def test_a_download_comes_from_the_next_mirror_is_kept_and_found_again(online, arrays, monkeypatch):
    put_npz(online, arrays)
    digest = hashlib.sha256((online / mnist.NPZ).read_bytes()).hexdigest()
    monkeypatch.setattr(mnist, "NPZ_SHA256", digest)
    assert mnist.find().name == "mnist"
    assert [path.name for path in mnist.DOWNLOADED.iterdir()] == [mnist.NPZ]
    monkeypatch.setattr(mnist, "_download", lambda: pytest.fail("downloaded again"))
    assert mnist.find().name == "mnist"


def test_a_damaged_download_is_not_used_and_the_idx_mirror_is(online, arrays):
    put_npz(online, arrays)  # its SHA-256 is not the expected one
    put(online, arrays, "gz")
    assert mnist.find().name == "mnist"
    assert sorted(path.name for path in mnist.DOWNLOADED.iterdir()) == sorted(
        f"{name}.gz" for name in NAMES
    )


def test_a_mirror_that_sends_a_byte_now_and_then_is_left(online, arrays, monkeypatch):
    put(online, arrays, "gz")
    asked = threading.Event()

    class Slow(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.set()
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.05)

        def log_message(self, *_):
            pass

    monkeypatch.setattr(mnist, "PATIENCE", 4.0)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/{mnist.NPZ}"
        monkeypatch.setattr(mnist, "NPZ_MIRRORS", (address,))
        assert mnist.find().name == "mnist"
        server.shutdown()
    assert asked.is_set()


def test_a_download_that_cannot_be_kept_is_used_all_the_same(online, arrays, monkeypatch, caplog):
    put(online, arrays, "gz")
    monkeypatch.setattr(mnist, "DOWNLOADED", mnist.Path("/dev/null/mnist"))
    assert mnist.find().name == "mnist"
    assert "could not be kept" in caplog.text
