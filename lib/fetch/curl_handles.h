// RAII and typed options for curl's handles; private to fetch/.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <type_traits>

#include "base/check.h"

namespace crawld {

struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct SlistDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;
using MultiHandle = std::unique_ptr<CURLM, MultiDeleter>;
using Slist = std::unique_ptr<curl_slist, SlistDeleter>;

inline void append(Slist& list, const char* text) {
    curl_slist* head = curl_slist_append(list.get(), text);
    CRAWLD_CHECK(head != nullptr);
    static_cast<void>(list.release());  // `head` begins with it
    list.reset(head);
}

// curl_easy_setopt is variadic: the value must have exactly the type that the option reads. An
// option that is refused is a mistake of ours (or an end of memory).
template <class T>
void set_option(CURL* easy, CURLoption option, T value) {
    static_assert(std::is_same_v<T, long> || std::is_same_v<T, curl_off_t> ||
                  std::is_pointer_v<T> || std::is_same_v<T, std::nullptr_t>);
    CRAWLD_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}
template <class T>
void set_option(CURLM* multi, CURLMoption option, T value) {
    static_assert(std::is_same_v<T, long> || std::is_pointer_v<T>);
    CRAWLD_CHECK(curl_multi_setopt(multi, option, value) == CURLM_OK);
}

template <class T>
T get_info(CURL* easy, CURLINFO info) {
    T value{};
    CRAWLD_CHECK(curl_easy_getinfo(easy, info, &value) == CURLE_OK);
    return value;
}

}  // namespace crawld
