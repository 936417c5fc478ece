# Makes a plain pg_dump restorable by another role on another release: leaves out owners, grants, comments on extensions and unknown
# settings, refuses psql's own commands. Data of COPY blocks and bodies of functions pass untouched.
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

copying { print; if ($0 == "\\.") copying = 0; next }

quote != "" { print; if (index($0, quote)) quote = ""; next }

/^COPY .* FROM stdin;$/ { copying = 1; print; next }

/^\\(un)?restrict / { next }
/^\\/ { refuse("psql command \"" $1 "\": make the dump by pg_dump, without --create") }
/^(CREATE|ALTER|DROP) (DATABASE|ROLE|USER) / { refuse("\"" $1 " " $2 "\": make the dump by pg_dump of one database, without --create") }

/^ALTER .* OWNER TO .*;$/ { next }
/^(GRANT|REVOKE) .*;$/ { next }
/^ALTER DEFAULT PRIVILEGES .*;$/ { next }
/^COMMENT ON EXTENSION / { next }
/^CREATE SCHEMA public;$/ { next }
/^COMMENT ON SCHEMA public / { next }
/^SET [a-z_]+ = / { if (!($2 in is_known)) next }

{
  print
  # A body that starts here and does not end here.
  if (match($0, /\$[A-Za-z_]*\$/)) {
    tag = substr($0, RSTART, RLENGTH)
    if (!index(substr($0, RSTART + RLENGTH), tag)) quote = tag
  }
}
