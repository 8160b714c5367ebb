"""The symbols of all lessons, in MathML, which browsers draw and screen readers read."""


def math(*parts: str) -> str:
    """A displayed equation."""
    return f'<math display="block"><mrow>{"".join(parts)}</mrow></math>'


def name(text: str) -> str:
    """An identifier."""
    return f"<mi>{text}</mi>"


def number(text: str | int) -> str:
    """A number."""
    return f"<mn>{text}</mn>"


def op(sign: str) -> str:
    """An operator."""
    return f"<mo>{sign}</mo>"


def row(*parts: str) -> str:
    """Parts that belong together."""
    return f"<mrow>{''.join(parts)}</mrow>"


def sup(base: str, above: str) -> str:
    """Something with an index or exponent above."""
    return f"<msup>{base}{above}</msup>"


def sub(base: str, below: str) -> str:
    """Something with an index below."""
    return f"<msub>{base}{below}</msub>"


def under(base: str, below: str) -> str:
    """Something with a range or set underneath."""
    return f"<munder>{base}{below}</munder>"


def norm(inside: str, squared: bool = False) -> str:
    """The Euclidean length of a vector."""
    bars = row(op("‖"), inside, op("‖"))
    return sup(bars, number(2)) if squared else bars


def fraction(above: str, below: str) -> str:
    """A quotient."""
    return f"<mfrac>{above}{below}</mfrac>"


def total(below: str, what: str) -> str:
    """A sum over something."""
    return row(under(op("∑"), below), what)


V = name("v")
NEXT = row(V, op("+"), number(1))
LATENT = sup(name("r"), number(0))
RESIDUAL = sup(name("r"), V)
NEXT_RESIDUAL = sup(name("r"), NEXT)
CODE = sup(name("b"), V)
QUANTIZER = sub(name("Q"), V)
EQUALS = op("=")
MINUS = op("−")


def of(function: str, argument: str) -> str:
    """A function of something."""
    return row(function, op("&#x2061;"), op("("), argument, op(")"))
