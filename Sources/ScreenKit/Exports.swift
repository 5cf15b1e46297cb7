// Whoever composes a screen draws it, and says something on it.
@_exported public import TextScreen
@_exported public import Wording
