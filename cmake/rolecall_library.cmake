# rolecall_library(<layer> SOURCES ... [PUBLIC ...] [PRIVATE ...]): one layer as a static library
# rolecall_<layer>, with the alias rolecall::<layer>. Headers are included as "<layer>/<name>.hpp".
function(rolecall_library layer)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  set(target rolecall_${layer})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(rolecall::${layer} ALIAS ${target})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/rolecall>)
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  rolecall_warnings(${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${layer})
  set_property(GLOBAL APPEND PROPERTY rolecall_layers ${target})
endfunction()

function(rolecall_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    -Wno-sign-conversion
    -ffp-contract=off  # a fused multiply-add rounds once, not twice: other bits on other processors
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # false alarms of GCC 12 about std::string: bug 105651
    $<$<BOOL:${ROLECALL_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()

# rolecall_read_texts(<variable> <folder>): the folder's *.toml files as C++ string literals, each
# with a comma; CMake runs again when one changes.
function(rolecall_read_texts variable folder)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.toml)
  set(literals "")
  foreach(file IN LISTS files)
    file(READ ${file} text)
    string(APPEND literals "R\"toml(${text})toml\",\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(${variable} "${literals}" PARENT_SCOPE)
endfunction()
