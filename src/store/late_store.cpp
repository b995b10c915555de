#include "store/late_store.h"

#include <utility>

namespace gaoler::store {
namespace {

using base::Result;

class LateStore final : public BanStore {
 public:
  LateStore(std::string filename, base::Error why, OpenStore open)
      : filename_(std::move(filename)), why_(std::move(why)), open_(std::move(open)) {}

  const std::string& filename() const override { return filename_; }
  const Settings& settings() const override { return settings_; }
  void set_purge_age(base::Seconds age) override {
    settings_.purge_age = age;
    if (store_) store_->set_purge_age(age);
  }
  void set_max_matches(size_t lines) override {
    settings_.max_matches = lines;
    if (store_) store_->set_max_matches(lines);
  }

  Written write(const std::vector<Change>& batch) override {
    if (!store_) try_to_open();
    if (!store_) return {Written::State::later, why_.message};
    return store_->write(batch);
  }

  Result<std::optional<double>> log_position(const std::string& jail,
                                             const LogPosition& log) override {
    if (!store_) return why_;
    return store_->log_position(jail, log);
  }
  Result<std::vector<jail::Ticket>> current_bans(const std::string& jail,
                                                 const RestoreRules& rules) override {
    if (!store_) return why_;
    return store_->current_bans(jail, rules);
  }
  Result<std::optional<jail::BanHistory>> history(const std::string& id,
                                                  const std::optional<std::string>& jail) override {
    if (!store_) return why_;
    return store_->history(id, jail);
  }
  Result<std::optional<jail::Ticket>> merged_bans(const std::string& id,
                                                  const std::optional<std::string>& jail) override {
    if (!store_) return why_;
    return store_->merged_bans(id, jail);
  }

 private:
  void try_to_open() {
    auto opened = open_();
    if (!opened) {
      why_ = opened.error();
      return;
    }
    store_ = std::move(*opened);
    store_->set_purge_age(settings_.purge_age);
    store_->set_max_matches(settings_.max_matches);
  }

  std::string filename_;
  base::Error why_;
  OpenStore open_;
  Settings settings_;
  std::unique_ptr<BanStore> store_;
};

}  // namespace

std::unique_ptr<BanStore> make_late_store(std::string filename, base::Error why, OpenStore open) {
  return std::make_unique<LateStore>(std::move(filename), std::move(why), std::move(open));
}

}  // namespace gaoler::store
