#pragma once
// What a [models.<name>] at a cloud needs besides a key: place and identity.

#include "config/endpoint_kinds.hpp"
#include "config/load_config.hpp"
#include "config/table_reader.hpp"

namespace rlm::config {

/// Reads project and location (Vertex AI), region, keys and workspace (AWS), tenant and application
/// (Foundry), as `kind` wants them, into endpoint.cloud; sets the base URL and, for a regional
/// endpoint, its surcharge of 10 %, before they are read themselves. Call after api_key was read.
void read_cloud(TableReader& in, const EndpointKind& kind, upstream::EndpointConfig& endpoint,
                const Environment& environment);

}  // namespace rlm::config
