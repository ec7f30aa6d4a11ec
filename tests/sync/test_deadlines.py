"""No request outlives its deadline, wherever the other end drips: in the head, in an answer, in a piece."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from channeldesk.sync.transport import MAX_ANSWER, Cancelled, HttpTransport, Offline

ANSWERS = {
    "head": b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 10_000,
    "answer": b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n{" + b" " * 10_000,
    "piece": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n" + b"x" * 10_000,
    "refusal": b"HTTP/1.1 409 Conflict\r\nContent-Length: 20000\r\n\r\n{" + b" " * 10_000,
    "closing": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{" + b" " * 10_000,
}
Serve = Callable[[bytes, float], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server that sends these bytes to everyone, some at once, the rest one by one."""
    ended, threads = threading.Event(), []

    def start(answer: bytes, pause: float) -> str:
        listening = socket.create_server(("127.0.0.1", 0))

        def run() -> None:
            with listening:
                connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                try:
                    connection.sendall(answer if not pause else answer[:60])
                    for byte in answer[60:] if pause else b"":
                        connection.sendall(bytes([byte]))
                        if ended.wait(pause):
                            return
                    ended.wait()
                except OSError:
                    return  # it hung up

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    ended.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("call", ["hello", "pull"])
def test_a_dripping_answer_ends_at_the_deadline(serve: Serve, kind: str, call: str) -> None:
    """Each byte comes well inside the timeout of a read; the whole would take minutes."""
    address = serve(ANSWERS[kind], 0.02)
    transport = HttpTransport(address, "token", read_timeout=0.5, total_timeout=0.6, answer_timeout=0.6)
    with pytest.raises(Offline) as late:
        transport.hello() if call == "hello" else list(transport.pull({}))
    assert late.value.notice.code == "sync.too_slow"
    transport.close()


def test_an_answer_has_a_largest_size(serve: Serve) -> None:
    """Compressed it is small: what unpacking makes of it is counted."""
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = packer.compress(b" " * (MAX_ANSWER + 1)) + packer.flush()
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    transport = HttpTransport(serve(head + body, 0), "token")
    with pytest.raises(Offline) as refused:
        transport.hello()
    assert refused.value.notice.code == "sync.stream_garbled"
    transport.close()


def test_a_connection_is_used_again_and_leaves_nothing_open(serve: Serve) -> None:
    """Two requests over one connection; closing the transport closes it at the other end as well."""
    listening = socket.create_server(("127.0.0.1", 0))
    transport = HttpTransport(f"http://127.0.0.1:{listening.getsockname()[1]}", "token")
    seen: list[bytes] = []

    def run() -> None:
        with listening:
            connection, _ = listening.accept()
        with connection:
            while data := connection.recv(65536):
                seen.append(data)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    thread = threading.Thread(target=run)
    thread.start()
    assert transport.hello() == transport.hello() == {}
    transport.close()
    thread.join(10)
    assert not thread.is_alive()
    assert len(seen) == 2


def test_a_silent_server_is_not_waited_for_once_nobody_wants_the_answer(serve: Serve) -> None:
    """Its own timeouts are minutes: the test would end in the one for tests."""
    asked = threading.Event()

    def cancel() -> bool:
        asked.set()
        return True

    transport = HttpTransport(serve(b"HTTP/1.1 200", 0), "token", read_timeout=600, cancel=cancel)
    with pytest.raises(Cancelled):
        transport.hello()
    assert asked.is_set()
    transport.close()


def test_an_answer_in_time_is_taken_though_it_was_cancelled() -> None:
    """A step under way ends by itself where it can: what it brings is not fetched twice."""
    listening = socket.create_server(("127.0.0.1", 0))
    cancelled = threading.Event()

    def cancel() -> bool:
        cancelled.set()
        return True

    def run() -> None:
        with listening:
            connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            assert cancelled.wait(10)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            connection.recv(65536)

    thread = threading.Thread(target=run)
    thread.start()
    transport = HttpTransport(f"http://127.0.0.1:{listening.getsockname()[1]}", "token", cancel=cancel)
    assert transport.hello() == {}
    transport.close()
    thread.join(10)
    assert not thread.is_alive()
