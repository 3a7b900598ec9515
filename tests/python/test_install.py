"""An installed rolecall can be found and used by another CMake project."""

import subprocess

CMAKE = """
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
find_package(rolecall REQUIRED)
add_executable(consumer main.cpp)
target_compile_features(consumer PRIVATE cxx_std_20)
target_link_libraries(consumer PRIVATE rolecall::experiments)
"""
MAIN = r"""
#include <cstdio>
#include <string>

#include "generators/csv_bundle.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"

int main(int, char** argv) {
  const auto bundle = rolecall::import_csv_bundle(argv[1]);
  const auto scores = rolecall::score(bundle.world, rolecall::load_model(std::string(argv[1]) + "/model.toml"),
                                      rolecall::parse_as_of("2026-03-02"));
  std::printf("%.17g\n", scores.groups.engagement.at(0));
}
"""


def run(*command):
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=600)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_find_package(repo, examples, tmp_path):
    run("cmake", "--install", repo / "build", "--prefix", tmp_path / "prefix")
    source = tmp_path / "consumer"
    source.mkdir()
    (source / "CMakeLists.txt").write_text(CMAKE)
    (source / "main.cpp").write_text(MAIN)
    run("cmake", "-G", "Ninja", "-S", source, "-B", tmp_path / "build",
        f"-DCMAKE_PREFIX_PATH={tmp_path / 'prefix'}")
    run("cmake", "--build", tmp_path / "build")
    assert run(tmp_path / "build" / "consumer", examples / "worked-example") == "35.25\n"
    assert "rolecall" in run(tmp_path / "prefix" / "bin" / "rolecall", "--version")
