// Services: the edges that every jail uses, lent by the server that owns them.
#pragma once

#include "base/log.h"
#include "sys/clock.h"
#include "sys/file_watch.h"
#include "sys/lifelines.h"
#include "sys/process_runner.h"
#include "sys/resolver.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::server {

class NftAccess;
class StoreWorker;
class Turns;

struct Services {
  boost::asio::io_context& loop;
  const sys::Clock& clock;
  base::LogSink& log;
  sys::FileWatch& watch;
  sys::Resolver& resolver;
  sys::ProcessRunner& processes;
  NftAccess& nft;
  StoreWorker& store;
  Turns& turns;
  sys::Lifelines lifelines{};
  bool ipv6_allowed = true;       // allowipv6
  bool keep_bans = false;         // keep_bans_on_stop
  bool leaving_bans = false;      // ... and the server stops
  bool protect_lifelines = true;  // protect_lifelines
};

}  // namespace gaoler::server
