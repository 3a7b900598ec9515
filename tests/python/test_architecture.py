"""Holds the include graph to the layers of docs/architecture.md."""

import re

LAYERS = {
    "core": set(),
    "generators": {"core"},
    "scoring": {"core"},
    "results": {"core"},
    "sim": {"core", "generators", "scoring", "results"},
    "experiments": {"core", "generators", "scoring", "results", "sim"},
}
# The one place of each library; its headers are included nowhere else.
DOORS = {
    "tbb/": {"core/parallel.cpp"},
    "date/": {"core/day_boundary.cpp"},
    "hdf5.h": {"results/hdf5_handle.hpp"},
    "Random123/": {"core/random.cpp"},
    "hwy/": {"core/highway.hpp", "core/sort.cpp"},
    "benchmark/": {"experiments/benchmarks/bench_case.hpp", "experiments/benchmarks/main.cpp"},
    "toml++/": {"core/toml_table.hpp"},
    "csv.h": {"generators/csv_file.cpp"},
    "tao/": {"core/predicate/parse.cpp"},
    "re2/": {"core/predicate/text_match.cpp"},
    "linux/perf_event.h": {"core/event_counter.cpp"},
    "Eigen/": {"experiments/logistic_regression.cpp"},
    "nlopt.hpp": {"experiments/derivative_free.cpp"},
    "boost/random/": {"experiments/quasi_random.cpp"},
    "boost/multiprecision/": {"core/big_fraction.cpp"},
    "boost/math/": {"sim/measures/student_t.cpp"},
    "openssl/": {"results/digest.cpp", "results/provenance.cpp"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)


def includes(repo):
    """(file, included) pairs over every source of every layer."""
    for layer in LAYERS:
        for file in sorted((repo / layer).rglob("*.[ch]pp")):
            for included in INCLUDE.findall(file.read_text(encoding="utf-8")):
                yield file.relative_to(repo).as_posix(), included


def test_includes_go_down_only(repo):
    seen = 0
    for file, included in includes(repo):
        layer, target = file.split("/")[0], included.split("/")[0]
        if target in LAYERS:
            seen += 1
            assert target == layer or target in LAYERS[layer], f"{file} includes {included}"
    assert seen > 100, "the layers were not found"


def test_each_library_has_one_door(repo):
    used = set()
    for file, included in includes(repo):
        for library, doors in DOORS.items():
            if included == library or (library.endswith("/") and included.startswith(library)):
                assert file in doors, f"{file} includes {included}; use {', '.join(sorted(doors))}"
                used.add(library)
    assert used == set(DOORS), f"never included: {set(DOORS) - used}"


def test_no_cycles_between_headers(repo):
    graph = {}
    for file, included in includes(repo):
        if (repo / included).is_file():
            graph.setdefault(file, set()).add(included)
    done, path = set(), []

    def visit(file):
        assert file not in path, f"cycle: {' → '.join([*path, file])}"
        if file in done:
            return
        path.append(file)
        for included in sorted(graph.get(file, ())):
            visit(included)
        done.add(path.pop())

    for file in sorted(graph):
        visit(file)
