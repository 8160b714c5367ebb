"""Every limit of the server, each with the environment variable that changes it.

What is not set keeps a default that suits a Space of two processors and 16 GB. SECURITY.md explains them.
"""

import os


def _number(name: str, default: int) -> int:
    text = os.environ.get(f"STUDIO_{name}", "")
    return int(text) if text.isascii() and text.isdigit() else default


MB = 1 << 20

# Files of strangers, parsed in processes of their own.
PARSERS = _number("PARSERS", 2)  # at once
PARSER_WAIT = _number("PARSER_WAIT", 30)  # seconds that a file waits for its turn
PARSER_SECONDS = _number("PARSER_SECONDS", 20)  # for a file, by the clock
PARSER_MB = _number("PARSER_MB", 1024)  # of memory for a file
CHECKPOINT_SECONDS = _number("CHECKPOINT_SECONDS", 60)
CHECKPOINT_MB = _number("CHECKPOINT_MB", 2560)
CHECK_SECONDS = _number("CHECK_SECONDS", 300)  # for the check of a submission, in the background
HUB_SECONDS = _number("HUB_SECONDS", 600)  # for fetching a checkpoint

# Uploads and what is made of them.
UPLOAD_MB = _number("UPLOAD_MB", 512)  # of a file
TEMPORARY_HOURS = _number(
    "TEMPORARY_HOURS", 6 if "SPACE_ID" in os.environ else 72
)  # after which uploads and files handed out are deleted
FREE_DISK_MB = _number("FREE_DISK_MB", 1024)  # below which nothing more is written

# Requests of pages.
BODY_MB = _number("BODY_MB", 8)
BODY_VALUES = _number("BODY_VALUES", 400_000)  # numbers, texts, lists and objects in a body
BODY_SECONDS = _number("BODY_SECONDS", 30)  # for a body to arrive
COMMANDS = _number("COMMANDS", 200)  # of one request
HEADER_SECONDS = _number("HEADER_SECONDS", 20)  # for a request to be whole, its body aside
LINK_MB = _number("LINK_MB", 1)  # that a link may unpack to
PATH_CHARACTERS = _number("PATH_CHARACTERS", 4096)  # of an address, and of a path within a request
QUICK_REQUESTS = _number("QUICK_REQUESTS", 8)  # worked on at once
FILE_REQUESTS = _number("FILE_REQUESTS", 16)  # that read a file, at once beside the others
STREAMS = _number("STREAMS", 256)  # of events, that one address may have open
CALLS = _number("CALLS", 100)  # to endpoints, that wait
API_BODY_MB = _number("API_BODY_MB", 16)  # of a call to an endpoint

# Visitors.
SESSIONS = _number("SESSIONS", 200)
SESSIONS_A_MINUTE = _number(
    "SESSIONS_A_MINUTE", 120
)  # that one address may begin: a class opens the page at once
SESSIONS_MB = _number("SESSIONS_MB", 4096)  # of all visitors together
TRUSTED_PROXIES = _number(
    "TRUSTED_PROXIES", 1 if "SPACE_ID" in os.environ else 0
)  # that add to X-Forwarded-For; a Space has one

# Long work.
JOBS = _number("JOBS", 2)  # at once, of all visitors together
JOBS_OF_ONE = _number("JOBS_OF_ONE", 1 if "SPACE_ID" in os.environ else 2)  # at once, of one visitor
JOBS_OPEN = _number("JOBS_OPEN", 8)  # of one visitor, those that wait included
JOB_SECONDS = _number("JOB_SECONDS", 900)
