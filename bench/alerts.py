"""How many alerts a store would have given, the clock walked through its days as the desk would have seen them.

At every step only what was published by then is looked at. `--shuffle N` gives every story another moment, drawn evenly from the
same days, N times over: what is alerted then is false, since nothing happens in it.

    python bench/alerts.py --store sqlite:///data/monitor.db --since 2025-11-01 --until 2026-02-28
"""

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from monitor import config
from monitor.alerting import alerts
from monitor.clock import day_of, for_people, moment_of, parse_day
from monitor.figures import Counted
from monitor.hotspots import Watch, crises
from monitor.matters import Alert
from monitor.query import hot
from monitor.store import Store, tags


def moments(first: datetime, last: datetime, step: timedelta) -> Iterator[datetime]:
    """The moments from first to last at which the clock stops."""
    while first <= last:
        yield first
        first += step


def walk(watch: Watch, bad: list[Counted], clock: list[datetime], cooldown: timedelta) -> list[Alert]:
    """Every alert that was given, as it stood in the end."""
    told: list[Alert] = []
    for now in clock:
        for one in alerts(told, [*crises(bad, now, watch.rule), *watch.hotspots(now)], now, cooldown=cooldown):
            if one.number is None:
                told.append(replace(one, number=len(told)))
            else:
                told[one.number] = one
    return told


def shuffled(watch: Watch, first: datetime, last: datetime, seed: int) -> Watch:
    """The same stories, each moved as a whole to a moment drawn evenly from the days between."""
    draw, found = random.Random(seed), []
    for members in watch.stories:
        shift = first + (last - first) * draw.random() - members[0].seen
        found += [replace(item, seen=item.seen + shift, day=day_of(item.seen + shift)) for item in members]
    return Watch(found, heard=watch.heard, rule=watch.rule, topics=watch.topics, clusters=watch.clusters)


def main() -> None:
    """Print the alerts, how many there were a month, and with --shuffle how many chance brings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", required=True)
    parser.add_argument("--since", required=True, type=parse_day)
    parser.add_argument("--until", required=True, type=parse_day)
    parser.add_argument("--every", type=float, default=3.0, help="hours between two looks")
    parser.add_argument("--config", help="settings that differ from the shipped ones")
    parser.add_argument("--shuffle", type=int, default=0, help="how often the stories are shuffled")
    given = parser.parse_args()
    settings = config.load(given.config)
    first, last = moment_of(given.since), moment_of(given.until + timedelta(days=1)) - timedelta(seconds=1)
    with Store.open(given.store) as store:
        watch, bad = hot.watch(store, settings, first=first, last=last), hot.negative(store, settings, first=first, last=last)
        clock = sorted({*moments(first, last, timedelta(hours=given.every)), *(item.seen for item in bad)})
        cooldown, months = timedelta(seconds=settings.span("alerts.cooldown")), (last - first).days / 30
        begun = time.perf_counter()
        told = walk(watch, bad, clock, cooldown)
        took = time.perf_counter() - begun
        urls = {item.article.id: item.article.url for item in tags.by_ids(store, {i for one in told for i in one.spot.articles})}
    for one in told if not given.shuffle else ():
        spot = one.spot
        kind = f"{one.gravest}{' crisis' * spot.crisis}"
        print(f"#{one.number} {for_people(one.at)} – {for_people(one.updated)} {spot.label} {kind}")
        counts = f"{spot.count.stories} stories, {spot.count.publishers} publishers"
        print(f"   {counts}, usual {spot.usual}, chance {spot.chance:.3f} a year")
        for number in sorted(spot.articles):
            print(f"   {number} {urls[number]}")
    print(f"{len(clock)} looks in {took:.1f} s; {len(told)} alerts, {len(told) / months:.1f} a month")
    start = min(members[0].seen for members in watch.stories)
    counts = [len(walk(shuffled(watch, start, last, seed), [], clock, cooldown)) for seed in range(given.shuffle)]
    if counts:
        print(f"shuffled: {counts}, {sum(counts) / len(counts) / months:.2f} a month")


if __name__ == "__main__":
    main()
