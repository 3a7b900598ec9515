# cmake --install, and find_package(rolecall) afterwards: targets rolecall::core, rolecall::scoring
# and so on. Headers go to include/rolecall and are included as "scoring/score.hpp".
include(CMakePackageConfigHelpers)

get_property(layers GLOBAL PROPERTY rolecall_layers)
install(TARGETS ${layers} rolecall EXPORT rolecall_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(layer core generators scoring results sim experiments)
  install(DIRECTORY ${layer}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rolecall/${layer}
    FILES_MATCHING PATTERN "*.hpp" PATTERN "program" EXCLUDE PATTERN "benchmarks" EXCLUDE)
endforeach()

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rolecall)
install(EXPORT rolecall_targets NAMESPACE rolecall:: DESTINATION ${config_dir})
configure_package_config_file(cmake/rolecallConfig.cmake.in
  ${PROJECT_BINARY_DIR}/rolecallConfig.cmake INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rolecallConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/rolecallConfig.cmake ${PROJECT_BINARY_DIR}/rolecallConfigVersion.cmake
  cmake/dependencies.cmake
  DESTINATION ${config_dir})
