"""The shapes of what views send to the page: the one definition, for Python and for the browser.

A view's payload function says which it returns; `python -m tests.js.payload_types` makes
`app/widgets/shared/payloads.d.ts` of them.
"""
