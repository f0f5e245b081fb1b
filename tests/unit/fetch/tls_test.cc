// TLS against `openssl s_server` with a certificate made for the test.
#include <stdio.h>
#include <stdlib.h>

#include <iostream>
#include <string>

#include "support/temp_dir.h"
#include "unit/fetch/fetch_fixture.h"

using namespace crawld;

namespace {

bool have_openssl() {
    if (std::system("openssl version >/dev/null 2>&1") == 0) return true;
    std::cout << "SKIPPED: the program openssl is not installed\n";
    return false;
}

// Serves one page a connection on a free port until destroyed.
class TlsServer {
  public:
    explicit TlsServer(const std::string& options = "") {
        const std::string make =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
            "-days 2 -subj /CN=test -addext subjectAltName=DNS:a.example "
            "-keyout " +
            key() + " -out " + certificate() + " 2>/dev/null";
        REQUIRE(std::system(make.c_str()) == 0);
        // `exec` and the closed standard input end the server with the pipe's reader.
        const std::string serve = "exec openssl s_server -accept 127.0.0.1:0 -www " + options +
                                  " -key " + key() + " -cert " + certificate() +
                                  " 2>/dev/null & echo $!; wait";
        output_ = popen(serve.c_str(), "r");
        REQUIRE(output_ != nullptr);
        process_ = read_line();
        std::string line;
        while (!(line = read_line()).starts_with("ACCEPT"))
            REQUIRE_FALSE(line.empty());
        port_ = static_cast<uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
    }
    ~TlsServer() {
        std::system(("kill " + process_).c_str());
        pclose(output_);
    }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    uint16_t port() const { return port_; }
    std::string certificate() const { return (dir_.path() / "certificate.pem").string(); }

  private:
    std::string key() const { return (dir_.path() / "key.pem").string(); }
    std::string read_line() {
        std::string line(256, '\0');
        if (fgets(line.data(), static_cast<int>(line.size()), output_) == nullptr) return {};
        line.resize(line.find('\n'));
        return line;
    }

    TempDir dir_;
    FILE* output_ = nullptr;
    std::string process_;
    uint16_t port_ = 0;
};

// A fetcher that trusts the certificates in `ca_file` alone.
struct TlsClient : FetcherListener {
    TlsClient(const TlsServer& server, const std::string& ca_file)
        : port(server.port()),
          fetcher(loop, policy_allowing({"127.0.0.1:" + std::to_string(port)}),
                  {.connections_max = 4, .ca_file = ca_file}) {
        fetcher.set_listener(this);
    }
    FetchResult fetch(const std::string& host, bool verify = true) {
        FetchRequest request;
        request.host = host;
        request.port = port;
        request.url = "https://" + host + ":" + std::to_string(port) + "/";
        request.address = IpAddress::parse("127.0.0.1").value();
        request.options.verify_tls = verify;
        fetcher.start(1, request);
        loop.run();
        return std::move(last);
    }
    void on_first_byte(uint64_t) override {}
    void on_fetched(uint64_t, FetchResult result) override {
        last = std::move(result);
        loop.stop();
    }

    uint16_t port;
    UvLoop loop;
    CurlFetcher fetcher;
    FetchResult last;
};

}  // namespace

TEST_CASE("TLS: a certificate that is trusted and names the host") {
    if (!have_openssl()) return;
    const TlsServer server;
    TlsClient client(server, server.certificate());
    const FetchResult result = client.fetch("a.example");
    CHECK(result.outcome == Outcome::ok);
    CHECK(result.tls == "TLSv1.3");
    CHECK(result.cipher_suite.starts_with("TLS_"));
    CHECK(result.times.tls > Duration{0});
}

TEST_CASE("TLS: another host's certificate, and one that nobody trusts") {
    if (!have_openssl()) return;
    const TlsServer server;
    TlsClient trusting(server, server.certificate());
    const FetchResult other_host = trusting.fetch("b.example");
    CHECK(other_host.outcome == Outcome::tls_certificate);
    CHECK(other_host.status == 0);
    TlsClient strict(server, "");
    CHECK(strict.fetch("a.example").outcome == Outcome::tls_certificate);
    // Unchecked only where the request says so, and not for the requests after it.
    CHECK(strict.fetch("a.example", false).outcome == Outcome::ok);
    CHECK(strict.fetch("a.example").outcome == Outcome::tls_certificate);
}

TEST_CASE("TLS: versions before 1.2 are refused") {
    if (!have_openssl()) return;
    const TlsServer server("-tls1_1 -cipher DEFAULT@SECLEVEL=0");
    TlsClient client(server, server.certificate());
    CHECK(client.fetch("a.example").outcome == Outcome::tls_failed);
}

TEST_CASE("TLS: version 1.2 is spoken and named") {
    if (!have_openssl()) return;
    const TlsServer server("-tls1_2");
    TlsClient client(server, server.certificate());
    const FetchResult result = client.fetch("a.example");
    CHECK(result.outcome == Outcome::ok);
    CHECK(result.tls == "TLSv1.2");
}
