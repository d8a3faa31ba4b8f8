# SPDX-License-Identifier: BSD-3-Clause
# What Doxygen reads of the headers: without what it does not understand.

# The tag of a literal tells one place of the source from another; no reader needs to see it.
s/, class [A-Za-z]+ = decltype\(\[\](\(\) -> void )? ?\{\}\)//
# A specialisation of a class of the standard library.
s/^struct std::numeric_limits<.*/struct number_limits/
# A template that derives from itself with fewer arguments.
s/^struct ([a-z_]+) : \1<Rest\.\.\.>$/struct \1/
s/^struct first_value_type<A, Rest\.\.\.>$/struct first_value_type_of/
# The inline namespace that keeps units apart; no reader needs to see it.
s/^namespace xgrad::inline XGRAD_ABI/namespace xgrad/
