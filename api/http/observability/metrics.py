"""The metrics for Prometheus: counters and histograms; gauges stand in `index_gauges` and `serving.admission`.

They are kept in `SharedCounts`, so that every worker process tells of all.

prometheus_client's own way for several processes wants its files' folder in the environment before it is imported,
and forgets counts with the folder. Here a worker adds what it has counted to the others' twice a second.
"""

from __future__ import annotations

import json
import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from api.http.shared_counts import SharedCounts
from corpus.errors import CorpusError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A counter or histogram: its name, help text, and the names of its labels."""

    name: str
    meaning: str
    labels: tuple[str, ...]


REQUESTS = Kind("assistant_http_requests", "Requests by route and status.", ("route", "method", "status"))
REFUSALS = Kind("assistant_http_problems", "Requests that ended with a problem, by its code.", ("code",))
ANSWERS = Kind("assistant_answers", "Answers by status.", ("status",))
ABSTENTIONS = Kind("assistant_abstentions", "Questions that were not answered, by reason.", ("reason",))
DEGRADED = Kind(
    "assistant_degraded_answers", "Answers that were given in a lesser way, by what was missing.", ("what",)
)
STAGES = Kind("assistant_stage_seconds", "How long the stages of an answer took.", ("stage",))
REMEMBERED = Kind(
    "assistant_question_vectors", "Vectors of questions, by whether they were remembered or made.", ("outcome",)
)
SHED = Kind("assistant_questions_shed", "Questions told to come back, by when that was known.", ("when",))
DURATIONS = Kind("assistant_http_request_seconds", "How long requests took until their last byte.", ("route",))

_COUNTERS = (REQUESTS, REFUSALS, ANSWERS, ABSTENTIONS, DEGRADED, REMEMBERED, SHED)
_HISTOGRAMS = (STAGES, DURATIONS)

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds. An extractive answer takes some 50 ms, a language model's some seconds."""

_SUM = "sum"
_EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Gauge = tuple[str, str, Mapping[str, str], float]
"""Name, help text, labels, value at the moment."""

Gauges = Callable[[], Iterator[Gauge]]


class Metrics:
    """All metrics of this process. Safe to use from several threads."""

    media_type = _EXPOSITION_TYPE

    def __init__(self, counts: SharedCounts) -> None:
        self._counts = counts
        self._lock = Lock()
        self._pending: Counter[str] = Counter()
        self._gauges: list[Gauges] = []
        self._levels: list[Gauges] = []
        self._totals: list[_Total] = []

    def count(self, kind: Kind, *labels: str) -> None:
        self._add(_tally(kind.name, *labels), 1)

    def observe(self, kind: Kind, seconds: float, *labels: str) -> None:
        """Put a duration into its bucket."""
        bucket = bisect_left(_BOUNDS, seconds)
        self._add(_tally(kind.name, *labels, str(bucket)), 1)
        self._add(_tally(kind.name, *labels, _SUM), seconds)

    def watch_total(self, kind: Kind, total: Callable[[], int], *labels: str) -> None:
        """Count by how much `total`, which never falls, grows from now on."""
        self._totals.append(_Total(kind, labels, total, total()))

    def add_gauges(self, gauges: Gauges) -> None:
        """Ask `gauges` at each scrape, in the process that is scraped."""
        self._gauges.append(gauges)

    def add_levels(self, levels: Gauges) -> None:
        """Ask `levels` whenever counts are written, in every process; the sum over the processes is told."""
        self._levels.append(levels)

    def write(self) -> None:
        """Add the counts of this process to the shared ones, and tell the others its levels."""
        self._counts.set_levels(
            {_tally(name, *labels.values()): value for name, _, labels, value in self._all(self._levels)}
        )
        with self._lock:
            for total in self._totals:
                self._pending[_tally(total.kind.name, *total.labels)] += total.growth()
            pending, self._pending = self._pending, Counter()
        if not any(pending.values()):
            return
        try:
            self._counts.add(pending)
        except Exception:
            with self._lock:
                self._pending.update(pending)
            raise

    def exposition(self) -> bytes:
        """Return the page that Prometheus reads."""
        with suppress(CorpusError):  # on a full disk it tells what was written before, and is told by the log
            self.write()
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(self._counts.tallies(), [*self._known_gauges(), *self._summed_levels()]))
        return generate_latest(registry)

    def _known_gauges(self) -> Iterator[Gauge]:
        """Yield what can be looked up: while the store cannot be read, the other numbers are wanted all the more."""
        for some in self._gauges:
            try:
                yield from list(some())
            except CorpusError as error:
                _log.warning("Some metrics are not known: %s", error)

    def _summed_levels(self) -> Iterator[Gauge]:
        sums = self._counts.levels()
        for name, meaning, labels, _ in self._all(self._levels):
            yield name, meaning, labels, sums.get(_tally(name, *labels.values()), 0.0)

    def _all(self, gauges: Sequence[Gauges]) -> Iterator[Gauge]:
        return (gauge for some in gauges for gauge in some())

    def _add(self, tally: str, value: float) -> None:
        with self._lock:
            self._pending[tally] += value  # type: ignore[assignment]  # a Counter adds seconds as well


@dataclass(slots=True)
class _Total:
    """A number that somebody else counts, and how much of it is told already."""

    kind: Kind
    labels: tuple[str, ...]
    read: Callable[[], int]
    told: int

    def growth(self) -> int:
        now = self.read()
        grown, self.told = now - self.told, now
        return grown


class _Collected(Collector):
    """One moment of all metrics."""

    def __init__(self, tallies: Mapping[str, float], gauges: Sequence[Gauge]) -> None:
        self._tallies = [(*json.loads(name), value) for name, value in tallies.items()]
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        for kind in _COUNTERS:
            yield self._counter(kind)
        for kind in _HISTOGRAMS:
            yield self._histogram(kind)
        families: dict[str, GaugeMetricFamily] = {}
        for name, meaning, labels, value in self._gauges:
            family = families.setdefault(name, GaugeMetricFamily(name, meaning, labels=list(labels)))
            family.add_metric(list(labels.values()), value)
        yield from families.values()

    def _counter(self, kind: Kind) -> Metric:
        family = CounterMetricFamily(kind.name, kind.meaning, labels=kind.labels)
        for labels, value in self._of(kind):
            family.add_metric(labels, value)
        return family

    def _histogram(self, kind: Kind) -> Metric:
        family = HistogramMetricFamily(kind.name, kind.meaning, labels=kind.labels)
        series: dict[tuple[str, ...], dict[str, float]] = {}
        for (*labels, place), value in self._of(kind):
            series.setdefault(tuple(labels), {})[place] = value
        for of_series, places in series.items():
            family.add_metric(of_series, buckets=_cumulative(places), sum_value=places.get(_SUM, 0.0))
        return family

    def _of(self, kind: Kind) -> Iterator[tuple[list[str], float]]:
        for name, *labels, value in self._tallies:
            if name == kind.name:
                yield labels, value


def _cumulative(places: Mapping[str, float]) -> list[tuple[str, float]]:
    names = [*map(str, _BOUNDS), "+Inf"]
    counts = [places.get(str(bucket), 0.0) for bucket in range(len(names))]
    return [(name, sum(counts[: place + 1])) for place, name in enumerate(names)]


def _tally(name: str, *labels: str) -> str:
    return json.dumps([name, *labels])


def gauge(name: str, meaning: str, value: float, /, **labels: Any) -> Gauge:
    return name, meaning, {label: str(one) for label, one in labels.items()}, value
