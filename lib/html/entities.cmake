# The named character references of the HTML standard, made at build time from the table that
# Python's standard library carries (html.entities.html5, 2,231 names). No C or C++ library of
# Debian exports one: Gumbo, Tidy and libxml2 keep theirs private or know only those of HTML 4.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(CRAWLD_GENERATED ${PROJECT_BINARY_DIR}/generated)
add_custom_command(
  OUTPUT ${CRAWLD_GENERATED}/html/named_references.inc
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/entities.py
          ${CRAWLD_GENERATED}/html/named_references.inc
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/entities.py
  VERBATIM)
target_sources(crawld_html PRIVATE ${CRAWLD_GENERATED}/html/named_references.inc)
target_include_directories(crawld_html PRIVATE ${CRAWLD_GENERATED})
