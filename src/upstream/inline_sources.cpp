#include "upstream/inline_sources.hpp"

namespace rlm::upstream {
namespace {

// Whose limit it is, and both ways around it.
Error refusal(const EndpointConfig& endpoint, const wire::UrlSource& source) {
  std::string text = source.place + ".source.url: ";
  text += source.is_document ? "a document" : "an image";
  text += " by URL; the endpoint \"" + endpoint.kind + "\" behind \"" + endpoint.name +
          "\" takes none. Send it in base64, or have the proxy fetch it: fetch_urls = true in "
          "[models." +
          endpoint.name + "]";
  return {ErrorKind::BadRequest, Source::Client, std::move(text)};
}

}  // namespace

bool must_inline(const EndpointConfig& endpoint, const CallRequest& request) {
  return endpoint.url_sources != EndpointConfig::UrlSources::Passed && request.has_url_sources &&
         request.body != nullptr;
}

net::Task<Result<void>> inline_sources(Inlined& out, const EndpointConfig& endpoint,
                                       const CallRequest& request, fetch::Fetcher* fetcher,
                                       net::Worker& worker, wire::JsonIndex& index,
                                       net::StopSource& stop) {
  out.request = request;
  const auto root = index.parse(request.body->original());
  if (!root) co_return fail(root.error());
  const auto sources = wire::url_sources(*root);
  if (sources.empty()) co_return Result<void>{};
  if (fetcher == nullptr || endpoint.url_sources == EndpointConfig::UrlSources::Refused)
    co_return fail(refusal(endpoint, sources.front()));
  auto place = fetcher->enter();
  if (!place) co_return fail(std::move(place.error()));
  out.place = std::move(*place);
  const auto found = co_await fetcher->fetch(worker, sources, stop);
  if (!found) co_return fail(found.error());
  out.body = std::make_unique<wire::SplicedBody>(*request.body);
  for (std::size_t i = 0; i < sources.size(); ++i)
    out.body->replace(sources[i].source, (*found)[i]->source);
  out.request.body = out.body.get();
  // The client's own body names its images still.
  out.request.spoken_body = {};
  co_return Result<void>{};
}

}  // namespace rlm::upstream
