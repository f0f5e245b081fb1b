// CanonicalRules: what an operator may add to the canonical form, so that more URLs count as one.
// All of it is a guess about what servers do, hence off by default. In this order:
//
//   fold_www           a leading "www." of the host goes, as often as it is there, but not from
//                      the registrable domain itself: www.gov.uk stays, gov.uk is another site
//   strip_session_ids  in the path: ";jsessionid=..." of a segment, and a segment "(S(...))" of
//                      ASP.NET with 24 letters and digits. In the query the parameters
//                        jsessionid, phpsessid, aspsessionid*, cfid, cftoken, oscsid, zenid,
//                        sessionid, session_id, sessid   with any value
//                        sid   with at least 16 hexadecimal digits, s with exactly 32: short ones
//                              are numbers of something
//   strip_tracking     the parameters
//                        utm_*, gclid, gclsrc, dclid, gbraid, wbraid, _ga, _gl    Google
//                        fbclid, igshid    Facebook, Instagram
//                        msclkid, yclid, _openstat, twclid, ttclid, li_fat_id    Microsoft, Yandex,
//                                                              OpenStat, Twitter, TikTok, LinkedIn
//                        mc_cid, mc_eid, _hsenc, _hsmi, mkt_tok    MailChimp, HubSpot, Marketo
//   strip_query        the whole query goes
//   sort_query         parameters in the order of their names' bytes; of one name, as they were
//
// Parameters are what '&' divides; names end at the first '=' and are compared without case, as
// they stand: an escape in a name is not looked through. Other parameters stay byte for byte, empty
// ones included; a query of which nothing is left goes with its '?'. What remains of a path segment
// is never "." or "..": "..;jsessionid=1" stays.
//
// Scope looks at the form by the rules, of seeds and of every URL, so that www.example.org is in
// the scope of a seed that was folded to example.org. A redirect whose target differs from where it
// started by these rules alone is followed to the very URL it names, since that is what the server
// insists on (crawl/digest.h).
//
// What is known already keeps the form in which it was found. So a reload that changes the rules
// changes nothing but the URLs found from then on; pages that have another form by the new rules
// are fetched once more when they are found again.
//
// Properties: idempotent, and the result is a canonical URL.
// Thread: immutable after construction; share freely.
// Cost:   none without rules; else a pass over the URL, and a copy if it has a query, parameters in
//         its path or another host.
// Test:   tests/unit/url/canonical_rules_test.cc, tests/conformance/url/property_test.cc
#pragma once

#include <memory>

#include "url/options.h"
#include "url/suffixes.h"
#include "url/url.h"

namespace crawld {

class CanonicalRules {
  public:
    CanonicalRules(const CanonicalOptions& options, std::shared_ptr<const Suffixes> suffixes);

    CanonicalUrl apply(CanonicalUrl url) const { return any_ ? changed(std::move(url)) : url; }
    bool any() const { return any_; }
    const CanonicalOptions& options() const { return options_; }

  private:
    CanonicalUrl changed(CanonicalUrl url) const;
    std::string_view host_of(const CanonicalUrl& url) const;
    std::string query_of(const CanonicalUrl& url) const;
    bool goes(std::string_view parameter) const;

    CanonicalOptions options_;
    std::shared_ptr<const Suffixes> suffixes_;
    bool any_;
};

}  // namespace crawld
