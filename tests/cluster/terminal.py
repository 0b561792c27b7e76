"""kase in a terminal of tmux, for the cluster's tests: its screen is read as a person would see it."""
import atexit, os, shutil, subprocess, time
import tap

DEADLINE_S = 30
# What a program leaves when it is killed stays; title and clipboard are there to be taken.
SETTINGS = "set -g remain-on-exit on\nset -g status off\nset -s set-clipboard on\nset -s escape-time 0\n"
count = 0


def safe(text):
    """As a text from outside is shown: control characters by their pictures, marks of direction by name."""
    names = {0x202a: "LRE", 0x202b: "RLE", 0x202c: "PDF", 0x202d: "LRO", 0x202e: "RLO",
             0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0x200e: "LRM", 0x200f: "RLM"}
    return "".join(chr(0x2400 + ord(c)) if ord(c) < 0x20 else "\u2421" if ord(c) == 0x7f else
                   "\u27e8%s\u27e9" % names[ord(c)] if ord(c) in names else c for c in text)


def unframed(line):
    return line[2:-1].rstrip() if line.startswith("│") else line.rstrip()


def need_tmux():
    if not shutil.which("tmux"):
        raise AssertionError("tmux is needed")


class Terminal:
    def __init__(self, *words, columns=160, lines=48, person="ana@test", **environment):
        global count
        need_tmux()
        count += 1
        self.socket = tap.path("tmux-%d" % count)
        settings = tap.path("tmux.conf")
        with open(settings, "w") as f:
            f.write(SETTINGS)
        environment = dict(environment, KASE_PERSON=person, ASAN_OPTIONS="detect_leaks=0", LC_ALL="C.UTF-8",
                           XDG_STATE_HOME=tap.path("state"))
        more = [word for name, value in environment.items() for word in ("-e", "%s=%s" % (name, value))]
        self.tmux("-f", settings, "new-session", "-d", "-x", str(columns), "-y", str(lines), "-s", "k", *more,
                  "exec " + " ".join("'%s'" % w for w in (words or ("sh",))))
        self.pid = int(self.ask("#{pane_pid}"))
        atexit.register(self.close)

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], capture_output=True, text=True).stdout

    def ask(self, what):
        return self.tmux("display-message", "-p", "-t", "k", what).rstrip("\n")

    def press(self, *keys):
        self.tmux("send-keys", "-t", "k", *keys)

    def type(self, text):
        self.tmux("send-keys", "-t", "k", "-l", "--", text)

    def size(self, columns, lines):
        self.tmux("resize-window", "-t", "k", "-x", str(columns), "-y", str(lines))

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", "k")

    def inside(self):
        """What stands in the frame: title, rows, the line that says how things are."""
        lines = self.screen().rstrip("\n").split("\n")
        return [unframed(line) for line in lines[1:-1]] or [""]

    def rows(self):
        return self.inside()[1:-1]

    def line(self):
        return self.inside()[-1]

    def title(self):
        lines = self.screen().split("\n")
        return lines[1] if len(lines) > 1 else ""

    def until(self, what, holds, deadline_s=DEADLINE_S):
        """Asks `holds` until it answers with something that is true, which is returned."""
        end = time.monotonic() + deadline_s
        while True:
            answer = holds()
            if answer:
                return answer
            if time.monotonic() > end:
                raise AssertionError("never: %s\n%s" % (what, "\n".join(
                    line[:200] for line in self.screen().split("\n") if line.strip("│ "))))
            time.sleep(0.02)

    def shows(self, text, deadline_s=DEADLINE_S):
        return self.until("%r shown" % text, lambda: text in self.screen(), deadline_s)

    def loses(self, text):
        return self.until("%r gone" % text, lambda: text not in self.screen())

    def titled(self, text):
        return self.until("the title %r" % text, lambda: text in self.title())

    def filter(self, text):
        """Leaves the rows of a table that hold it."""
        self.type("/" + text)
        self.press("Enter")
        self.titled("/" + text + " ")

    def command(self, line):
        self.type(":" + line)
        self.press("Enter")

    def leave(self):
        self.type("Q")
        self.shows("Leave kase?")
        self.type("y")
        self.ended()

    def ended(self):
        self.until("the end of the program", lambda: self.ask("#{pane_dead}") == "1")

    def kill(self):
        """Ends the program at once.  The lines that had been on screen, whole as tmux has read them, but for the first: tmux
        makes room for a line of its own."""
        os.kill(self.pid, 9)
        self.ended()
        return [unframed(line) for line in self.screen().split("\n")]

    def close(self):
        self.tmux("kill-server")


def console(case, *words, **more):
    return Terminal(os.path.realpath(tap.KASE), "open", case, *words, **more)
