# How often do rows of talks, visits and calls of two leaders fall on a day on which they met, or on the day after?
#
#   awk -f talks-to-come.awk leaders-2018.tsv icews18.tsv
#
# The second file has quadruples: actor, relation, actor, day. A pair, a code and a day count once, however many rows
# tell of them. docs/importing.md says what follows from the answer. Any awk with mktime and strftime (GNU's, mawk) runs it.
BEGIN {
  FS = OFS = "\t"
  code["Consult"] = "040"
  code["Discuss by telephone"] = "041"
  code["Make a visit"] = code["Host a visit"] = "042, 043"
  code["Meet at a 'third' location"] = "044"
  code["Engage in negotiation"] = "046"
}

function day_after(day, noon) {
  noon = day
  gsub(/-/, " ", noon)
  return strftime("%Y-%m-%d", mktime(noon " 12 00 00") + 86400)
}

FNR == NR && (/^#/ || $1 == "one") { next }

FNR == NR {
  is_known[$1, $2]
  if ($3 != "-") {
    has_met[$1, $2]
    is_day[$1, $2, $3]
    is_day[$1, $2, day_after($3)]
  }
  next
}

{
  one = $1 < $3 ? $1 : $3
  other = $1 < $3 ? $3 : $1
  if (!($2 in code) || !((one, other) in is_known) || told[one, other, code[$2], $4]++) next
  if (!((one, other) in has_met)) never[code[$2]]++
  else days[code[$2]]++
  if ((one, other, $4) in is_day) hits[code[$2]]++
}

END {
  print "code", "of pairs that did not meet", "of pairs that did", "of these on the day, or the day after", "of all"
  split("040|041|042, 043|044|046", codes, "|")
  for (i = 1; i <= 5; i++) {
    c = codes[i]
    all = never[c] + days[c]
    share = all ? sprintf("%.0f %%", 100 * hits[c] / all) : "none"
    print c, never[c] + 0, days[c] + 0, hits[c] + 0, share
  }
}
