"""A quick sandbox with its clock, and callers of both of its APIs."""

from __future__ import annotations

import pytest

from posexport.sandbox import PowerOfficeGo
from tests.support.sandbox_client import Caller, Clock, Numbers, Sales, quick_world


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> PowerOfficeGo:
    return quick_world(clock)


@pytest.fixture
def v1(world: PowerOfficeGo) -> Caller:
    return Caller(world)


@pytest.fixture
def v2(world: PowerOfficeGo) -> Caller:
    return Caller(world, "v2")


@pytest.fixture
def numbers(v2: Caller) -> Numbers:
    return Numbers(v2)


@pytest.fixture
def sales(v2: Caller) -> Sales:
    return Sales(v2)
