#include "store/open_labels.hpp"

#include "store/postgres_url.hpp"

namespace rlm::store {

Result<std::unique_ptr<LabelStore>> open_labels(const LabelPlace& place) {
  if (is_postgres_url(place.where))
    return open_postgres_labels(place.where, place.password, place.timeouts);
  return open_sqlite_labels(place.where);
}

}  // namespace rlm::store
