"""The numbers of the service for Prometheus: requests, the queue, and the state of the rules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from payer_rules.service.current_books import EditionStatus
from payer_rules.service.request_watch import RequestRecord
from payer_rules.service.service_workers import COUNTS_FOLDER
from payer_rules.service.work_queue import WorkQueue

#: The type of the text that Prometheus reads.
METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
#: The statuses with which a request is refused, with the reason.
_REFUSED: Final = {
    401: "key",
    403: "scope",
    413: "size",
    415: "format",
    429: "rate",
    503: "busy",
}
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class ServiceMetrics:
    """The numbers of one service; `observe` counts a request, and `text` returns them all.

    ``edition`` returns the state of the rules. Labels are addresses of the service, statuses and
    reasons: their number has a bound, and no request chooses them.
    """

    def __init__(self, queue: WorkQueue, edition: Callable[[], EditionStatus]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "payer_rules_requests",
            "Requests that were answered; status 0 if the client left before.",
            ["endpoint", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "payer_rules_request_seconds",
            "Seconds until the last byte of the answer.",
            ["endpoint"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._refusals = Counter(
            "payer_rules_refusals",
            "Requests that were refused before an answer was tried or in time.",
            ["reason"],
            registry=self._registry,
        )
        for reason in _REFUSED.values():
            self._refusals.labels(reason)
        self._lines = Counter(
            "payer_rules_lines", "Claim lines that were read.", registry=self._registry
        )
        self._state = CollectorRegistry()
        self._state.register(_StateCollector(queue, edition))

    def observe(self, record: RequestRecord) -> None:
        """Count a request that has ended."""
        self._requests.labels(record.endpoint, record.status or 0).inc()
        self._seconds.labels(record.endpoint).observe(record.seconds)
        self._lines.inc(record.notes.lines)
        if record.status in _REFUSED:
            self._refusals.labels(_REFUSED[record.status]).inc()

    def text(self) -> str:
        """Return the numbers in the text format of Prometheus.

        Several workers write their counts into a folder, and each returns the sums; the state is
        that of the worker which is asked.
        """
        counted = self._registry
        if COUNTS_FOLDER in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        return (generate_latest(counted) + generate_latest(self._state)).decode()


class _StateCollector(Collector):
    """The numbers that are read when they are asked for."""

    def __init__(self, queue: WorkQueue, edition: Callable[[], EditionStatus]) -> None:
        self._queue, self._edition = queue, edition

    def collect(self) -> Iterator[Metric]:
        """Yield the numbers of the moment."""
        state = self._edition()
        yield GaugeMetricFamily(
            "payer_rules_requests_waiting",
            "Requests that wait or are answered.",
            self._queue.taken,
        )
        yield GaugeMetricFamily(
            "payer_rules_rules_loaded_timestamp_seconds",
            "When the rules were loaded, in seconds since 1970.",
            state.loaded_at,
        )
        yield GaugeMetricFamily(
            "payer_rules_rules_current",
            "0 while a changed file has a problem and the rules are those of before, else 1.",
            int(state.is_current),
        )
        yield CounterMetricFamily(
            "payer_rules_reloads", "Changed files whose rules were loaded.", state.reloads
        )
        yield CounterMetricFamily(
            "payer_rules_failed_reloads",
            "Changed files whose rules were not used.",
            state.failures,
        )
