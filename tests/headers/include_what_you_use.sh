#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# include_what_you_use.sh <program> <folder of headers> [<option of the compiler>...]
#
# Names each standard header that a header uses and does not include itself. That include-what-you-use
# asks for is ignored where it cannot know better: headers of xgrad (an umbrella may bring them) and of
# other libraries, private headers of the standard library, and where it takes one overload for
# another. What it wants removed is ignored as well: it does not see what a template uses that nobody
# has instantiated.
set -u
program=$1
folder=$2
shift 2

missing=$(find "$folder" -name '*.hpp' | sort | xargs -P 2 -I '{}' sh -c '
    header=$1; shift
    "$@" "$header" 2>&1 | awk -v header="$header" "
        /should add these lines/ { adding = 1; next }
        /should remove these lines/ { adding = 0 }
        adding && /^#include </ { print header \": \" \$0 }"
' sh '{}' "$program" -std=c++20 -w "$@" -I "$folder" -x c++ -Xiwyu --no_fwd_decls -Xiwyu --cxx17ns |
    grep -E ': #include <[a-z_]+> ' |
    grep -vE '<complex>|<compare>|<iterator> *// for pair$|allocator_traits|// for operator')

if [ -n "$missing" ]; then
    echo "expected each header to include the standard headers that it uses, found these missing:"
    echo "$missing"
    exit 1
fi
