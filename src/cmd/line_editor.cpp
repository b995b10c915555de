#include "cmd/line_editor.h"

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#ifdef GAOLER_LIBEDIT
#include <histedit.h>
#endif

#include "cmd/candidates.h"

namespace gaoler::cmd {

std::string history_file() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path directory;
  if (state && *state == '/') {
    directory = state;
  } else if (home && *home == '/') {
    directory = std::filesystem::path(home) / ".local/state";
  } else {
    return {};
  }
  directory /= "fail2ban";
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return {};
  return directory / "history";
}

#ifdef GAOLER_LIBEDIT
namespace {

// More candidates than this are counted, not listed.
constexpr size_t kMaxListed = 200;

class Editor : public LineEditor {
 public:
  Editor(std::string prompt, std::string history, Complete complete)
      : prompt_(std::move(prompt)), file_(std::move(history)), complete_(std::move(complete)) {
    HistEvent event;
    ::history(history_.get(), &event, H_SETSIZE, kMaxHistory);
    ::history(history_.get(), &event, H_SETUNIQUE, 1);
    if (!file_.empty()) ::history(history_.get(), &event, H_LOAD, file_.c_str());
    EditLine* edit = edit_.get();
    el_set(edit, EL_CLIENTDATA, this);
    el_set(edit, EL_PROMPT, &Editor::prompt);
    el_set(edit, EL_EDITOR, "emacs");
    el_set(edit, EL_SIGNAL, 1);
    el_set(edit, EL_HIST, ::history, history_.get());
    el_set(edit, EL_ADDFN, "complete", "complete a word", &Editor::complete);
    el_set(edit, EL_BIND, "^I", "complete", nullptr);
    el_source(edit, nullptr);  // ~/.editrc
  }

  std::optional<std::string> next() override {
    int length = 0;
    const char* text = el_gets(edit_.get(), &length);
    if (!text || length <= 0) return std::nullopt;
    std::string line(text, static_cast<size_t>(length));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    if (!line.empty()) remember(line);
    return line;
  }

 private:
  struct End {
    void operator()(EditLine* edit) const { el_end(edit); }
    void operator()(History* history) const { history_end(history); }
  };

  static Editor& of(EditLine* edit) {
    void* self = nullptr;
    el_get(edit, EL_CLIENTDATA, &self);
    return *static_cast<Editor*>(self);
  }

  static char* prompt(EditLine* edit) { return of(edit).prompt_.data(); }

  static unsigned char complete(EditLine* edit, int) { return of(edit).complete_word(); }

  // Saved line by line: whoever is killed has a history too.
  void remember(const std::string& line) {
    HistEvent event;
    ::history(history_.get(), &event, H_ENTER, line.c_str());
    if (file_.empty()) return;
    const mode_t before = umask(077);
    ::history(history_.get(), &event, H_SAVE, file_.c_str());
    umask(before);
  }

  unsigned char complete_word() {
    const LineInfo* line = el_line(edit_.get());
    const std::string_view begun(line->buffer, static_cast<size_t>(line->cursor - line->buffer));
    const size_t blank = begun.find_last_of(" \t");
    const size_t typed = begun.size() - (blank == std::string_view::npos ? 0 : blank + 1);
    const std::vector<std::string> words = complete_(begun);
    if (words.empty()) return CC_REFRESH_BEEP;
    std::string rest = common_beginning(words).substr(typed);
    if (words.size() == 1) rest += ' ';
    if (!rest.empty()) {
      return el_insertstr(edit_.get(), rest.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
    }
    list(words);
    return CC_REDISPLAY;
  }

  static void list(const std::vector<std::string>& words) {
    std::fputc('\n', stdout);
    if (words.size() > kMaxListed) {
      std::printf("%zu possibilities\n", words.size());
    } else {
      for (const std::string& word : words) std::printf("%s  ", word.c_str());
      std::fputc('\n', stdout);
    }
    std::fflush(stdout);
  }

  std::string prompt_;
  std::string file_;
  Complete complete_;
  std::unique_ptr<History, End> history_{history_init()};
  std::unique_ptr<EditLine, End> edit_{el_init("fail2ban-client", stdin, stdout, stderr)};
};

}  // namespace

std::unique_ptr<LineEditor> LineEditor::open(std::string prompt, std::string history,
                                             Complete complete) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return nullptr;
  return std::make_unique<Editor>(std::move(prompt), std::move(history), std::move(complete));
}
#else
std::unique_ptr<LineEditor> LineEditor::open(std::string, std::string, Complete) {
  return nullptr;
}
#endif

}  // namespace gaoler::cmd
