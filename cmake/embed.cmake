# cmake -DINPUT=FILE -DOUTPUT=FILE.cpp -DHEADER=declaring.hpp -DFUNCTION=qualified::name -P embed.cmake
# Writes a .cpp whose FUNCTION returns the bytes of INPUT as a std::string_view.
file(READ ${INPUT} content)
file(WRITE ${OUTPUT} "#include \"${HEADER}\"

std::string_view ${FUNCTION}() {
    return R\"embedded(${content})embedded\";
}
")
