# Makes a plain pg_dump restorable by another role on another release: leaves out owners, grants, comments on extensions and unknown
# settings, refuses psql's own commands and a dump that is not whole. Data of COPY blocks, texts and bodies of functions pass untouched.
# An empty line stands for each line that is left out, so that errors tell the right number.
# Variable: known (names of this server's settings, separated by spaces). Exit: 1 with the line's number when refused.
BEGIN {
  count = split(known, names, " ")
  for (i = 1; i <= count; i++) is_known[names[i]] = 1
}

function refuse(why) {
  print "line " NR ": " why > "/dev/stderr"
  # Whatever was sent before is rolled back: this is not SQL.
  print "trinode refuses this dump;"
  refused = 1
  exit 1
}

# What is open at the end of a line: a text ('), a text with escapes (E), a name ("), or a body, by its $tag$. psql takes a \ for
# a command of its own anywhere but in these and in comments.
function read_on(line,    at, rest) {
  for (rest = line; rest != ""; rest = substr(rest, at)) {
    if (open == "") {
      if (!match(rest, /['"\\]|--|\$[A-Za-z_0-9]*\$/)) return
      token = substr(rest, RSTART, RLENGTH)
      before = RSTART > 1 ? substr(rest, RSTART - 1, 1) : last
      at = RSTART + RLENGTH
      if (token == "--") return
      if (token == "\\") refuse("psql command \"" substr(rest, RSTART, 20) "\": make the dump by pg_dump, without --create")
      open = token == "'" && before ~ /[Ee]/ ? "E" : token
      last = substr(rest, at - 1, 1)
    } else if (open == "E") {
      if (!match(rest, /['\\]/)) return
      at = RSTART + (substr(rest, RSTART, 1) == "\\" ? 2 : 1)
      if (substr(rest, RSTART, 1) == "'") open = ""
    } else {
      if (!(at = index(rest, open))) return
      at += length(open)
      open = ""
    }
  }
}

copying { print; if ($0 == "\\.") copying = 0; next }

open != "" { print; read_on($0); next }

/^COPY .* FROM stdin;$/ { copying = 1; print; next }

/^-- PostgreSQL database dump$/ { begun = 1 }
/^-- PostgreSQL database dump complete$/ { complete = 1 }
/^\\(un)?restrict / { print ""; next }
/^(CREATE|ALTER|DROP) (DATABASE|ROLE|USER) / { refuse("\"" $1 " " $2 "\": make the dump by pg_dump of one database, without --create") }

/^ALTER .* OWNER TO .*;$/ { print ""; next }
/^(GRANT|REVOKE) .*;$/ { print ""; next }
/^ALTER DEFAULT PRIVILEGES .*;$/ { print ""; next }
/^COMMENT ON EXTENSION / { print ""; next }
/^CREATE SCHEMA public;$/ { print ""; next }
/^COMMENT ON SCHEMA public / { print ""; next }
/^SET [a-z_]+ = / { if (!($2 in is_known)) { print ""; next } }

{ read_on($0); print }

END {
  if (!refused && (copying || open != "" || (begun && !complete))) refuse("the dump ends in the middle: it was cut off. Make it again")
}
