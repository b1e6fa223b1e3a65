# The first instant of a date of the generated logs, in seconds since 1970; date-times there are at +03:00.
def earliest:
  if test("T") then (.[:19] + "Z" | fromdate) - 10800
  else split("/")[0] | sub("[?~%]"; "") | sub("XX"; "01") | (. + "-01-01")[:10] + "T00:00:00Z" | fromdate
  end;

group_by(.track)[]
# Without its `Z`, text is in the order of time.
| sort_by([(.occurred | earliest), .recorded[:-1], .id])
| [.[0].track, length, .[-1].type, .[-1].occurred, (map(.data.when // empty) | last // "")]
| @tsv
