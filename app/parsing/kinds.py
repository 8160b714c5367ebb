"""What the files that this page writes call themselves, and what is said of a file that is none of them."""

STATE = "rvq-motion-studio"
WORKSPACE = "rvq-motion-studio-workspace"
UNREADABLE = "This link or file was not made by this page, or a part of it is missing; nothing was changed."
