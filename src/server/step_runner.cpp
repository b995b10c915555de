#include "server/step_runner.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "action/nft_step.h"
#include "server/step_report.h"
#include "sys/process_runner.h"

namespace gaoler::server {
namespace {

// Elements given to the nft session at once; it makes transactions of them.
constexpr size_t kMaxTogether = 10'000;

sys::NftElementChange change_of(const action::NftElement& element) {
  return {element.add, element.family, element.table, element.set, element.network};
}

}  // namespace

struct StepRunner::State : std::enable_shared_from_this<State> {
  struct Item {
    uint64_t number = 0;
    action::Step step;
    Handler handler;
    std::optional<action::NftScript> nft;  // to be done in process

    bool is_element() const { return nft && nft->element; }
  };
  // An nft script on its way: the call to be made next, and how the last one made has ended.
  struct Script {
    Item item;
    size_t next = 0;
    base::Result<void> result;
  };

  State(boost::asio::io_context& io, base::LogSink& sink, NftAccess& access)
      : loop(io), log(sink), nft(access), processes(std::make_unique<sys::ProcessRunner>(io)) {}

  void push(action::Step step, Handler handler) {
    Item item{next_number++, std::move(step), std::move(handler), std::nullopt};
    const bool script = item.step.callee == nullptr;
    if (script && nft.mode() == NftMode::library && item.step.args.empty()) {
      item.nft = action::recognise_nft(item.step.text);
      if (item.is_element()) item.nft->calls.clear();  // says the same as the element
    }
    queue.push_back(std::move(item));
    pump_later();
  }

  // Steps given in one turn of the loop are all there when the queue is looked at.
  void pump_later() {
    if (busy || pump_waiting) return;
    pump_waiting = true;
    boost::asio::post(loop, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self) return;
      self->pump_waiting = false;
      self->pump();
    });
  }

  void pump() {
    if (busy || queue.empty()) return;
    if (queue.front().nft && nft.session() == nullptr) {
      for (Item& item : queue) item.nft.reset();
    }
    busy = true;
    if (queue.front().is_element()) return run_elements();
    Item item = std::move(queue.front());
    queue.pop_front();
    running = 1;
    if (item.step.callee != nullptr) return run_call(std::move(item));
    if (item.nft) return run_script(std::make_shared<Script>(Script{std::move(item), 0, {}}));
    run_process(std::move(item));
  }

  // Whoever is called says in the log what went wrong.
  void run_call(Item item) {
    const auto called = std::make_shared<Item>(std::move(item));
    called->step.callee->call(called->step, [weak = weak_from_this(), called](bool ok) {
      if (const auto self = weak.lock()) self->finish(*called, ok);
    });
  }

  void run_process(Item item) {
    sys::ProcessRequest request{item.step.text, item.step.args, item.step.timeout};
    processes->run(std::move(request), [weak = weak_from_this(), item = std::move(item),
                                        ours = nft.own_work()](sys::ProcessResult result) mutable {
      const auto self = weak.lock();
      if (!self) return;
      ours.reset();
      report_process(self->log, item.number, item.step, result);
      self->finish(item, result.ok());
    });
  }

  void run_elements() {
    auto items = std::make_shared<std::vector<Item>>();
    std::vector<sys::NftElementChange> changes;
    while (!queue.empty() && queue.front().is_element() && items->size() < kMaxTogether) {
      changes.push_back(change_of(*queue.front().nft->element));
      items->push_back(std::move(queue.front()));
      queue.pop_front();
    }
    running = items->size();
    nft.session()->apply(std::move(changes),
                         [weak = weak_from_this(), items](std::vector<base::Result<void>> results) {
                           const auto self = weak.lock();
                           if (!self) return;
                           for (size_t i = 0; i < items->size(); ++i) {
                             Item& item = (*items)[i];
                             report_nft(self->log, item.number, item.step, results[i]);
                             self->finish(item, results[i].ok());
                           }
                         });
  }

  void run_script(std::shared_ptr<Script> script) {
    const auto& calls = script->item.nft->calls;
    while (script->next < calls.size() && calls[script->next].only_if_ok && !script->result) {
      ++script->next;
    }
    if (script->next == calls.size()) {
      report_nft(log, script->item.number, script->item.step, script->result);
      return finish(script->item, script->result.ok());
    }
    nft.session()->run(calls[script->next++].text,
                       [weak = weak_from_this(), script](base::Result<void> result) {
                         const auto self = weak.lock();
                         if (!self) return;
                         script->result = std::move(result);
                         self->run_script(script);
                       });
  }

  void finish(Item& item, bool ok) {
    const Handler handler = std::exchange(item.handler, nullptr);
    if (--running == 0) {
      busy = false;
      pump_later();
    }
    if (handler) handler(ok);
  }

  // Nobody is called any more.
  void stop() {
    queue.clear();
    processes.reset();
  }

  boost::asio::io_context& loop;
  base::LogSink& log;
  NftAccess& nft;
  std::unique_ptr<sys::ProcessRunner> processes;
  std::deque<Item> queue;
  uint64_t next_number = 1;
  size_t running = 0;
  bool busy = false;
  bool pump_waiting = false;
};

StepRunner::StepRunner(boost::asio::io_context& loop, base::LogSink& log, NftAccess& nft)
    : state_(std::make_shared<State>(loop, log, nft)) {}

StepRunner::~StepRunner() {
  state_->stop();
}

void StepRunner::run(action::Step step, Handler handler) {
  state_->push(std::move(step), std::move(handler));
}

size_t StepRunner::waiting() const {
  return state_->queue.size() + state_->running;
}

}  // namespace gaoler::server
