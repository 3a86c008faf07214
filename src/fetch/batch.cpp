#include "fetch/batch.hpp"

#include "fetch/media_type.hpp"

namespace rlm::fetch {
namespace {

tl::unexpected<Error> refuse(std::string why) {
  return fail(ErrorKind::BadRequest, Source::Client, std::move(why));
}

}  // namespace

Batch::Batch(Fetcher& fetcher, net::Worker& worker, const std::vector<wire::UrlSource>& sources,
             net::StopSource& client)
    : fetcher_(fetcher),
      sources_(sources),
      client_(client),
      on_gone_(
          client, [](void* self) { static_cast<Batch*>(self)->ended_.request_stop(); }, this),
      timer_(
          worker.wheel(),
          [](void* self) {
            static_cast<Batch*>(self)->timed_out_ = true;
            static_cast<Batch*>(self)->ended_.request_stop();
          },
          this),
      with_{worker,       fetcher.config_, fetcher.names_,
            fetcher.tls_, ended_,          fetcher.config_.request_bytes_max},
      scope_(worker) {
  for (const auto& source : sources) {
    Item& item = items_[source.url];
    if (item.first == nullptr) item.first = &source;
    ++item.copies;
  }
}

// Whose fault it is, and what else the client can do.
Error Batch::told(const wire::UrlSource& source, Error reason) const {
  if (reason.kind == ErrorKind::Cancelled && timed_out_) {
    reason.kind = ErrorKind::BadRequest;
    reason.message = "it takes longer than " + std::to_string(fetcher_.config_.timeout.count()) +
                     " ms to fetch what the request names by URL";
  }
  if (reason.kind != ErrorKind::BadRequest) return reason;
  std::string text = source.place + ".source.url: the ";
  text += source.is_document ? "document" : "image";
  if (const auto link = parse_link(source.url)) text += " at " + link->origin.authority();
  text += " cannot be fetched: " + reason.message + "; it can be sent in base64 instead";
  reason.message = std::move(text);
  return reason;
}

Result<void> Batch::check_kind(const wire::UrlSource& source, std::string_view media_type) const {
  const bool is_pdf = media_type == "application/pdf";
  if (source.is_document && !is_pdf) return refuse("it is no PDF");
  if (!source.is_document && (is_pdf || media_type.empty()))
    return refuse("it is none of image/jpeg, image/png, image/gif, image/webp");
  return {};
}

// What is in memory counts towards the request's size too.
Result<void> Batch::take_kept() {
  for (auto& [url, item] : items_) {
    item.got = fetcher_.cache_.find(url, fetcher_.clock_.steady());
    if (item.got == nullptr) {
      missing_.push_back(&item);
      continue;
    }
    ++fetcher_.kept_;
    const std::size_t held = item.got->bytes * item.copies;
    if (held > with_.bytes_left) return fail(told(*item.first, too_much(fetcher_.config_)));
    with_.bytes_left -= held;
  }
  return {};
}

net::Task<Result<void>> Batch::fetch_one(Item& item) {
  const wire::UrlSource& source = *item.first;
  auto link = parse_link(source.url);
  if (!link) co_return fail(std::move(link.error()));
  const std::size_t bytes_max =
      source.is_document ? fetcher_.config_.request_bytes_max : fetcher_.config_.image_bytes_max;
  auto body = co_await fetch_link(with_, std::move(*link), bytes_max, item.copies);
  if (!body) co_return fail(std::move(body.error()));
  const auto media_type = media_type_of(*body);
  if (auto checked = check_kind(source, media_type); !checked) co_return checked;
  ++fetcher_.fetched_;
  item.got =
      fetcher_.cache_.keep(source.url, std::make_shared<const Fetched>(fetched(media_type, *body)),
                           fetcher_.clock_.steady());
  co_return Result<void>{};
}

net::Task<void> Batch::fetch_some() {
  while (next_ < missing_.size() && !failure_) {
    Item& item = *missing_[next_++];
    auto done = co_await fetch_one(item);
    if (done || failure_) continue;
    failure_ = told(*item.first, std::move(done.error()));
    ended_.request_stop();
  }
}

net::Task<Result<std::vector<FetchedPtr>>> Batch::run() {
  if (items_.size() > fetcher_.config_.urls_max)
    co_return refuse("the request names more than " + std::to_string(fetcher_.config_.urls_max) +
                     " different URLs; more are not fetched");
  if (auto taken = take_kept(); !taken) co_return fail(std::move(taken.error()));
  if (!missing_.empty()) timer_.arm(fetcher_.config_.timeout);
  const std::size_t side_by_side = std::min(missing_.size(), fetcher_.config_.parallel_max);
  for (std::size_t i = 0; i < side_by_side; ++i) scope_.spawn(fetch_some());
  co_await scope_.join();
  timer_.disarm();
  if (client_.stopped()) co_return fail(ErrorKind::Cancelled, Source::Client, "the client left");
  if (failure_) co_return fail(std::move(*failure_));
  std::vector<FetchedPtr> all;
  all.reserve(sources_.size());
  for (const auto& source : sources_) {
    const FetchedPtr& got = items_[source.url].got;
    // One URL may stand for an image here and for a document there.
    if (auto checked = check_kind(source, got->media_type); !checked)
      co_return fail(told(source, std::move(checked.error())));
    all.push_back(got);
  }
  co_return all;
}

}  // namespace rlm::fetch
