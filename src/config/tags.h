// <tag> substitution within the options of a filter or an action file.
//
// A tag is "<" + characters without space, "<", ">" + ">", so the innermost is replaced first. Tags
// that nobody defines stay (<HOST>, <ip>). A tag inside its own value, or one that keeps coming
// back, is a mistake of the whole configuration. Pure apart from what the lookup function does.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/report.h"
#include "config/text_pool.h"
#include "config/texts.h"

namespace gaoler::config {

inline constexpr int kMaxTagReplacements = 25;            // of one tag in one value, as fail2ban
inline constexpr size_t kMaxSubstitutedBytes = 4u << 20;  // of one value

using TagNames = std::vector<std::string_view>;

// Looks up what the options themselves don't define; nothing if nobody does, reporting its own
// mistakes.
using TagLookup = std::function<Texts::Text(std::string_view tag)>;

// Replaces tags in all options by one another's values until nothing changes; options named in
// `untouched` are neither changed nor inserted. The new values are kept in the pool. False after a
// mistake: reported, at the place that `place` gives for an option.
bool substitute_tags(
    Texts& options, const TagNames& untouched, const TagLookup& lookup, TextPool& pool,
    Report& report,
    const std::function<Place(std::string_view option, std::string_view tag)>& place);

}  // namespace gaoler::config
