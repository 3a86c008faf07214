// What signing a request for AWS costs, by the size of its body.
#include "credential/aws_signature.hpp"

#include <benchmark/benchmark.h>

namespace rlm::credential {
namespace {

void SignForAws(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  const std::string_view body[] = {text};
  const RequestToSign request{"POST", "bedrock-runtime.us-east-1.amazonaws.com",
                              "/model/us.anthropic.claude-opus-5-v1%3A0/invoke", body};
  const AwsKeys keys{"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), {}};
  const AwsScope scope{"us-east-1", "bedrock"};
  for (auto _ : state) {
    Headers headers{{"content-type", "application/json"}, {"accept", "application/json"}};
    sign_for_aws(request, keys, scope, UnixMs{1'790'000'000'000}, headers);
    benchmark::DoNotOptimize(headers);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(SignForAws)->Arg(1'000)->Arg(60'000)->Arg(1'000'000);

}  // namespace
}  // namespace rlm::credential
