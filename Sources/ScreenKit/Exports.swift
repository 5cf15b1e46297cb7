// Whoever draws a pane says something in it.
@_exported public import Wording
