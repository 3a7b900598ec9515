"""Times DuckDB, ClickHouse, Polars, pandas and NumPy on rolecall's own work, and holds them to the same results.

    build/venv-peers/bin/python experiments/benchmarks/peers.py --data DIR --bench BENCH.json

DIR is what `rolecall_bench --export DIR` wrote, BENCH.json what it wrote as JSON. Every engine runs every job in a
process of its own; what fails, runs out of memory or takes too long is said and passed over. A wrong result ends with
exit code 1.
"""

import argparse
import json
import multiprocessing
import os
import platform
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

from engines import ENGINES, JOBS, Engine, Job, installed, open_engine
from google_benchmark import Cases, find_case, read_cases
from peer_data import Checksum, PeerData, write_rollup

NOTES = """\
Wall-clock time of a query with its result materialised; loading is not in it, nor is checking the result.
score/index: the peers read a daily rollup with caps and weights already in it, each window in the faster of two
  sort orders; rolecall's index holds counts, so that other weights need no new index. This favours the peers.
series/365: from the same rollup; the sum and mixed sum of all scores are part of the query, for all.
whatif: the time of one candidate, from features prepared alike. The candidates are known beforehand, so that a peer
  may take all in one query. This favours the peers.
ingest: chDB's parts are each in order, not yet merged into one. pandas and NumPy sort, and score raw, on one thread."""


@dataclass
class Outcome:
    """What came of one job on one engine; times in seconds, of one candidate for what-if."""

    job: str
    engine: str
    version: str = ""
    times: list[float] | None = None
    checksum: Checksum | None = None
    failed: str = ""
    """Why there are no times."""
    wrong: str = ""
    """What the checksum should have been."""
    rolecall: float | None = None
    ratio: float | None = None
    """The median, in units of rolecall's."""


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    cases = read_cases(options.bench) if options.bench else {}
    with tempfile.TemporaryDirectory(prefix="rolecall-peers-") as folder:
        data = PeerData(options.data, Path(folder))
        if any(job.startswith(("score/index", "series")) for job in options.jobs):
            write_rollup(data)
        outcomes = []
        for job in options.jobs:
            for engine in options.engines:
                outcomes.append(measure(job, engine, data, options))
                print(progress(outcomes[-1]), file=sys.stderr, flush=True)
    compare(outcomes, data, cases, options.threads)
    print(table(outcomes, data, options))
    if options.output:
        options.output.write_text(json.dumps(document(outcomes, data, options), indent=1) + "\n", encoding="utf-8")
    return int(any(outcome.wrong for outcome in outcomes))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the exported folder")
    parser.add_argument("--bench", type=Path, metavar="JSON", help="rolecall's own times; without, there are no ratios")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repetitions", type=int, default=3, help="timed runs, after one that is not timed")
    parser.add_argument("--jobs", default=",".join(JOBS), help="separated by commas; the beginnings of names will do")
    parser.add_argument("--engines", default=",".join(ENGINES), help="separated by commas")
    parser.add_argument("--timeout", type=float, default=1800, metavar="S", help="seconds for a job, with loading")
    parser.add_argument("-o", "--output", type=Path, metavar="JSON")
    options = parser.parse_args(arguments)
    wanted = options.jobs.split(",")
    for name in wanted:
        if not any(job.startswith(name) for job in JOBS):
            parser.error(f"no job {name}; there are {', '.join(JOBS)}")
    options.jobs = [job for job in JOBS if job.startswith(tuple(wanted))]
    options.engines = options.engines.split(",")
    for name in options.engines:
        if name not in ENGINES:
            parser.error(f"no engine {name}; there are {', '.join(ENGINES)}")
    if options.threads < 1 or options.repetitions < 1:
        parser.error("--threads and --repetitions are at least 1")
    for path in (options.data / "meta.json", options.bench):
        if path is not None and not path.is_file():
            parser.error(f"no file {path}")
    return options


def measure(job: str, engine: str, data: PeerData, options: argparse.Namespace) -> Outcome:
    """Runs a job in a process of its own."""
    if not installed(engine):
        return Outcome(job, engine, failed="not installed")
    # Read as the engines are loaded. NumPy's threads are those of a pool; OpenBLAS's own would be in their way.
    os.environ.update(POLARS_MAX_THREADS=str(options.threads), OPENBLAS_NUM_THREADS="1")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, job, engine, data, options.threads, options.repetitions))
    process.start()
    theirs.close()
    try:
        if not ours.poll(options.timeout):
            return Outcome(job, engine, failed=f"took more than {options.timeout:g} s")
        found = ours.recv()
        assert isinstance(found, Outcome)
        return found
    except EOFError:
        process.join()
        return Outcome(job, engine, failed=died(process.exitcode or 0))
    finally:
        process.kill()
        process.join()


def progress(outcome: Outcome) -> str:
    """A line as soon as a job has ended: all of them take minutes."""
    took = f"{1000 * median(outcome.times):.3f} ms" if outcome.times else outcome.failed
    return f"{outcome.job} {outcome.engine}: {took}"


def died(code: int) -> str:
    return f"killed by signal {-code}; out of memory?" if code < 0 else f"ended with exit code {code}"


def work(answer: Connection, job: str, engine: str, data: PeerData, threads: int, repetitions: int) -> None:
    """What the process does."""
    found = Outcome(job, engine)
    try:
        peer = open_engine(engine, data, threads)
        found.version = peer.version
        time_job(found, JOBS[job], peer, repetitions)
        if job.startswith("whatif/"):
            found.times = [elapsed / data.meta["candidates"] for elapsed in found.times or []]
    except MemoryError:
        found.failed = "out of memory"
    except Exception as error:
        found.failed = f"{type(error).__name__}: {error}".split("\n")[0][:200]
        if not isinstance(error, NotImplementedError):
            traceback.print_exc()
    answer.send(found)


def time_job(found: Outcome, make: Any, peer: Engine, repetitions: int) -> None:
    """One run to warm up, then the timed ones; the results of all must have the same checksum."""
    job: Job = make(peer)
    times = []
    for _ in range(repetitions + 1):
        job.before()
        start = time.perf_counter()
        result = job.run()
        times.append(time.perf_counter() - start)
        checksum = job.check(result)
        if found.checksum not in (None, checksum):
            found.wrong = f"another run had {found.checksum}"
        found.checksum = checksum
        del result
    found.times = times[1:]


def compare(outcomes: list[Outcome], data: PeerData, cases: Cases, threads: int) -> None:
    """Holds checksums to rolecall's where it has one, else to the one that most engines found; adds the ratios."""
    for outcome in outcomes:
        outcome.rolecall = find_case(cases, outcome.job, activities=data.meta["activities"], threads=threads)
        if outcome.rolecall and outcome.job.startswith("whatif/"):
            outcome.rolecall /= data.meta["candidates"]
        if outcome.times and outcome.rolecall:
            outcome.ratio = median(outcome.times) / outcome.rolecall
        expected = expected_checksum(outcome.job, data)
        others = [o.checksum for o in outcomes if result_of(o.job) == result_of(outcome.job) and o.checksum]
        if expected is None and others:
            expected = max(others, key=others.count)
        if outcome.checksum is not None and outcome.checksum != expected:
            outcome.wrong = f"expected {expected}"


def result_of(job: str) -> str:
    """Jobs with the same result have the same: scores are the same from the log and from the index."""
    return job.replace("score/raw/", "score/").replace("score/index/", "score/")


def expected_checksum(job: str, data: PeerData) -> Checksum | None:
    """Rolecall's own, under the name of the job or of its result."""
    checksums: dict[str, Checksum] = data.meta.get("checksums", {})
    return checksums.get(job) or checksums.get(result_of(job))


def table(outcomes: list[Outcome], data: PeerData, options: argparse.Namespace) -> str:
    """A row for each job and engine."""
    meta = data.meta
    lines = [
        f"{meta['activities']:,} activities, {meta['people']:,} people, {meta['groups']:,} groups; "
        f"{options.threads} threads; median and range of {options.repetitions} runs in ms; "
        "ratio: how many times rolecall's time",
        "",
        f"{'job':<24}{'engine':<18}{'median':>11}  {'min … max':<24}{'rolecall':>11}{'ratio':>9}",
    ]
    for o in outcomes:
        name = f"{o.engine} {o.version}"
        if o.times is None or o.failed:
            lines.append(f"{o.job:<24}{name:<18}{'—':>11}  {o.failed}")
            continue
        span = f"{1e3 * min(o.times):,.3f} … {1e3 * max(o.times):,.3f}"
        own = f"{1e3 * o.rolecall:,.3f}" if o.rolecall else "—"
        ratio = f"{o.ratio:,.2f}×" if o.ratio else "—"
        lines.append(f"{o.job:<24}{name:<18}{1e3 * median(o.times):>11,.3f}  {span:<24}{own:>11}{ratio:>9}")
        if o.wrong:
            lines.append(f"{'':<24}WRONG: {o.checksum}, {o.wrong}")
    unknown = set(meta.get("checksums", {})) - set(JOBS) - set(map(result_of, JOBS))
    if unknown:
        lines += ["", f"checksums of meta.json that no job has: {', '.join(sorted(unknown))}"]
    return "\n".join([*lines, "", NOTES])


def document(outcomes: list[Outcome], data: PeerData, options: argparse.Namespace) -> dict[str, Any]:
    """What -o writes."""
    return {
        "activities": data.meta["activities"],
        "threads": options.threads,
        "repetitions": options.repetitions,
        "machine": {
            "processor": processor(),
            "cores": os.cpu_count(),
            "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "system": platform.platform(),
        },
        "versions": {"python": platform.python_version()} | {o.engine: o.version for o in outcomes if o.version},
        "results": [asdict(outcome) for outcome in outcomes],
    }


def processor() -> str:
    """The processor's name, as Linux has it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    sys.exit(main())
