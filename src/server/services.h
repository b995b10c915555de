// Services: the edges that every jail uses, lent by the server that owns them.
#pragma once

#include "base/log.h"
#include "sys/clock.h"
#include "sys/file_watch.h"
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
  bool ipv6_allowed = true;  // allowipv6
};

}  // namespace gaoler::server
