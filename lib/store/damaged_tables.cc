#include "store/damaged_tables.h"

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <vector>

namespace crawld {

namespace {

constexpr size_t kToldMax = 5;

bool is_whole(rocksdb::Env& env, const std::string& path) {
    rocksdb::Options options;
    options.env = &env;
    rocksdb::SstFileReader reader(options);
    return reader.Open(path).ok() && reader.VerifyChecksum().ok();
}

}  // namespace

std::string damaged_tables(rocksdb::Env& env, const std::string& directory) {
    std::vector<std::string> names;
    env.GetChildren(directory, &names).PermitUncheckedError();
    std::sort(names.begin(), names.end());
    std::string told;
    size_t count = 0;
    for (const std::string& name : names) {
        if (!name.ends_with(".sst") || is_whole(env, directory + "/" + name)) continue;
        told += (told.empty() ? "" : ", ") + name;
        if (++count == kToldMax) break;
    }
    return told;
}

}  // namespace crawld
