"""The intake: what other systems send is stored, answered, and read afterwards.

A body is stored and committed before it is answered, so that a process that ends loses none. It is
read by the same process at once, or by any process later. A body may be read twice when a process
ends in the middle, so its reader repeats without harm.
"""
