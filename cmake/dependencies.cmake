# Everything from Debian 12; see setup.sh for the packages. HDF5 and libcsv ship no CMake config.
find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(fmt REQUIRED)
find_package(date REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(HDF5 REQUIRED COMPONENTS C)
find_path(CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)
find_path(Random123_INCLUDE_DIR Random123/philox.h REQUIRED)
find_path(LibCsv_INCLUDE_DIR csv.h REQUIRED)
find_library(LibCsv_LIBRARY csv REQUIRED)

add_library(LibCsv UNKNOWN IMPORTED)
set_target_properties(LibCsv PROPERTIES
  IMPORTED_LOCATION ${LibCsv_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${LibCsv_INCLUDE_DIR})
