// The methods of a command action that can be called by command: set J action A METHOD [JSON].
//
// JSON is an object with the arguments by name, as fail2ban takes them; what runs something takes
// its turn in the jail's queue of actions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "action/command_action.h"
#include "server/enforcer.h"
#include "server/reply.h"

namespace gaoler::server {

bool is_action_method(std::string_view name);

// The action belongs to the enforcer.
void call_action_method(Enforcer& enforcer, action::CommandAction& action, const std::string& name,
                        const std::optional<std::string>& json, ReplyDone done);

}  // namespace gaoler::server
