"""The oracle's client for many calls: loaded once, forked for each, so that a call costs a hundredth of a start.

  oracle_client.py ORACLE      then a JSON list of words per line on stdin, [exit code, stdout, stderr] per line back

What runs in each fork is the oracle's own main program, with its words, its own output and nothing left over from the
call before.
"""
import json
import os
import runpy
import sys
import tempfile

LIBRARY = os.path.join(sys.argv[1], "lib")
PROGRAM = os.path.join(LIBRARY, "fail2ban-client")


def run(words):
    """In the child: never returns."""
    sys.argv = [PROGRAM, *words]
    try:
        runpy.run_path(PROGRAM, run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    for stream in (sys.stdout, sys.stderr):
        if not stream.closed:
            stream.flush()
    os._exit(code & 255)


def call(words):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            nothing = os.open(os.devnull, os.O_RDONLY)
            for number, descriptor in enumerate((nothing, out.fileno(), err.fileno())):
                os.dup2(descriptor, number)
            run(words)
        status = os.waitpid(child, 0)[1]
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="surrogateescape"))
        return [os.waitstatus_to_exitcode(status), *texts]


def main():
    sys.path.insert(0, LIBRARY)
    import fail2ban.client.configurator  # noqa: F401
    import fail2ban.client.fail2bancmdline  # noqa: F401
    import fail2ban.client.fail2banclient  # noqa: F401
    import fail2ban.client.fail2banserver  # noqa: F401
    import fail2ban.server.server  # noqa: F401
    requests = os.fdopen(os.dup(0))
    answers = os.fdopen(os.dup(1), "w")
    for line in requests:
        answers.write(json.dumps(call(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
