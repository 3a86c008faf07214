#include "sim/simulated_model.hpp"

#include <optional>
#include <thread>

#include "net/http_server.hpp"
#include "sim/service.hpp"

namespace rlm::sim {

// Made and destroyed by the owner's thread; in between everything but the state belongs to the
// serving thread.
struct SimulatedModel::Impl {
  Impl(SimConfig given, Answers answers, std::optional<Coder> coder,
       std::shared_ptr<net::TlsContext> context)
      : config(std::move(given)),
        mind(config, std::move(answers), std::move(coder)),
        state(config),
        tls(std::move(context)) {}

  SimConfig config;
  Mind mind;
  State state;
  std::shared_ptr<net::TlsContext> tls;
  net::Worker worker;
  Service service{config, mind, state};
  net::HttpServer server{
      worker,
      [this](net::HttpTransaction& transaction) { return service.handle(transaction); },
      {},
      tls};
  net::TaskScope ending{worker};
  std::uint16_t port = 0;
  std::thread thread;
};

namespace {

// Cuts what runs. The loop then ends by itself: stopping it would leave aborted waits whose
// connections outlive the server.
net::Task<void> shut_down(net::HttpServer& server) {
  co_await server.shut_down(Milliseconds(0));
}

Result<std::optional<Coder>> load_coder(const std::string& file) {
  if (file.empty()) return std::optional<Coder>();
  auto loaded = Coder::load(file);
  if (!loaded) return fail(std::move(loaded.error()));
  return std::optional<Coder>(std::move(*loaded));
}

Result<std::shared_ptr<net::TlsContext>> load_tls(const SimConfig& config) {
  if (config.certificate_file.empty()) return std::shared_ptr<net::TlsContext>();
  return net::TlsContext::server(config.certificate_file, config.key_file);
}

}  // namespace

SimulatedModel::SimulatedModel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<SimulatedModel>> SimulatedModel::start(SimConfig config) {
  auto checked = validated(std::move(config));
  if (!checked) return fail(std::move(checked.error()));
  auto answers = Answers::load(checked->answer_files, checked->side);
  if (!answers) return fail(std::move(answers.error()));
  auto coder = load_coder(checked->coder_file);
  if (!coder) return fail(std::move(coder.error()));
  auto tls = load_tls(*checked);
  if (!tls) return fail(std::move(tls.error()));
  auto impl = std::make_unique<Impl>(std::move(*checked), std::move(*answers), std::move(*coder),
                                     std::move(*tls));
  const auto port = impl->server.listen(impl->config.address, impl->config.port);
  if (!port) return fail(port.error());
  impl->port = *port;
  impl->thread = std::thread([&io = impl->worker.io()] { io.run(); });
  return std::unique_ptr<SimulatedModel>(new SimulatedModel(std::move(impl)));
}

SimulatedModel::~SimulatedModel() {
  Impl& impl = *impl_;
  net::asio::post(impl.worker.executor(), [&impl] { impl.ending.spawn(shut_down(impl.server)); });
  impl.thread.join();
}

std::uint16_t SimulatedModel::port() const {
  return impl_->port;
}

std::string SimulatedModel::base_url() const {
  const std::string host = impl_->config.address.find(':') == std::string::npos
                               ? impl_->config.address
                               : "[" + impl_->config.address + "]";
  return (impl_->tls ? "https://" : "http://") + host + ":" + std::to_string(impl_->port);
}

Bill SimulatedModel::bill() const {
  return impl_->state.bill();
}
std::vector<SeenRequest> SimulatedModel::requests() const {
  return impl_->state.requests();
}
void SimulatedModel::script(ScriptedReply reply) {
  impl_->state.script(std::move(reply));
}
bool SimulatedModel::wait_taken(std::string_view when, Milliseconds patience) const {
  return impl_->state.wait_taken(when, patience);
}
void SimulatedModel::forget_scripts(std::string_view when) {
  impl_->state.forget_scripts(when);
}

void SimulatedModel::reset() {
  impl_->state.reset();
}
void SimulatedModel::advance(Milliseconds by) {
  impl_->state.advance(by);
}
bool SimulatedModel::wait_finished(std::size_t count, Milliseconds patience) const {
  return impl_->state.wait_finished(count, patience);
}

}  // namespace rlm::sim
