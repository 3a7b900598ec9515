#!/usr/bin/env bash
# Installs what is missing to build and test: Debian packages, and Python packages into a virtual
# environment inside the build folder. Quick when nothing is missing.
#   cmake/setup.sh BUILD_DIR [FURTHER_PACKAGE ...]
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
shift

packages=(
  ca-certificates g++ cmake ninja-build git
  libtbb-dev libfmt-dev libhdf5-dev libisal-dev libssl-dev libhwy-dev
  libcli11-dev libtomlplusplus-dev nlohmann-json3-dev
  libeigen3-dev libnlopt-cxx-dev libnlopt-dev libboost-dev
  tao-pegtl-dev libre2-dev
  libcsv-dev libsimdjson-dev libhowardhinnant-date-dev librandom123-dev tzdata
  libgtest-dev libgmock-dev libbenchmark-dev
  python3 python3-venv
  "$@"
)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup: installing ${missing[*]}"
  root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  export DEBIAN_FRONTEND=noninteractive
  "${root[@]}" apt-get update -qq
  "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

stamp=$build/venv/installed
if ! cat python/requirements.txt python/pyproject.toml | cmp -s - "$stamp"; then
  echo "setup: installing Python packages into $build/venv"
  mkdir -p "$build"
  /usr/bin/python3 -m venv "$build/venv"
  pip=("$build/venv/bin/pip" install --quiet --disable-pip-version-check)
  "${pip[@]}" -r python/requirements.txt
  "${pip[@]}" --no-deps --no-build-isolation -e python
  cat python/requirements.txt python/pyproject.toml >"$stamp"
fi
