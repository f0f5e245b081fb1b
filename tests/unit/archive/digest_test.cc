#include "archive/digest.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("labels of known texts") {
    CHECK_EQ(digest_of(DigestAlgorithm::sha1, "").label(), "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ");
    CHECK_EQ(digest_of(DigestAlgorithm::sha1, "abc").label(),
             "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5");
    CHECK_EQ(digest_of(DigestAlgorithm::sha256, "abc").label(),
             "sha256:XJ4BNP4PAHH6UQKBIDPF3LRCEOYAGYNDSYLXVHFUCD7WD4QACWWQ====");
}

TEST_CASE("pieces make no difference") {
    Digester digester(DigestAlgorithm::sha256);
    for (const char c : std::string("abc"))
        digester.put({&c, 1});
    CHECK_EQ(digester.finish(), digest_of(DigestAlgorithm::sha256, "abc"));
}

TEST_CASE("what others write is the same digest") {
    const Digest abc = digest_of(DigestAlgorithm::sha1, "abc");
    for (const char* label :
         {"sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", "SHA-1: vgmt4nsha2awvor6evyxqugcnsonbwe5",
          "sha1:a9993e364706816aba3e25717850c26c9cd0d89d",
          "sha1:A9993E364706816ABA3E25717850C26C9CD0D89D",
          "sha1:qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "sha1:qZk-NkcGgWq6PiVxeFDCbJzQ2J0"}) {
        CAPTURE(label);
        const auto parsed = Digest::parse(label);
        REQUIRE(parsed.has_value());
        CHECK_EQ(*parsed, abc);
    }
    const Digest longer = digest_of(DigestAlgorithm::sha256, "abc");
    CHECK_EQ(Digest::parse(longer.label()), longer);
    CHECK_EQ(Digest::parse("sha256:XJ4BNP4PAHH6UQKBIDPF3LRCEOYAGYNDSYLXVHFUCD7WD4QACWWQ"), longer);
}

TEST_CASE("what is no digest of ours is none") {
    for (const char* label :
         {"", "sha1", "sha1:", "md5:900150983cd24fb0d6963f7d28e17f72",
          "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE", "sha1:0000000000000000000000000000000!",
          "sha256:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"}) {
        CAPTURE(label);
        CHECK_FALSE(Digest::parse(label).has_value());
        CHECK_EQ(Digest::knows(label), std::string_view(label).starts_with("sha"));
    }
}
