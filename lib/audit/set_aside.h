// What a repair changes is kept as it was: as NAME.damaged, or NAME.damaged-2 and so on, never in
// the place of one that is there.
//
// Thread: one.
// Errors: those of the disk.
// Test:   tests/unit/audit/set_aside_test.cc, tests/e2e/repair_cut_short_test.py
#pragma once

#include <string>
#include <string_view>

#include "archive/disk.h"

namespace crawld {

inline constexpr std::string_view kDamagedSuffix = ".damaged";

// Such a name of `path` that is free.
std::string free_damaged_name(const std::string& path);

// How the file is changed: it gets a new one in its place, and a hard link keeps it; or in place.
enum class Change : uint8_t { replaced, in_place };
// Keeps the file at `path` beside `base`, durably, and says where: what is there with the same
// bytes serves.
Result<std::string> keep_aside(Disk& disk, const std::string& path, const std::string& base,
                               Change change);

}  // namespace crawld
