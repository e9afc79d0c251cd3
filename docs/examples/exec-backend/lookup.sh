#!/bin/sh
# Finds the person of one address in a table: medium, address and user, with tabs between them.
#
#   lookup.sh TABLE       medium and address on standard input, one a line; the user on standard output
#
# The address is never part of a command: it travels through the environment, which awk does not interpret.

IFS= read -r medium && IFS= read -r address || exit 2
export medium address
exec awk -F '\t' '
  # With "" both sides are texts: as numbers, 0491 and 491 would be one.
  $1 "" == ENVIRON["medium"] "" && $2 "" == ENVIRON["address"] "" { print $3; exit }
' "$1"
