// A converter of ICU, opened by the names of our own table.
#pragma once

#include <unicode/ucnv.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"

namespace crawld {

struct CloseConverter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using IcuConverter = std::unique_ptr<UConverter, CloseConverter>;

inline IcuConverter open_icu_converter(std::string_view name) {
    UErrorCode error = U_ZERO_ERROR;
    IcuConverter converter(ucnv_open(std::string(name).c_str(), &error));
    // The names are those of our own table, and ICU's data are part of its library.
    CRAWLD_CHECK(U_SUCCESS(error));
    return converter;
}

}  // namespace crawld
