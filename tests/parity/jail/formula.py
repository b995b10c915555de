#!/usr/bin/env python3
"""Random expressions: do our formulas give what Python gives, type and bits?

  formula.py --program formula_tool [--seed N] [--count N]

Where an integer beyond 64 bits takes part ours goes on as a float, so these are only counted; everything else must be
the same, errors included.
"""
import argparse
import ast
import math
import random
import re
import subprocess
import sys
import types
import warnings

warnings.simplefilter("ignore")

NAMES = {"math": math, "ban": types.SimpleNamespace(Time=600, Count=3), "banFactor": 1.5}
BINARY = ["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or"]
CALLS = {"int": 1, "float": 1, "abs": 1, "round": 1, "bool": 1, "min": 2, "max": 3, "math.floor": 1, "math.ceil": 1,
         "math.sqrt": 1, "math.exp": 1, "math.log": 1, "math.trunc": 1, "math.pow": 2, "math.fmod": 2}
ATOMS = ["0", "1", "2", "3", "7", "10", "63", "600", "1_000", "0x1f", "0.5", "1.5", "2.", ".25", "1e3", "ban.Time",
         "ban.Count", "banFactor", "math.pi", "True", "False"]
KNOWN = set(CALLS) | {"ban.Time", "ban.Count", "banFactor", "math.pi", "True", "False"}
BROKEN = ["(", ")", "1x", "010", "import", "'a'", "[1]", "ban", "ban.time", "math", "os.name", "lambda:1", "1 2", "",
          "max()", "int(1,2,3,4)", "1 if 2", "not", "+", "1 +", "=", "a.b.c", "None", "{}", "1,2", "x=1", "1j"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def expression(self, depth):
        r = self.random
        kind = r.random()
        if depth == 0 or kind < 0.15:
            return r.choice(ATOMS)
        if kind < 0.60:
            gap = r.choice(["", " "]) if (op := r.choice(BINARY)) not in ("and", "or") else " "
            return f"{self.expression(depth - 1)}{gap}{op}{gap}{self.expression(depth - 1)}"
        if kind < 0.75:
            return f"({self.expression(depth - 1)})"
        if kind < 0.83:
            return r.choice(["-", "+", "~", "not "]) + self.expression(depth - 1)
        if kind < 0.90:
            return (f"{self.expression(depth - 1)} if {self.expression(depth - 1)} else {self.expression(depth - 1)}")
        name = r.choice(list(CALLS))
        return f"{name}({', '.join(self.expression(depth - 1) for _ in range(CALLS[name]))})"


class TooLarge(Exception):
    pass


def evaluate(node):
    """The value of a tree, part by part, so that no part grows beyond 64 bits (and takes hours)."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) and not (isinstance(node, ast.Call) and child is node.func):
            part = evaluate(child) if not isinstance(child, ast.Name) else None
            if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Pow, ast.LShift)) and child is node.right:
                if isinstance(part, (int, float)) and abs(part) > 2000:
                    raise TooLarge
    try:
        value = eval(compile(ast.Expression(node), "formula", "eval"), NAMES)
    except Exception:
        return None  # the whole will fail too, unless it does not need this part
    if isinstance(value, int) and not -2**63 <= value < 2**63:
        raise TooLarge
    return value


def python_says(text):
    """(kind, value); kind "large" where an integer beyond 64 bits took part."""
    try:
        evaluate(ast.parse(text, mode="eval").body)
        value = eval(text, NAMES)
    except TooLarge:
        return "large", None
    except Exception as error:
        return "refused", type(error).__name__
    if isinstance(value, int):
        return "int", int(value)
    if isinstance(value, float):
        return "float", value
    return "refused", type(value).__name__


def same(ours, theirs):
    kind, value = theirs
    if ours.startswith("refused"):
        # An unknown name is refused at once; Python only sees it when it gets there.
        unknown = re.match(r"refused unknown name '([\w.]+)'", ours)
        return kind == "refused" or bool(unknown and unknown[1] not in KNOWN)
    our_kind, text = ours.split()
    if kind == "float" and our_kind == "float":
        found = float.fromhex(text)
        return found == value or (math.isnan(found) and math.isnan(value)) or math.isclose(found, value, rel_tol=1e-15)
    return kind == our_kind and int(text) == value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20000)
    options = parser.parse_args()
    generator = Generator(options.seed)
    texts = list(BROKEN)
    while len(texts) < options.count:
        text = generator.expression(generator.random.randint(1, 4))
        if generator.random.random() < 0.05:
            at = generator.random.randrange(len(text) + 1)
            text = text[:at] + generator.random.choice("()+-*/. _x") + text[at:]
        texts.append(text.strip())
    out = subprocess.run([options.program], input="\n".join(texts) + "\n", stdout=subprocess.PIPE, check=True,
                         encoding="utf-8").stdout.splitlines()
    counts, different = {}, 0
    for text, ours in zip(texts, out, strict=True):
        theirs = python_says(text)
        counts[theirs[0]] = counts.get(theirs[0], 0) + 1
        if theirs[0] == "large" or same(ours, theirs):
            continue
        different += 1
        if different <= 15:
            print(f"{text!r}: ours {ours}, Python's {theirs[0]} {str(theirs[1])[:60]}")
    print(f"{len(texts)} expressions {counts}, {different} different")
    return 1 if different else 0


sys.exit(main())
