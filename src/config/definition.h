// Definition: a filter.d or action.d file as one jail uses it, with the jail's parameters and
// options laid over it.
//
// The file's [Definition] holds what the filter or action does, its [Init] what a jail may set by
// parameters. Values are interpolated first, then <tag>s are replaced. Made for one jail, lives no
// longer than the loader.
#pragma once

#include <string>

#include "config/dialect.h"
#include "config/loader.h"
#include "config/options.h"
#include "config/stream.h"
#include "config/tags.h"
#include "config/text_pool.h"

namespace gaoler::config {

class Definition {
 public:
  // name: below the loader's directory ("filter.d/sshd"). specs must outlive the definition.
  // pool: keeps what is put together here.
  Definition(std::string name, Texts parameters, Specs specs, Dialect dialect, TextPool& pool,
             Report& report);

  // False if no file of that name could be read.
  bool load(Loader& loader);
  bool load_alone(Loader& loader, const std::string& path);

  bool defines(std::string_view option) const;  // in its own [Definition]
  // What [Definition] says of an option, without parameters.
  Resolved defined(std::string_view option) const;

  // Reads the options that are not in `jail_options` nor given as parameters. May be called again
  // with other options; what [Init] gave counts as a parameter then. with_all: also options that
  // are no part of the specs.
  void read(const Texts& jail_options, bool with_all);

  // Parameters and [Init] options, as written; names beginning with "known/" are the values [Init]
  // has by itself.
  const Texts& parameters() const { return parameters_; }
  Texts& parameters() { return parameters_; }

  // All options with tags replaced, [Init] and parameters over [Definition]; nothing after a
  // mistake. Uses up what was read.
  std::optional<Texts> combine(TagNames untouched);

  // What replaced tags have made of an option, by its kind; None if it has no value or a wrong one.
  protocol::Value typed(std::string_view option, Texts::Text text);

  // Where a part of an option of the file is, else the option itself.
  Place place_of_option(std::string_view option, std::string_view part) const;

 private:
  Texts::Text look_up_tag(std::string_view tag);

  std::string name_;
  Texts parameters_;
  Specs specs_;
  Dialect dialect_;
  TextPool& pool_;
  Report& report_;
  const Store* store_ = nullptr;
  Texts options_;
  Variables variables_;
  Texts looked_up_;
};

}  // namespace gaoler::config
