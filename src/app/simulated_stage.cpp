#include "app/simulated_stage.hpp"

#include "app/build_app.hpp"
#include "app/temporary_folder.hpp"
#include "config/load_config.hpp"
#include "sim/simulated_model.hpp"

namespace rlm::app {
namespace {

constexpr const char* kKey = "simulated";

sim::SimConfig model_config(const char* model, const lab::SimulatedPace& pace, double accuracy,
                            const SimulatedStageConfig& stage, const money::PriceTable& prices) {
  sim::SimConfig config;
  config.name = model;
  config.models = {model};
  config.first_token_ms = {pace.first_token_ms * stage.time_scale,
                           pace.first_token_p95_ms * stage.time_scale};
  const double speed = pace.tokens_per_second / stage.time_scale;
  config.tokens_per_second = {speed, speed};
  config.accuracy = accuracy;
  config.verdict.accept_right = 1;
  config.verdict.accept_wrong = 0;
  config.verdict.edit = stage.edit;
  config.prices = &prices;
  config.history_bytes_max = 1u << 20;
  return config;
}

std::string proxy_config(const std::string& price_file, const sim::SimulatedModel& draft,
                         const sim::SimulatedModel& verify) {
  const std::string draft_model = lab::kPaperDraftModel;
  const std::string verify_model = lab::kPaperVerifyModel;
  return "[listen]\naddress = \"127.0.0.1:0\"\nthreads = 1\n[ledger]\npath = \"\"\n[log]\nlevel = "
         "\"warn\"\n"
         "[limits]\ndrain_ms = 0\n[prices]\nfile = \"" +
         price_file +
         "\"\n"
         "[models.draft]\nendpoint = \"anthropic-compatible\"\nmodel = \"" +
         draft_model + "\"\nbase_url = \"" + draft.base_url() +
         "\"\napi_key = \"${SIMULATED}\"\n"
         "[models.verify]\nendpoint = \"anthropic-compatible\"\nmodel = \"" +
         verify_model + "\"\nbase_url = \"" + verify.base_url() +
         "\"\napi_key = \"${SIMULATED}\"\n"
         "[[cascade]]\nmatch = [\"" +
         verify_model + "\"]\ndraft = \"draft\"\nverify = \"verify\"\npolicy = \"paper\"\n";
}

}  // namespace

struct SimulatedStage::Impl {
  TemporaryFolder files;  // what models and proxy read at their start
  std::shared_ptr<const money::PriceTable> prices;
  std::unique_ptr<sim::SimulatedModel> draft;
  std::unique_ptr<sim::SimulatedModel> verify;
  std::unique_ptr<App> proxy;

  Result<void> start_models(const SimulatedStageConfig& config);
  Result<void> start_proxy(const SimulatedStageConfig& config);
};

Result<void> SimulatedStage::Impl::start_models(const SimulatedStageConfig& config) {
  auto table = money::PriceTable::parse(lab::paper_price_file(config.prices));
  if (!table) return fail(std::move(table.error()));
  prices = std::make_shared<const money::PriceTable>(std::move(*table));
  const auto start = [&](sim::SimConfig model, const std::string& rules,
                         std::unique_ptr<sim::SimulatedModel>& into) -> Result<void> {
    auto file = files.write((model.name + ".jsonl").c_str(), rules);
    if (!file) return fail(std::move(file.error()));
    model.answer_files = {std::move(*file)};
    auto started = sim::SimulatedModel::start(std::move(model));
    if (!started) return fail(std::move(started.error()));
    into = std::move(*started);
    return {};
  };
  auto done = start(model_config(lab::kPaperDraftModel, config.paces.draft, config.draft_accuracy,
                                 config, *prices),
                    config.draft_rules, draft);
  if (!done) return done;
  return start(model_config(lab::kPaperVerifyModel, config.paces.verify, 1, config, *prices),
               config.verify_rules, verify);
}

Result<void> SimulatedStage::Impl::start_proxy(const SimulatedStageConfig& config) {
  auto price_file = files.write("prices.json", lab::paper_price_file(config.prices));
  if (!price_file) return fail(std::move(price_file.error()));
  const config::Environment environment = [](std::string_view) {
    return std::optional<std::string>(kKey);
  };
  auto parsed = config::parse_config(proxy_config(*price_file, *draft, *verify),
                                     "the simulated stage", environment);
  if (!parsed) return fail(std::move(parsed.error()));
  log::configure(parsed->log_level, parsed->log_json);
  auto started = App::start(std::move(*parsed));
  if (!started) return fail(std::move(started.error()));
  proxy = std::move(*started);
  return {};
}

SimulatedStage::SimulatedStage(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SimulatedStage::~SimulatedStage() = default;

Result<std::unique_ptr<SimulatedStage>> SimulatedStage::start(const SimulatedStageConfig& config) {
  auto impl = std::make_unique<Impl>();
  if (auto models = impl->start_models(config); !models) return fail(std::move(models.error()));
  if (auto proxy = impl->start_proxy(config); !proxy) return fail(std::move(proxy.error()));
  return std::unique_ptr<SimulatedStage>(new SimulatedStage(std::move(impl)));
}

lab::Target SimulatedStage::direct() const {
  return {"direct", impl_->verify->base_url(), lab::kPaperVerifyModel, Secret(kKey), false};
}

lab::Target SimulatedStage::cascade() const {
  return {"cascade", "http://127.0.0.1:" + std::to_string(impl_->proxy->port()),
          lab::kPaperVerifyModel, Secret(kKey), true};
}

std::shared_ptr<const money::PriceTable> SimulatedStage::prices() const {
  return impl_->prices;
}

Tokens SimulatedStage::verify_output() const {
  return impl_->verify->bill().usage.output;
}

double SimulatedStage::billed() const {
  return (impl_->draft->bill().total + impl_->verify->bill().total).dollars();
}

}  // namespace rlm::app
