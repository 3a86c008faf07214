#include "lab/service_workload.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "lab/random_text.hpp"

namespace rlm::lab {

namespace {

constexpr double kBytesPerToken = 3.5;
constexpr double kPromptTokensMin = 200;  // below, there is no room for the texts
constexpr double kPromptTokensMax = 20'000;

constexpr const char* kSideAsks[] = {"Give this session a title of at most six words.",
                                     "Name a git branch for this change, lower case with hyphens.",
                                     "Say in one line what this file is about.",
                                     "Write the subject line of a commit message for this change.",
                                     "Sum up the conversation so far in two sentences.",
                                     "Which of the files above would you open next? Name one.",
                                     "Turn this error into a sentence for a user.",
                                     "Suggest a name for the new variable."};
constexpr const char* kQuestionAsks[] = {
    "Analyze what goes wrong here and explain the root cause.",
    "Compare the two ways of storing this and name the trade-offs.",
    "Refactor the steps below into a clear plan.",
    "Design a table layout for this and give your reasons.",
    "Explain step by step how to migrate the data.",
    "Debug the failing case that is described below.",
    "Evaluate whether this may run concurrently and why.",
    "Implement the rule below and describe each edge case."};

struct Lengths {
  double prompt = 0;
  double answer = 0;
};

// Lengths between half and one and a half of the mean, that of the answer and that of the prompt
// apart.
Lengths draw_lengths(Random& random, double prompt, double answer) {
  return {prompt * (0.5 + random.uniform()), answer * (0.5 + random.uniform())};
}

std::string prose_of_tokens(Random& random, double tokens) {
  return prose(random, static_cast<std::size_t>(std::max(1.0, tokens) * kBytesPerToken));
}

ServiceRequest make_request(const ServiceMix& mix, Destiny destiny, int number,
                            double prompt_tokens) {
  Random random(mix.seed + static_cast<std::uint64_t>(number) * 7919);
  const Lengths lengths = draw_lengths(random, prompt_tokens, mix.answer_tokens);
  const bool side = destiny == Destiny::Skipped;
  ServiceRequest request;
  request.destiny = destiny;
  Task& task = request.task;
  task.kind = side ? "side" : "question";
  task.id = task.kind + "-" + std::to_string(number);
  task.prompt = std::string(side ? kSideAsks[random.below(std::size(kSideAsks))]
                                 : kQuestionAsks[random.below(std::size(kQuestionAsks))]) +
                "\n\nNote " + std::to_string(number) + ". " + prose(random, side ? 200 : 400);
  const double left = lengths.prompt - tokens_of(task.prompt.size());
  task.system = left > 1 ? prose_of_tokens(random, left) : "Be brief.";
  task.right = prose_of_tokens(random, lengths.answer);
  task.wrong = prose_of_tokens(random, lengths.answer);
  task.max_tokens = 4096;
  return request;
}

std::vector<Destiny> destinies_of(const ServiceMix& mix) {
  std::vector<Destiny> destinies;
  destinies.insert(destinies.end(), static_cast<std::size_t>(mix.skipped), Destiny::Skipped);
  destinies.insert(destinies.end(), static_cast<std::size_t>(mix.accepted), Destiny::Accepted);
  destinies.insert(destinies.end(), static_cast<std::size_t>(mix.enhanced), Destiny::Enhanced);
  Random random(mix.seed);
  for (std::size_t i = destinies.size(); i > 1; --i)
    std::swap(destinies[i - 1], destinies[random.below(i)]);
  return destinies;
}

std::vector<ServiceRequest> workload_with(const ServiceMix& mix, double prompt_tokens) {
  std::vector<ServiceRequest> requests;
  int number = 0;
  for (const Destiny destiny : destinies_of(mix))
    requests.push_back(make_request(mix, destiny, ++number, prompt_tokens));
  return requests;
}

}  // namespace

double tokens_of(std::size_t bytes) {
  return std::ceil(static_cast<double>(bytes) / kBytesPerToken);
}

MixCost cost_of_requests(const std::vector<ServiceRequest>& requests, const ServiceMix& mix) {
  MixCost sum;
  for (const ServiceRequest& request : requests) {
    const LengthProfile profile{
        .prompt = tokens_of(request.task.system.size()) + tokens_of(request.task.prompt.size()),
        .answer = tokens_of(request.task.right.size()),
        .verified_factor = 1,
        .instruction = mix.instruction_tokens,
        .verdict_answer = tokens_of(sizeof "USE_DRAFT" - 1)};
    const CascadePath path = request.destiny == Destiny::Skipped    ? CascadePath::Skipped
                             : request.destiny == Destiny::Accepted ? CascadePath::Accepted
                                                                    : CascadePath::Enhanced;
    sum.direct += call_cost(mix.prices.verify, profile.prompt, profile.answer, 0);
    sum.cascade += path_cost(mix.prices, path, profile, {});
  }
  return sum;
}

double prompt_tokens_of(const ServiceMix& mix) {
  if (mix.prompt_tokens > 0) return mix.prompt_tokens;
  // Longer prompts save less, since every verdict call reads them again.
  double low = kPromptTokensMin;
  double high = kPromptTokensMax;
  for (int i = 0; i < 14; ++i) {
    const double middle = (low + high) / 2;
    const double saving = cost_of_requests(workload_with(mix, middle), mix).saving();
    (saving > mix.saving ? low : high) = middle;
  }
  return low;
}

std::vector<ServiceRequest> service_workload(const ServiceMix& mix) {
  return workload_with(mix, prompt_tokens_of(mix));
}

}  // namespace rlm::lab
