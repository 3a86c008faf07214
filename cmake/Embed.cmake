# rlm_embed(<target> <symbol> <file>): puts the file's bytes into the target's read-only data, between
# `extern "C" const char <symbol>_begin[]` and `<symbol>_end[]`; a zero byte follows the end. The target must have a
# source of its own. The file may be generated: then name its rule's output, and Ninja orders the two.
function(rlm_embed target symbol file)
  get_filename_component(path "${file}" ABSOLUTE)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/embed/${symbol}.s")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT [=[
    .section .rodata.@symbol@, "a", %progbits
    .global @symbol@_begin
    .global @symbol@_end
    .balign 16
@symbol@_begin:
    .incbin "@path@"
@symbol@_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
]=])
  # An object library of its own: the flags of C++ targets make no sense to the assembler.
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${path}")
  add_library(embed_${symbol} OBJECT "${source}")
  target_sources(${target} PRIVATE "$<TARGET_OBJECTS:embed_${symbol}>")
endfunction()
