"""Flows, carried out in a thread and in an event loop alike, and the queue that is made of them."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kg.errors import BusyError
from kg.store.flows import CancelledError, Flow, Pipe, Slow, Turn, block, follow
from kg.store.slots import Slots
from tests.support.loops import run_alone

Run = Callable[..., Any]


def _in_thread(flow: Flow[Any], *, after: float | None = None) -> Any:
    gone = threading.Event()
    if after is not None:
        threading.Timer(after, gone.set).start()
    return block(flow, cancel=gone)


def _in_loop(flow: Flow[Any], *, after: float | None = None) -> Any:
    async def run() -> Any:
        loop = asyncio.get_running_loop()
        gone: asyncio.Future[None] = loop.create_future()
        if after is not None:
            loop.call_later(after, gone.set_result, None)
        return await follow(flow, cancel=gone)

    return run_alone(run())


@pytest.fixture(params=[_in_thread, _in_loop], ids=["block", "follow"])
def run(request: pytest.FixtureRequest) -> Run:
    """Both ways to carry a flow out; `after` so many seconds nobody waits any more."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)
    os.close(writer)


def test_steps_give_what_they_wait_for(run: Run, pipe: tuple[int, int]) -> None:
    reader, writer = pipe

    def flow() -> Flow[list[object]]:
        until = time.monotonic() + 10
        yield Pipe(writer, until, writes=True)
        threading.Timer(0.05, os.write, (writer, b"x")).start()
        yield Pipe(reader, until)
        turn, given = Turn(until), Turn(until)
        threading.Timer(0.05, turn.give).start()
        given.give()  # before anybody listens
        yield turn
        yield given
        return [os.read(reader, 1), (yield Slow(lambda: 7))]

    assert run(flow()) == [b"x", 7]


def test_a_flow_that_never_waits_returns(run: Run) -> None:
    def flow() -> Flow[str]:
        yield from ()
        return "done"

    assert run(flow()) == "done"


@pytest.mark.parametrize("kind", ["pipe", "turn"])
def test_what_takes_too_long_is_told_to_the_flow(
    run: Run, pipe: tuple[int, int], kind: str
) -> None:
    def flow() -> Flow[str]:
        until = time.monotonic() + 0.05
        try:
            yield Pipe(pipe[0], until) if kind == "pipe" else Turn(until)
        except TimeoutError:
            tidy: str = yield Slow(lambda: "but tidy")
            return f"late {tidy}"
        return "in time"

    assert run(flow()) == "late but tidy"


@pytest.mark.parametrize("kind", ["pipe", "turn"])
def test_what_nobody_waits_for_is_tidied_up(run: Run, pipe: tuple[int, int], kind: str) -> None:
    tidied = []

    def flow() -> Flow[None]:
        until = time.monotonic() + 60
        try:
            yield Pipe(pipe[0], until) if kind == "pipe" else Turn(until)
        finally:
            tidied.append(kind)

    with pytest.raises(CancelledError):
        run(flow(), after=0.05)
    assert tidied == [kind]


def test_errors_of_slow_work_come_out_and_the_flow_is_tidied_up(run: Run) -> None:
    tidied = []

    def wrong() -> None:
        raise LookupError("of the work")

    def flow() -> Flow[None]:
        try:
            yield Slow(wrong)
        finally:
            tidied.append(True)

    with pytest.raises(LookupError, match="of the work"):
        run(flow())
    assert tidied


def test_a_slot_that_nobody_took_in_time_is_free_again(run: Run) -> None:
    slots = Slots(1, waiting=1, patience=0.05)
    block(slots.take())
    with pytest.raises(BusyError, match="too long"):
        run(slots.take())
    with pytest.raises(CancelledError):
        run(Slots(0, waiting=1, patience=60).take(), after=0.01)
    slots.give_back()
    assert slots.load() == (0, 0)
    run(slots.take())
    assert slots.load() == (1, 0)


def test_who_came_first_is_first() -> None:
    slots = Slots(1, waiting=8, patience=60)
    order: list[int] = []

    async def one(number: int) -> None:
        await follow(slots.take())
        order.append(number)
        await asyncio.sleep(0)
        slots.give_back()

    async def all_of_them() -> None:
        await asyncio.gather(*(one(number) for number in range(8)))

    run_alone(all_of_them())
    assert order == list(range(8))
    assert slots.load() == (0, 0)


def test_a_turn_given_to_one_who_left_goes_to_the_next() -> None:
    """The slot comes back although its turn was given at the moment when the flow was closed."""
    slots = Slots(1, waiting=1, patience=60)
    block(slots.take())
    flow = slots.take()
    assert isinstance(next(flow), Turn)
    slots.give_back()  # to the flow, which does not hear of it any more
    flow.close()
    assert slots.load() == (0, 0)


def test_threads_and_loops_share_a_queue() -> None:
    slots = Slots(2, waiting=100, patience=60)
    most, now = [0], [0]
    lock = threading.Lock()

    def enter() -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])

    def leave() -> None:
        with lock:
            now[0] -= 1
        slots.give_back()

    def threaded() -> None:
        for _ in range(50):
            block(slots.take())
            enter()
            leave()

    async def looped() -> None:
        for _ in range(50):
            await follow(slots.take())
            enter()
            await asyncio.sleep(0)
            leave()

    async def loops() -> None:
        await asyncio.gather(*(looped() for _ in range(5)))

    threads = [threading.Thread(target=threaded) for _ in range(5)]
    for thread in threads:
        thread.start()
    run_alone(loops())
    for thread in threads:
        thread.join()
    assert most[0] <= 2
    assert slots.load() == (0, 0)
