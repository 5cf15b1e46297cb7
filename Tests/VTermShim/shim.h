#pragma once
#include <stdbool.h>
#include <vterm.h>

// The colour tests of vterm.h are macros, which Swift cannot import.
static inline bool vterm_shim_is_default_fg(const VTermColor *c) { return VTERM_COLOR_IS_DEFAULT_FG(c); }
static inline bool vterm_shim_is_default_bg(const VTermColor *c) { return VTERM_COLOR_IS_DEFAULT_BG(c); }
static inline bool vterm_shim_is_indexed(const VTermColor *c) { return VTERM_COLOR_IS_INDEXED(c); }
static inline bool vterm_shim_is_rgb(const VTermColor *c) { return VTERM_COLOR_IS_RGB(c); }
