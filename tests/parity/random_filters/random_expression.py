"""Random regular expressions of the filter language, each with texts that it is made to match.

An expression is a list of pieces; a piece is its pattern and how to write a text for it. Groups that a text fills are kept
while it is written, so that back references and conditionals find what they ask for. Whether Python accepts the
result is left to Python.
"""

WORDS = ["failed", "login", "Denied", "for user", "auth: x=1", "from", "né", "reject", "port 22", "(y)", "[z]", "a.b"]
NAMES = ["USER", "PORT", "MODE", "RUSER", "X1", "NAME_2", "ALT_USER", "ALT_USER_1", "ALT_HOST", "TUPLE_ID",
         "TUPLE_RUSER_1", "TUPLE_RUSER_2", "TUPLE_ID_2", "REASON", "MSG", "TIME", "FAMILY", "Q"]
ADDRESSES = ["203.0.113.7", "203.0.113.8", "198.51.100.200", "2001:db8::1", "::ffff:203.0.113.9", "[203.0.113.10]",
             "[2001:db8::2]", "256.1.1.1", "::1", "fe80::1%eth0", "203.0.113.11/24", "2001:DB8:0::3"]
HOSTS = ["<HOST>", "<HOST>", "<HOST>", "<ADDR>", "<IP4>", "<IP6>", "<SUBNET>", "<ADDR>/<CIDR>", "<F-IP4/>",
         "<F-ADDR/>", "<DNS>",
         "<F-SUBNET/>", "<F-ID/>", r"<F-ID>\S+</F-ID>", r"<F-ID>[^@ ]+</F-ID>@<ADDR>",
         r"<F-IP4>[\d.]+</F-IP4>",
         r"<F-DNS>\S+</F-DNS>", r"(?:<ADDR>|<F-ID>\w+</F-ID>)", "<F-IP6/>",
         r"<F-TUPLE_ID>\w+</F-TUPLE_ID> <ADDR>",
         r"<ADDR>\|<F-ALT_USER>\S*</F-ALT_USER>", r"(?:\[<IP6>\]|<IP4>)", r"<F-CIDR/>:<F-ID>\w+</F-ID>"]
VALUES = [(r"\S+", ["bob", "a@b.c", "r\u00f6\u00f6t", "x<y>", "'", "-"]), (r"[^\"]*", ["a b", "", "x"]), (r"\d+", ["1", "007"]),
          (r".*?", ["", "b c", "d"]), (r"(?:\w+)?", ["", "eve"]), (r"[a-z]++", ["amy"]), (r"(?>[A-Z]|[a-z])+", ["Kim"]),
          (r"(?i:ROOT|admin)", ["root", "Admin", "rOOt"]), (r"\w{2,4}", ["abc", "abcde"]), (r"[^\W\d_]+", ["\u00e9t\u00e9"])]


class Maker:
    """Pieces of one expression; no name is used twice, but now and then on purpose."""

    def __init__(self, choose):
        self.choose, self.names, self.taken = choose, [], set()

    def literal(self, depth):
        word = self.choose.choice(WORDS)
        pattern = "".join("\\" + c if c in ".()[]" else c for c in word)
        return pattern, lambda filled: word

    def value(self, depth):
        pattern, texts = self.choose.choice(VALUES)
        return pattern, lambda filled: self.choose.choice(texts)

    def tag(self, depth):
        name = self.choose.choice(NAMES)
        if name in self.taken and self.choose.random() < 0.99:
            return self.literal(depth)
        self.taken.add(name)
        pattern, write = self.value(depth) if self.choose.random() < 0.8 else self.sequence(depth + 1)
        self.names.append(name)
        if self.choose.random() < 0.05:
            return f"(?P<{group(name)}>{pattern})", self.kept(name, write)
        return f"<F-{name}>{pattern}</F-{name}>", self.kept(name, write)

    @staticmethod
    def kept(name, write):
        def text(filled):
            filled[name] = write(filled)
            return filled[name]
        return text

    def optional(self, depth):
        end = self.choose.choice(["?", "?", "??", "?+", "{,1}", "{0,2}", "*", "*?"])
        # Not everything any number of times: Python would look for hours.
        pattern, write = self.literal(depth) if "*" in end else self.sequence(depth + 1)
        return f"(?:{pattern}){end}", lambda filled: write(filled) if self.choose.random() < 0.5 else ""

    def either(self, depth):
        both = [self.sequence(depth + 1), self.sequence(depth + 1)]
        start = self.choose.choice(["(?:", "(?:", "(", "(?>"])
        return f"{start}{both[0][0]}|{both[1][0]})", lambda filled: self.choose.choice(both)[1](filled)

    def scoped(self, depth):
        pattern, write = self.sequence(depth + 1)
        start = self.choose.choice(["(?i:", "(?i:", "(?-i:", "(?s:", "(?:(?i)", "((?i)", "(?is-m:", "(?a:", "(?x:", "((?s)"])
        return f"{start}{pattern})", lambda filled: write(filled).swapcase() if start in ("(?i:", "((?i)") else write(filled)

    def around(self, depth):
        (pattern, write), other = self.literal(depth), self.literal(depth)[0]
        form = self.choose.choice(["(?={0}){0}", "{0}(?<={0})", "(?!{1}){0}", "(?<!{1}){0}", r"\b{0}", r"{0}(?=\s|$)",
                                   r"(?!\S*{1}){0}"])
        return form.format(pattern, other), write

    def again(self, depth):
        if not self.names:
            return self.literal(depth)
        name = self.choose.choice(self.names)
        return f"(?P={group(name)})", lambda filled: filled.get(name, "")

    def conditional(self, depth):
        if not self.names:
            return self.optional(depth)
        name = self.choose.choice(self.names)
        yes, no = self.literal(depth), self.literal(depth)
        number = self.choose.random() < 0.1
        pattern = f"(?({1 if number else group(name)}){yes[0]}" + (f"|{no[0]})" if self.choose.random() < 0.7 else ")")
        return pattern, lambda filled: (yes if filled.get(name) is not None else no)[1](filled)

    def sequence(self, depth=0):
        makers = [self.literal, self.literal, self.value, self.tag]
        if depth < 3:
            makers += [self.tag, self.optional, self.either, self.scoped, self.around, self.again, self.conditional]
        parts = [self.choose.choice(makers)(depth) for _ in range(self.choose.randint(1, 3 if depth else 4))]
        glue = self.choose.choice([" ", " ", r"\s+", r"\s*+", " *"])
        blank = " " if glue in (" ", r"\s+") else ""
        return glue.join(part[0] for part in parts), lambda filled: (blank or " ").join(part[1](filled) for part in parts)


def group(name):
    name = name.lower()
    return {"id": "fid", "port": "fport"}.get(name, name)


def expression(choose):
    """A failregex and how to write texts for it."""
    maker = Maker(choose)
    before, behind = maker.sequence(), maker.sequence()
    host = choose.choice(HOSTS) if choose.random() < 0.98 else "nobody"
    start = choose.choice(["^", r"^\s*", r"^\s*", "^ ", "", "", r"\b", r"\A\s*", "^(?: x)? "])
    end = choose.choice(["", "$", "$", r"\s*$", r"\Z", r"\b", "(?: extra)?$"])
    special = choose.random()
    if special < 0.08:
        behind = (f"<F-NOFAIL>{behind[0]}</F-NOFAIL>", behind[1])
    elif special < 0.12:
        behind = (f"<F-MLFFORGET>{behind[0]}</F-MLFFORGET>", behind[1])
    elif special < 0.16:
        behind = (f"<F-MLFGAINED>{behind[0]}</F-MLFGAINED>", behind[1])
    elif special < 0.2:
        host = "<F-NOFAIL>" + maker.literal(0)[0] + "</F-NOFAIL>"

    def write():
        filled = {}
        return f"{before[1](filled)} {address_for(choose, host)} {behind[1](filled)}"
    return f"{start}{before[0]} {host} {behind[0]}{end}", write


def address_for(choose, host):
    address = choose.choice(ADDRESSES)
    if choose.random() < 0.6:
        address = "2001:db8::1" if "IP6" in host else "203.0.113.7"
    if "@" in host:
        return f"bob@{address}"
    if "TUPLE" in host:
        return f"bob {address}"
    if "CIDR/" in host:
        return "24:bob"
    if "|<F-ALT" in host:
        return f"{address}|bob"
    if "CIDR" in host:
        return f"{address}/24"
    return choose.choice([address, address, address, "localhost" if "HOST" not in host and "DNS" not in host else address])
