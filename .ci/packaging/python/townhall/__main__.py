"""`python -m townhall`: the program itself, in place of Python."""

import os
import sys

from ._program import program

path = program()
os.execv(path, [path, *sys.argv[1:]])
