"""Says whether rolecall has become faster or slower than it was at another revision.

    make bench-compare BASE=v0.1.0

Builds the benchmark of BASE in a worktree, runs it and the present one in turn, and judges each case by the ratio of
their times within a round: old over new, above 1 when the new one is faster. Exit code 1 when a case has become slower.
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from google_benchmark import Cases, parse_cases

REPO = Path(__file__).resolve().parents[2]
TARGET = "rolecall_bench"
CONFIDENCE = 0.95
ENOUGH = 6
"""Rounds with which an interval at 95 % exists."""


class Refusal(Exception):
    """What is wrong with what was asked for, and what to do."""


@dataclass(frozen=True)
class Verdict:
    """A case in both revisions. Times in seconds, the medians over the rounds; ratios are old over new."""

    case: str
    old: float
    new: float
    ratio: float
    interval: tuple[float, float] | None
    verdict: str


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    try:
        if options.base is None:
            return report(options.old, options.new, "old", options)
        revision, name = resolve(options.base)
        worktree = REPO / "build" / f"bench-base-{name}"
        try:
            return report(build(revision, worktree), options.new, options.base, options)
        finally:
            if not options.keep:
                remove(worktree)
    except (Refusal, OSError) as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return 2


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("base", nargs="?", metavar="BASE", help="a revision, which is built in a worktree")
    parser.add_argument("--old", type=Path, metavar="BINARY", help="a ready benchmark instead of BASE")
    parser.add_argument("--new", type=Path, metavar="BINARY", default=REPO / "build" / "bin" / TARGET)
    parser.add_argument("--filter", metavar="REGEX", help="passed on as --benchmark_filter")
    parser.add_argument("--rounds", type=int, default=10, help="runs of each; at least 6 for an interval")
    parser.add_argument("--margin", type=float, default=2.0, metavar="%", help="what is still the same")
    parser.add_argument("--keep", action="store_true", help="leave the worktree, so that next time little is built")
    parser.add_argument("-o", "--output", type=Path, metavar="JSON")
    options = parser.parse_args(arguments)
    if (options.base is None) == (options.old is None):
        parser.error("give either BASE or --old")
    if options.rounds < 1 or options.margin < 0:
        parser.error("--rounds is at least 1, --margin at least 0")
    return options


def report(old: Path, new: Path, base: str, options: argparse.Namespace) -> int:
    """Runs, judges and prints."""
    rounds = run_rounds(old, new, options.filter, options.rounds)
    verdicts, only_old, only_new = judge(rounds, options.margin / 100)
    print(f"{options.rounds} rounds of {base} (old) and the present one (new); ratio: old over new, above 1 is faster")
    if options.rounds < ENOUGH:
        print(f"Too few rounds for an interval at 95 %: it takes {ENOUGH}. There are no verdicts.")
    print(f"\n{'case':<56}{'old ms':>11}{'new ms':>11}{'ratio':>8}   {'95 % interval':<17} verdict")
    for v in verdicts:
        span = f"{v.interval[0]:.3f} … {v.interval[1]:.3f}" if v.interval else "—"
        print(f"{v.case:<56}{1e3 * v.old:>11,.3f}{1e3 * v.new:>11,.3f}{v.ratio:>8.3f}   {span:<17} {v.verdict}")
    for where, names in (("old", only_old), ("new", only_new)):
        for name in names:
            print(f"{name:<56} only in the {where} one")
    if not verdicts:
        print("No case is in both.")
    counts = {name: sum(v.verdict == name for v in verdicts) for name in ("faster", "slower", "same", "no verdict")}
    print("\n" + ", ".join(f"{count} {name}" for name, count in counts.items()) + f"; margin {options.margin:g} %")
    if options.output:
        found = {
            "base": base,
            "rounds": options.rounds,
            "margin": options.margin / 100,
            "confidence": CONFIDENCE,
            "cases": [asdict(v) for v in verdicts],
            "only_old": only_old,
            "only_new": only_new,
        }
        options.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return int(counts["slower"] > 0)


def resolve(base: str) -> tuple[str, str]:
    """The commit of a revision and a short name of it; refuses what is none, or has no benchmark."""
    found = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    if found.returncode != 0:
        raise Refusal(f"{base} is no revision of this repository; `git log --oneline` lists them")
    revision = found.stdout.strip()
    if git("grep", "--quiet", "--word-regexp", TARGET, revision, "--", "*CMakeLists.txt", "*.cmake").returncode != 0:
        raise Refusal(f"{base} has no {TARGET}: take a later revision, or compare two programs with --old and --new")
    return revision, revision[:12]


def build(revision: str, worktree: Path) -> Path:
    """The benchmark of a revision, built with its own release preset; a worktree that was kept is used again."""
    if (worktree / "CMakePresets.json").is_file():
        checkout = git("-C", str(worktree), "checkout", "--quiet", "--force", "--detach", revision)
    else:
        remove(worktree)
        checkout = git("worktree", "add", "--quiet", "--detach", str(worktree), revision)
    if checkout.returncode != 0:
        raise Refusal(f"{revision} cannot be checked out: {checkout.stderr.strip()}")
    print(f"building {TARGET} of {revision[:12]}", file=sys.stderr, flush=True)
    for command in (
        ["cmake", "--preset", "release"],
        ["cmake", "--build", "build", "--parallel", "--target", TARGET],
    ):
        done = subprocess.run(command, cwd=worktree, capture_output=True, encoding="utf-8", check=False)
        if done.returncode != 0:
            raise Refusal(f"{TARGET} of {revision[:12]} does not build:\n{(done.stdout + done.stderr)[-4000:]}")
    return worktree / "build" / "bin" / TARGET


def remove(worktree: Path) -> None:
    """Takes a worktree away, also what is left of one."""
    git("worktree", "remove", "--force", str(worktree))
    shutil.rmtree(worktree, ignore_errors=True)
    git("worktree", "prune")


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=REPO, capture_output=True, encoding="utf-8", check=False)


def run_rounds(old: Path, new: Path, pattern: str | None, rounds: int) -> list[tuple[Cases, Cases]]:
    """Each round runs both, every second one in the other order (ABBA), so that a drift of the machine cancels."""
    found = []
    for number in range(rounds):
        print(f"\rround {number + 1} of {rounds} ", end="", file=sys.stderr, flush=True)
        if number % 2 == 0:
            before, after = run(old, pattern), run(new, pattern)
        else:
            after, before = run(new, pattern), run(old, pattern)
        found.append((before, after))
    print(file=sys.stderr)
    return found


def run(program: Path, pattern: str | None) -> Cases:
    """The cases of one run of a benchmark."""
    command = [str(program.resolve()), "--benchmark_format=json"]
    if pattern:
        command.append(f"--benchmark_filter={pattern}")
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise Refusal(f"{program} ended with exit code {done.returncode}: {done.stderr.strip()[-1000:]}")
    try:
        return parse_cases(done.stdout)
    except ValueError as error:
        raise Refusal(f"{program} wrote no benchmark results: {error}") from error


def judge(rounds: list[tuple[Cases, Cases]], margin: float) -> tuple[list[Verdict], list[str], list[str]]:
    """A verdict on each case that is in both, and the cases that are in one only. A case must be in every round."""
    olds = [name for name in rounds[0][0] if all(name in old for old, _ in rounds)]
    news = [name for name in rounds[0][1] if all(name in new for _, new in rounds)]
    verdicts = []
    for case in (name for name in olds if name in news):
        old, new = ([median(run[case]) for run in runs] for runs in zip(*rounds, strict=True))
        ratios = [math.log(a / b) for a, b in zip(old, new, strict=True)]
        interval = median_interval(ratios)
        verdicts.append(
            Verdict(
                case,
                median(old),
                median(new),
                math.exp(median(ratios)),
                (math.exp(interval[0]), math.exp(interval[1])) if interval else None,
                verdict_of(interval, math.log1p(margin)),
            )
        )
    return verdicts, [name for name in olds if name not in news], [name for name in news if name not in olds]


def verdict_of(interval: tuple[float, float] | None, margin: float) -> str:
    """What an interval of log ratios says."""
    if interval is None:
        return "no verdict"
    low, high = interval
    if low > margin:
        return "faster"
    if high < -margin:
        return "slower"
    return "same" if -margin <= low and high <= margin else "no verdict"


def median_interval(values: list[float], confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """The narrowest [x(k), x(n+1-k)] that holds the median with at least this confidence; None when n is too small.

    Its confidence is 1 - 2 P(B < k), B binomial (n, 1/2), whatever the distribution: David & Nagaraja (2003),
    Order Statistics, section 7.1, doi:10.1002/0471722162. At 95 % it takes 6 values; 10 give [x(2), x(9)], at 97.9 %.
    """
    ordered, n = sorted(values), len(values)
    below, place = 1, 0  # 2^n P(B < k), and k
    while 2 * below <= (1 - confidence) * 2**n:
        place += 1
        below += math.comb(n, place)
    return (ordered[place - 1], ordered[n - place]) if place else None


if __name__ == "__main__":
    sys.exit(main())
